# SPDX-License-Identifier: Apache-2.0
"""rows.py N A B...: database A has N rows, and every B the same but for the time they took."""
import sqlite3
import sys


def rows(name):
    db = sqlite3.connect(name)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], name
    names = [c[1] for c in db.execute("PRAGMA table_info(points)") if c[1] != "wall_s"]
    return list(db.execute("SELECT %s FROM points ORDER BY point" % ", ".join(names)))


def compare(count, first, others):
    expected = rows(first)
    if len(expected) != count:
        sys.exit(f"{first}: {len(expected)} rows instead of {count}")
    for other in others:
        if rows(other) != expected:
            sys.exit(f"{other}: differs from {first}")


if __name__ == "__main__":
    compare(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
