# SPDX-License-Identifier: Apache-2.0
# The main job from the command line: files, figures, same bytes again, exit codes.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards
models=$SOURCE_DIR/configs/models

"$TRITSIM" run --board "$boards/u250_mmfree_48.yaml" --model "$models/mmfreelm_370m.yaml" \
  --prompt 0 --generate 2 -o out > terminal.txt
grep -q 'Tokens/s, all sequences' terminal.txt
grep -q 'written: out/result.json' terminal.txt
python3 - <<'PY'
import json
stored = json.load(open('out/result.json'))
summary = stored['summary']
assert 3400 < summary['tokens_per_s'] < 4100, summary['tokens_per_s']
result = stored['result']
assert result['board']['name'].startswith('Alveo U250')
assert result['model']['dimensions']['hidden'] == 1024
assert result['tool'].startswith('tritsim ')
page = open('out/report.html').read()
assert 'vega-lite/v6.json' in page and '</html>' in page
assert '# MMfreeLM 370M' in open('out/report.md').read()
PY

# Same input, same bytes.
"$TRITSIM" run --board "$boards/u250_mmfree_48.yaml" --model "$models/mmfreelm_370m.yaml" \
  --prompt 0 --generate 2 -o again > /dev/null
cmp out/result.json again/result.json
cmp out/report.md again/report.md
cmp out/report.html again/report.html

# Some of the blocks for all of them: said, stored, near; and refused where it cannot be.
"$TRITSIM" run --board "$boards/u250_mmfree_48.yaml" --model "$models/mmfreelm_370m.yaml" \
  --prompt 0 --generate 2 --simulate-layers 3 -o some > some.txt
tr '\n' ' ' < some.txt | grep -q '3 of 24 blocks simulated: block 0, and blocks 1 to 2 in turn in place of all others'
python3 - <<'PY'
import json
all, some = (json.load(open(f'{d}/result.json')) for d in ('out', 'some'))
assert some['result']['sample'] == {'layers': 24, 'simulated': 3}
assert 'sample' not in all['result']
a, b = all['summary'], some['summary']
for key in ('tokens_per_s', 'energy_per_token_j', 'power_w'):
    x, y = (v[key]['value'] if isinstance(v[key], dict) else v[key] for v in (a, b))
    assert abs(y / x - 1) < 0.003, (key, x, y)
PY
"$TRITSIM" run --from some/result.json -o replayed > /dev/null
cmp some/result.json replayed/result.json
! "$TRITSIM" run --board "$boards/u250_mmfree_48.yaml" --model "$models/mmfreelm_370m.yaml" \
  --simulate-layers 1 2> one.txt
grep -q 'simulate-layers' one.txt
! "$TRITSIM" run --board "$boards/u250_mmfree_48.yaml" --model "$models/mmfreelm_370m.yaml" \
  --generate 1 --simulate-layers 3 --timeline t.json 2> timeline.txt
grep -q 'simulate_layers: a timeline shows what is simulated' timeline.txt

# A program under a memory of fixed latency: the published count.
printf 'tmatmul v1, v0, W\n' > one.tmi
"$TRITSIM" run --board "$boards/d5005_mmfree.yaml" --program one.tmi --dim 64 \
  --memory-latency-cycles 8 --json > one.json
python3 - <<'PY'
import json
r = json.load(open('one.json'))
assert r['cycles'] == 9288, r
assert r['reads'] == 1024 and r['writes'] == 0, r
assert abs(r['time_s'] - 9288 / 60e6) < 1e-12, r
PY

# --json prints nothing but JSON, for a model too.
"$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" --model "$models/mmfreelm_370m.yaml" \
  --generate 1 --json 2> /dev/null | python3 -m json.tool > /dev/null

# Random coefficients: the same seed gives the same bytes.
for n in 1 2; do
  "$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" --model "$models/mmfreelm_370m.yaml" \
    --generate 1 --json --monte-carlo 2000 --seed 3 > drawn$n.json
done
cmp drawn1.json drawn2.json
grep -q '"p95"' drawn1.json

# --set reaches into referenced files; --mapping replaces the board's own.
"$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" --model "$models/mmfreelm_370m.yaml" \
  --generate 1 --json --set cores.0.core.ternary.ternaries_per_cycle=256 > fast.json
"$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" --model "$models/mmfreelm_370m.yaml" \
  --generate 1 --json --mapping "$SOURCE_DIR/configs/mappings/whole_model_on_core.yaml" > whole.json
python3 - <<'PY'
import json
assert json.load(open('fast.json'))['tokens_per_s'] > 2500
assert json.load(open('whole.json'))['tokens_per_s'] < 2000
PY

# Of many steps with a growing cache some are simulated; --every-step simulates all, and the run that is
# repeated from its result is the same.
long="--board $SOURCE_DIR/configs/boards/kv260_llama.yaml --model $SOURCE_DIR/configs/models/llama2_7b_w4_kv8.yaml
  --generate 40 --set model.dimensions.layers=1 --no-what-if --no-time-ranges"
"$TRITSIM" run $long --json > sampled.json
"$TRITSIM" run $long --every-step --json -o every > every.json
"$TRITSIM" run --from every/result.json --no-what-if --no-time-ranges --json > again.json
python3 - <<'PY'
import json
some, every, again = (json.load(open(f + ".json")) for f in ("sampled", "every", "again"))
assert some["kernels"][0]["simulated_steps"] < 12 and some["kernels"][0]["sampled"]["error"] < 5e-4, some["kernels"]
assert every["kernels"][0]["simulated_steps"] == 40 and "sampled" not in every["kernels"][0]
assert abs(some["elapsed_s"] / every["elapsed_s"] - 1) < 0.002
assert again["elapsed_s"] == every["elapsed_s"] and again["kernels"] == every["kernels"]
PY
