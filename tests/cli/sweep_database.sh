# SPDX-License-Identifier: Apache-2.0
# What can go wrong with the database of a sweep, and with the expressions that are put to it: each is
# an error with 2 that names the file, or is put right; what is read is never replaced.
set -euo pipefail
here=$SOURCE_DIR/tests/cli/sweep
sed -e "s|\.\./\.\./\.\.|$SOURCE_DIR|; s|model.yaml|$here/model.yaml|" \
  -e 's/to: 8/to: 3/; s/from: 100 MHz/from: 300 MHz/' "$here/sweep.yaml" > sweep.yaml
points=$((3 * 3 * 2 - 4))
"$TRITSIM" sweep sweep.yaml -o done.sqlite > /dev/null 2>&1
"$TRITSIM" sweep show done.sqlite --csv > done.csv

# expect TEXT COMMAND...: the command fails with 2 and says TEXT
expect() {
  local text=$1 code=0
  shift
  "$@" > stdout.txt 2> stderr.txt || code=$?
  if [ "$code" != 2 ] || ! grep -qF -- "$text" stderr.txt; then
    echo "exit code $code, wanted 2 and '$text': $*"
    cat stderr.txt
    exit 1
  fi
}

# A finished sweep is one file, which is read where nobody may write.
[ "$(ls done.sqlite*)" = done.sqlite ]
run_as_nobody() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  run_as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
fi
mkdir -p locked && cp done.sqlite locked/ && cp "$TRITSIM" locked/tritsim
python3 - <<'PY'
import os, sqlite3
# The same with an empty log, as a process that was killed behind its last row leaves it.
db = sqlite3.connect("done.sqlite")
log = sqlite3.connect("locked/log.sqlite")
db.backup(log)
log.execute("PRAGMA journal_mode = WAL").fetchone()
log.close()
assert not os.path.exists("locked/log.sqlite-wal")
# And with rows that are in the log alone.
rows = sqlite3.connect("locked/rows.sqlite")
db.backup(rows)
rows.execute("PRAGMA journal_mode = WAL").fetchone()
rows.execute("DELETE FROM points WHERE point = 0")
rows.commit()
for end in "", "-wal":
    with open("locked/rows.sqlite" + end, "rb") as f, open("locked/open.sqlite" + end, "wb") as g:
        g.write(f.read())
rows.close()
os.remove("locked/rows.sqlite")
PY
chmod -R a+rX locked && chmod a-w locked locked/*.sqlite*
if run_as_nobody ./locked/tritsim --version > /dev/null 2>&1 && ! run_as_nobody touch locked/x 2> /dev/null; then
  run_as_nobody ./locked/tritsim sweep show locked/done.sqlite --csv | cmp - done.csv
  run_as_nobody ./locked/tritsim sweep show locked/log.sqlite --csv | cmp - done.csv
  expect 'locked/open.sqlite: a sweep that was interrupted' \
    run_as_nobody ./locked/tritsim sweep show locked/open.sqlite
fi
chmod -R u+w locked

# A journal that an interrupted write has left is put right by reading.
python3 - <<'PY'
import os, shutil, sqlite3
shutil.copy("done.sqlite", "cut.sqlite")
db = sqlite3.connect("cut.sqlite", isolation_level=None)
db.execute("PRAGMA cache_size = 2")     # so that changed pages get into the file before the commit
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE points SET reason = hex(randomblob(9000)), tokens_per_s = 0")
shutil.copy("cut.sqlite", "torn.sqlite")
shutil.copy("cut.sqlite-journal", "torn.sqlite-journal")
db.execute("ROLLBACK")
PY
cmp -s torn.sqlite done.sqlite && exit 1
"$TRITSIM" sweep show torn.sqlite --csv | cmp - done.csv
[ ! -s torn.sqlite-journal ]

# The remains of a database that is gone are not taken for those of the next.
cp locked/open.sqlite-wal fresh.sqlite-wal
"$TRITSIM" sweep sweep.yaml -o fresh.sqlite > /dev/null 2>&1
python3 -B "$here/rows.py" "$points" done.sqlite fresh.sqlite

# Locked, damaged, no database, no room: by name.
python3 - <<'PY' &
import sqlite3, time
db = sqlite3.connect("fresh.sqlite", isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
open("is_locked", "w").close()
time.sleep(8)
PY
locker=$!
while [ ! -e is_locked ]; do sleep 0.05; done
expect 'fresh.sqlite: is locked: another process is writing to it' "$TRITSIM" sweep show fresh.sqlite
kill "$locker" && wait "$locker" || true
python3 - <<'PY'
data = bytearray(open("done.sqlite", "rb").read())
for at in range(4096, len(data), 7):
    data[at] ^= 0x5a
open("damaged.sqlite", "wb").write(data)
PY
expect 'damaged.sqlite: is damaged' "$TRITSIM" sweep show damaged.sqlite
expect 'is not the database of a sweep' "$TRITSIM" sweep show sweep.yaml
sqlite_of_another_kind() { python3 -c 'import sqlite3; sqlite3.connect("other.sqlite").execute("CREATE TABLE t (x)")'; }
sqlite_of_another_kind
expect 'other.sqlite: is not the database of a sweep' "$TRITSIM" sweep show other.sqlite
expect 'small.sqlite: ' bash -c "trap '' XFSZ; ulimit -f 100; exec '$TRITSIM' sweep sweep.yaml -o small.sqlite"
expect "no/such/x.sqlite: there is no directory 'no/such'; make it" "$TRITSIM" sweep sweep.yaml -o no/such/x.sqlite

# Deleted, or replaced, while the sweep runs: the rows are gone, and it says so.
sed 's/to: 3/to: 24/' sweep.yaml > longer.yaml
for action in 'rm gone.sqlite' 'cp done.sqlite other && mv other gone.sqlite'; do
  rm -f gone.sqlite*
  expect 'gone.sqlite: has been deleted or replaced while the sweep ran' bash -c "
    '$TRITSIM' sweep longer.yaml -o gone.sqlite -j 1 & sweep=\$!
    while [ ! -e gone.sqlite ]; do sleep 0.01; done
    $action
    wait \$sweep"
done

# Input is never output.
cp done.sqlite kept.sqlite
ln -s kept.sqlite link.sqlite
for name in kept.sqlite ./kept.sqlite link.sqlite; do
  expect 'kept.sqlite' "$TRITSIM" sweep show kept.sqlite -o "$name"
done
cmp kept.sqlite done.sqlite

# Expressions: no parameters, and none without an end.
expect "'?' stands for a value that nobody gives" "$TRITSIM" sweep show done.sqlite --where 'lanes = ?'
expect "':x' stands for a value that nobody gives" "$TRITSIM" sweep show done.sqlite --where 'lanes = :x'
endless='(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c) > 0'
expect 'takes too long' "$TRITSIM" sweep show done.sqlite --where "$endless"
sed "s/^skip.*/skip: ['lanes = @a']/" sweep.yaml > bad.yaml
expect "bad.yaml:8:8: skip.0: 'lanes = @a': '@a' stands for" "$TRITSIM" check bad.yaml
sed "s/^skip.*/skip: [\"$endless\"]/" sweep.yaml > bad.yaml
expect 'takes too long' "$TRITSIM" check bad.yaml
sed "s/^require.*/require: [\"$endless\"]/" sweep.yaml > bad.yaml
expect 'bad.yaml:9:11: require.0: ' "$TRITSIM" check bad.yaml
grep -q 'takes too long' stderr.txt

# `check` finds what the sweep finds before its first run, at its place in the file.
sed 's/ternaries_per_cycle/ternaries_per_cycl/' sweep.yaml > bad.yaml
expect "bad.yaml:6:25: board.cores.0.core.ternary.ternaries_per_cycl: no such key in this document" \
  "$TRITSIM" check bad.yaml
sed 's/values: \[64, 128, 256\]/values: [64, 0]/' sweep.yaml > bad.yaml
expect "bad.yaml:6:86: board.cores.0.core.ternary.ternaries_per_cycle: '0' is out of range" \
  "$TRITSIM" check bad.yaml
sed 's/power_w < 45/powr_w < 45/' sweep.yaml > bad.yaml
expect "bad.yaml:9:11: require.0: 'powr_w < 45': no such column: powr_w" "$TRITSIM" check bad.yaml
sed 's/{name: width.*/{name: core, path: board.cores.0.core, files: [there.yaml, missing.yaml]}/; /^skip/d' \
  sweep.yaml > bad.yaml
cp "$SOURCE_DIR/configs/cores/ternip_1024.yaml" there.yaml
expect 'bad.yaml:6:64: board.cores.0.core: ' "$TRITSIM" check bad.yaml
grep -q 'missing.yaml' stderr.txt
[ "$(grep -c 'there.yaml' stderr.txt)" = 0 ]
"$TRITSIM" check sweep.yaml | grep -q 'ok (sweep)'

# Files of an axis have one name, wherever the sweep is run from.
mkdir -p files/cores elsewhere
cp "$SOURCE_DIR"/configs/cores/ternip_1024.yaml files/cores/a.yaml
cp "$SOURCE_DIR"/configs/cores/ternip_1024_packed.yaml files/cores/b.yaml
sed 's/{name: width.*/{name: core, path: board.cores.0.core, files: [cores\/a.yaml, .\/cores\/b.yaml]}/; /^skip/d' \
  sweep.yaml > files/sweep.yaml
"$TRITSIM" sweep files/sweep.yaml -o files.sqlite --shard 1/2 > /dev/null 2>&1
(cd elsewhere && "$TRITSIM" sweep ../files/sweep.yaml -o ../files.sqlite --resume) > /dev/null 2>&1
"$TRITSIM" sweep show files.sqlite --csv --columns core > cores.csv
[ "$(tail -n +2 cores.csv | tr -d '\r' | sort -u | tr '\n' ' ')" = 'cores/a.yaml cores/b.yaml ' ]
(cd elsewhere && "$TRITSIM" run --from ../files.sqlite --point 3 --json > run.json)
