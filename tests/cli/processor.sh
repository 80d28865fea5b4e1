# SPDX-License-Identifier: Apache-2.0
# A model on a processor: figures, overrides, what is refused.
set -euo pipefail
configs=$SOURCE_DIR/configs
h200=$configs/processors/h200.yaml
model() { echo "$configs/models/$1.yaml"; }

"$TRITSIM" run --board "$h200" --model "$(model transformer_1.3b)" --prompt 512 --generate 4 \
  -o out > terminal.txt
grep -q 'Latency per token' terminal.txt
grep -q 'Time to first token' terminal.txt
grep -q 'waiting for the host' terminal.txt
grep -q 'written: out/result.json' terminal.txt
"$TRITSIM" run --board "$h200" --model "$(model transformer_1.3b)" --context 1023 --generate 1 \
  --json > dense.json
"$TRITSIM" run --board "$h200" --model "$(model mmfreelm_1.3b)" --generate 1 --json > packed.json
"$TRITSIM" run --board "$h200" --model "$(model mmfreelm_1.3b)" --generate 1 --json \
  --set ternary=unfused > unfused.json
"$TRITSIM" run --board "$h200" --model "$(model tinyllama_1.1b)" --prompt 100 --generate 20 \
  --batch 4 --json > batch.json
python3 - <<'PY'
import json
run = json.load(open('out/result.json'))
assert run['phases']['prompt']['steps'] == 1 and run['phases']['generate']['steps'] == 3
assert run['time_to_first_token_s'] == run['phases']['prompt']['time_s']
dense, packed, unfused, batch = (json.load(open(f'{n}.json'))
                                 for n in ('dense', 'packed', 'unfused', 'batch'))
# Measured: 2.257 ms, 0.889 ms, 4.019 ms.
assert abs(dense['time_per_token_s'] / 2.2568e-3 - 1) < 0.05, dense['time_per_token_s']
assert abs(packed['time_per_token_s'] / 0.8891e-3 - 1) < 0.05
assert abs(unfused['time_per_token_s'] / 4.0186e-3 - 1) < 0.05
assert packed['bound'] in ('kernel_start', 'compute')
for r in (run, dense, packed, unfused, batch):
    assert r['power_w']['low'] <= r['power_w']['value'] <= r['power_w']['high'] < 700
    energy = r['energy_per_token_j']['value'] * r['generated_tokens'] * r['batch']
    assert abs(energy / r['energy_j']['value'] - 1) < 1e-9
    for phase in r['phases'].values():
        assert abs(sum(phase['shares'].values()) - 1) < 1e-9
    assert abs(sum(p['time_s'] for p in r['phases'].values()) / r['elapsed_s'] - 1) < 1e-9
PY

# Which kernels of ternary weights ran stands in the first line, and what a forced choice costs.
run() { "$TRITSIM" run --board "$h200" --model "$(model mmfreelm_2.7b)" "$@"; }
run --generate 1 | sed -n 1p | grep -q 'MMfreeLM 2.7B on NVIDIA H200, packed kernels'
run --generate 1 --batch 256 | sed -n 1p | grep -q 'H200, unfused kernels'
run --generate 4 --prompt 512 | sed -n 1p |
  grep -q 'unfused kernels for the prompt, packed ones for generation'
run --generate 1 --batch 256 --set ternary=packed > forced.txt
sed -n 1p forced.txt | grep -q 'H200 (ternary=packed), packed kernels'
tr '\n' ' ' < forced.txt | grep -q 'with the faster ones the run would take'
"$TRITSIM" run --board "$h200" --model "$(model transformer_370m)" | sed -n 1p > dense.txt
if grep -q kernels dense.txt; then exit 1; fi

# A page with charts; a stored result renders the same bytes, and stands in comparisons.
"$TRITSIM" report out/result.json -o again > again.txt
for name in result.json report.md report.html; do cmp "out/$name" "again/$name"; done
sed '/^written/d' terminal.txt | cmp - again.txt
"$TRITSIM" report out/result.json --json > summary.json
python3 - <<'PY'
import json, re
page = open('out/report.html').read()
charts = [json.loads(t) for t in
          re.findall(r'<script type="application/json">(.*?)</script>', page, re.S)]
assert len(charts) == 5, len(charts)
stored, summary = json.load(open('out/result.json')), json.load(open('summary.json'))
result = stored.pop('processor_result')
assert stored == summary
# Bars of the kinds of op sum to the device time, those of the causes to the energy of a token.
def total(chart):
    return sum(row['value'] for row in chart['layer'][0]['data']['values']) \
        if 'layer' in chart and 'values' in chart['layer'][0].get('data', {}) \
        else sum(row['value'] for row in chart['data']['values'])
units = {'s': 1, 'ms': 1e-3, 'us': 1e-6, 'J': 1, 'mJ': 1e-3}
text = json.dumps(charts[3])
device = sum(op['time_s'] for op in stored['ops'].values())
unit = next(u for u in ('ms', 'us', 's') if f'"title": "{u}"' in text)
assert abs(total(charts[3]) * units[unit] / device - 1) < 1e-4, (total(charts[3]), device)
unit = next(u for u in ('mJ', 'J') if f'"title": "{u}"' in json.dumps(charts[4]))
energy = stored['energy_per_token_j']['value']
assert abs(total(charts[4]) * units[unit] / energy - 1) < 1e-4, (total(charts[4]), energy)
PY
"$TRITSIM" run --board "$configs/boards/u250_mmfree_48.yaml" --model "$(model mmfreelm_370m)" \
  --generate 2 -o board > /dev/null
"$TRITSIM" compare out/result.json board/result.json --json | python3 -m json.tool > /dev/null

refused() {  # refused TEXT ARGUMENTS...: exit code 2 and TEXT on standard error
  local code=0 text=$1
  shift
  "$TRITSIM" run "$@" > /dev/null 2> error.txt || code=$?
  [ "$code" = 2 ]
  grep -qF -- "$text" error.txt || { cat error.txt; exit 1; }
}
refused 'needs an attention unit' --board "$configs/boards/u250_mmfree_48.yaml" \
  --model "$(model llama2_7b)"
refused 'do not fit' --board "$h200" --model "$(model llama2_7b)" --batch 1000 --context 4095
refused 'is of a processor' --from out/result.json
refused 'has no attention and keeps no cache' --board "$h200" --model "$(model mmfreelm_370m)" \
  --context 100
refused 'nothing to run' --board "$h200" --model "$(model llama2_7b)" --generate 0
refused '--program: is for a board' --board "$h200" --program x.tmi
refused 'has no attention and keeps no cache' --board "$configs/boards/u250_mmfree_48.yaml" \
  --model "$(model mmfreelm_370m)" --context 5
