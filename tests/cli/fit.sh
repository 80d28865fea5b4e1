# SPDX-License-Identifier: Apache-2.0
# `tritsim fit`: which models run on which boards, and with which settings the others would.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards
models=$SOURCE_DIR/configs/models
mkdir boards
cat > boards/dense.yaml <<YAML
kind: board
$(sed -e '/^kind:/d' -e "s|\.\./|$SOURCE_DIR/configs/|g" "$boards/u250_dense.yaml")
YAML
echo 'kind: mapping' > boards/other.yaml

"$TRITSIM" fit --boards "$boards/u250_mmfree_48.yaml" "$boards/kv260_llama.yaml" boards \
  --models "$models/mmfreelm_370m.yaml" "$models/llama2_7b_w4_kv8.yaml" "$models/gpt2_medium.yaml" \
  --context 512 --json > fit.json
"$TRITSIM" fit --boards "$boards/u250_mmfree_48.yaml" "$boards/kv260_llama.yaml" boards \
  --models "$models/mmfreelm_370m.yaml" "$models/llama2_7b_w4_kv8.yaml" "$models/gpt2_medium.yaml" \
  --context 512 --csv > fit.csv
python3 - <<'PY'
import csv, json, os
pairs = json.load(open("fit.json"))["pairs"]
assert len(pairs) == 9, len(pairs)
of = {(os.path.basename(p["board"])[:-5], os.path.basename(p["model"])[:-5]): p for p in pairs}
assert of["u250_mmfree_48", "mmfreelm_370m"]["outcome"] == "fits", of
assert of["kv260_llama", "llama2_7b_w4_kv8"]["outcome"] == "fits", of
# A ternary core has no unit for int4 weights: the host would do nearly everything.
llama = of["u250_mmfree_48", "llama2_7b_w4_kv8"]
assert llama["outcome"] == "does not fit" and "needs a unit for int4 weights" in llama["why"], llama
assert not llama["set"] and "the weights to the host" in llama["then"], llama
rows = list(csv.DictReader(open("fit.csv", newline="")))
assert [r["outcome"] for r in rows] == [p["outcome"] for p in pairs]
PY

# What it proposes works: the same pair with those settings fits, and runs.
"$TRITSIM" fit --boards "$boards/kv260_llama.yaml" --models "$models/llama2_7b_w4_kv8.yaml" \
  --context 16384 --json > large.json
python3 - > settings.txt <<'PY'
import json
pair, = json.load(open("large.json"))["pairs"]
assert pair["outcome"] == "fits with" and "has 524800 scores" in pair["why"], pair
wanted = ["cores.0.core.attention.scores=1048576", "memories.0.memory.capacity=8 GiB"]
assert pair["set"] == wanted, pair
print("\n".join(pair["set"]))
PY
run="run --board $boards/kv260_llama.yaml --model $models/llama2_7b_w4_kv8.yaml --context 16384
  --generate 1 --simulate-layers 2 --no-what-if --no-time-ranges --json"
code=0
"$TRITSIM" $run > /dev/null 2> small.txt || code=$?
[ "$code" = 2 ]
"$TRITSIM" $run --set "$(head -1 settings.txt)" --set "$(tail -1 settings.txt)" > run.json

# A table on a terminal; a directory without boards is refused.
"$TRITSIM" fit --boards "$boards/kv260_llama.yaml" --models "$models/llama2_7b_w4_kv8.yaml" > fit.txt
grep -q '^1 of 1 pairs fit' fit.txt
grep -q '^kv260_llama  *llama2_7b_w4_kv8  *fits ' fit.txt
code=0
"$TRITSIM" fit --boards "$models" --models "$models" 2> wrong.txt || code=$?
[ "$code" = 2 ]
grep -q "has no file of kind 'board'" wrong.txt
"$TRITSIM" fit --help | grep -q 'tritsim fit --boards configs/boards --models configs/models'
