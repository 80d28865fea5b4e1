# SPDX-License-Identifier: Apache-2.0
# `tritsim speculate`: whether drafts pay on a board.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards
models=$SOURCE_DIR/configs/models
on="--board $boards/u250_mmfree_48.yaml --model $models/mmfreelm_370m.yaml --simulate-layers 2"

# 14 lanes share a pass over the weights: a look-up pays from a low acceptance on.
"$TRITSIM" speculate $on --length 3 --accept 0.7 > lookup.txt
grep -q 'Drafting pays: with 3 tokens looked up in the prompt' lookup.txt
"$TRITSIM" speculate $on --length 3 --accept 0.7 --json > lookup.json
"$TRITSIM" speculate $on --length 3 --accept 0.9,0.5 --csv > list.csv
# A draft model as large as the model cannot.
"$TRITSIM" speculate $on --draft "$models/mmfreelm_370m.yaml" --length 2 --accept 1 > self.txt
grep -q 'Drafting does not pay: .*nor would it if every token were accepted' <(tr '\n' ' ' < self.txt)
python3 - <<'PY'
import csv, json
s = json.load(open("lookup.json"))
assert s["draft"] is None and s["best_length"] == 3, s
t = [p["time_s"] for p in s["passes"]]
assert len(t) == 4 and t == sorted(t)
for d in s["drafts"]:
    kept = sum(0.7 ** i for i in range(d["length"] + 1))
    assert abs(d["tokens"] - kept) < 1e-9, d
    assert abs(d["speedup"] - kept * t[0] / t[d["length"]]) < 1e-9, d
    a = d["break_even"]
    assert abs(sum(a ** i for i in range(d["length"] + 1)) - t[d["length"]] / t[0]) < 1e-6, d
rows = list(csv.DictReader(open("list.csv", newline="")))
assert [round(float(r["tokens"]), 6) for r in rows] == [1.9, 2.35, 2.575], rows
assert list(rows[0]) == list(s["drafts"][0]), rows[0]
PY
code=0
"$TRITSIM" speculate $on --accept 1.5 2> wrong.txt || code=$?
[ "$code" = 2 ]
grep -q 'accept' wrong.txt
"$TRITSIM" speculate --help | grep -q 'tritsim speculate --board'
