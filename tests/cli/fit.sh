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
"$TRITSIM" fit --boards "$boards/kv260_llama.yaml" --models "$models/llama2_7b_int8.yaml" --json > large.json
python3 - > settings.txt <<'PY'
import json
pair, = json.load(open("large.json"))["pairs"]
assert pair["outcome"] == "fits with" and "memory 'ddr'" in pair["why"], pair
assert pair["set"] == ["memories.0.memory.capacity=8 GiB"], pair
print(pair["set"][0])
PY
run="run --board $boards/kv260_llama.yaml --model $models/llama2_7b_int8.yaml --generate 1
  --simulate-layers 2 --no-what-if --no-time-ranges --json"
code=0
"$TRITSIM" $run > /dev/null 2> small.txt || code=$?
[ "$code" = 2 ]
"$TRITSIM" $run --set "$(cat settings.txt)" > run.json
# Room for scores is no way out where the device has no memory blocks for it.
"$TRITSIM" fit --boards "$boards/kv260_llama.yaml" --models "$models/llama2_7b_w4_kv8.yaml" \
  --context 16384 --json > long.json
python3 - <<'PY'
import json
pair, = json.load(open("long.json"))["pairs"]
assert pair["outcome"] == "does not fit" and "has 524800 scores" in pair["why"], pair
assert "cores.0.core.attention.scores=1048576" in pair["then"] and "of bram36" in pair["then"], pair
PY

# A table on a terminal; a directory without boards is refused.
"$TRITSIM" fit --boards "$boards/kv260_llama.yaml" --models "$models/llama2_7b_w4_kv8.yaml" > fit.txt
grep -q '^1 of 1 pairs fit' fit.txt
grep -q '^kv260_llama  *llama2_7b_w4_kv8  *fits ' fit.txt
code=0
"$TRITSIM" fit --boards "$models" --models "$models" 2> wrong.txt || code=$?
[ "$code" = 2 ]
grep -q "has no file of kind 'board'" wrong.txt
"$TRITSIM" fit --help | grep -q 'tritsim fit --boards configs/boards --models configs/models'
