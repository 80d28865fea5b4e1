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
