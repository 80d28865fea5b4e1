# SPDX-License-Identifier: Apache-2.0
# `tritsim map`: where the ops of a model run, and why.
set -euo pipefail
board=$SOURCE_DIR/configs/boards/u250_mmfree_48.yaml
model=$SOURCE_DIR/configs/models/mmfreelm_370m.yaml

"$TRITSIM" map "$board" "$model" > summary.txt
grep -q '^bit_linear  *core  *144  *312 ' summary.txt
"$TRITSIM" map "$board" "$model" --explain > explain.txt
grep -q '^layers.0-23.mlp.down_proj  *core .* 3 of 1024x1024  *8 %' explain.txt
grep -q '^lm_head  *excluded  *mapping.lm_head' explain.txt
"$TRITSIM" map "$board" "$model" --json | python3 -c '
import json, sys
placement = json.load(sys.stdin)
kernels = placement["kernels"]
assert placement["fit"].startswith("fits ("), placement["fit"]
assert [k["lanes"] for k in kernels] == [14, 6], kernels
ops = {o["name"]: o for o in kernels[0]["ops"]}
assert len(ops) == 506 and ops["layers.3.attn.i_proj"]["tiles"] == 1, len(ops)
'

# For a spreadsheet: plain numbers, under the keys of the JSON.
"$TRITSIM" map "$board" "$model" --json > map.json
"$TRITSIM" map "$board" "$model" --explain --csv > explain.csv
"$TRITSIM" map "$board" "$model" --csv > summary.csv
python3 - <<'PY'
import csv, json
kernels = json.load(open("map.json"))["kernels"]
ops = [(k, o) for k in kernels for o in k["ops"]]
rows = list(csv.DictReader(open("explain.csv", newline="")))
assert len(rows) == len(ops)
for (kernel, op), row in zip(ops, rows):
    assert row == {"kernel": kernel["name"], "lanes": str(kernel["lanes"])} | {k: str(v) for k, v in op.items()}
for row in csv.DictReader(open("summary.csv", newline="")):
    same = [o for k, o in ops if (k["name"], o["kind"], o["place"]) == (row["kernel"], row["kind"], row["place"])]
    assert int(row["ops"]) == len(same)
    for key in ("tiles", "instructions", "spills", "reloads", "weight_bytes", "vector_bytes", "cycles"):
        assert int(row[key]) == sum(o[key] for o in same), (key, row)
PY

# A mapping by name; the reason is shown, and a pattern that matches nothing is refused.
cat > mapping.yaml <<'YAML'
kind: mapping
embedding: excluded
lm_head: excluded
ops:
  layers.0.*: excluded
YAML
"$TRITSIM" map "$board" "$model" --mapping mapping.yaml --explain > explain.txt
grep -q '^layers.0.attn.i_proj  *excluded  *mapping.ops: layers.0.\*' explain.txt
sed -i 's/layers.0/layer.0/' mapping.yaml
code=0
"$TRITSIM" map "$board" "$model" --mapping mapping.yaml > /dev/null 2> stderr.txt || code=$?
[ "$code" = 2 ]
grep -qF 'mapping.ops.layer.0.*: matches no op' stderr.txt

# One kind of op goes elsewhere by --set, although the mapping places none; of the other keys nothing is lost.
"$TRITSIM" map "$board" "$model" --set mapping.places.silu=excluded --explain > placed.txt
grep -q '^layers.0-23.attn.input_gate  *excluded  *mapping.places' placed.txt
grep -q '^lm_head  *excluded  *mapping.lm_head' placed.txt
code=0
"$TRITSIM" map "$board" "$model" --set mapping.places.silo=host > /dev/null 2> stderr.txt || code=$?
[ "$code" = 2 ]
grep -q "silo" stderr.txt
