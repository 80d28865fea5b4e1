# SPDX-License-Identifier: Apache-2.0
# Published figures: all within tolerance; a case outside it gives exit code 3.
set -euo pipefail
"$TRITSIM" validate "$SOURCE_DIR"/configs/measurements/*.yaml > table.txt
"$TRITSIM" validate --ranges U250 memory_shuhai h200 > ranges.txt
grep -q 'U250: 370M, 48 lanes' table.txt
grep -q '^all  *[1-9][0-9]*  *[1-9][0-9]* ' ranges.txt  # figures with a range, and those inside it
"$TRITSIM" validate --json "$SOURCE_DIR"/configs/measurements/*.yaml -o out > all.json
cmp all.json out/validation.json
grep -q '^# Validation' out/validation.md
python3 - <<'PY'
import json
all = json.load(open('all.json'))
assert all['ok'] is True
assert all['predicted']['count'] >= 12 and all['calibrated']['count'] >= 5
import csv
rows = list(csv.DictReader(open('out/validation.csv', newline='')))
assert len(rows) == len(all['cases'])
assert float(rows[0]['measured']) == all['cases'][0]['measured']
page = open('out/validation.html').read()
assert page.count('<figure>') >= 3 and all['cases'][0]['name'] in page
inside = {c['name']: c['boundary'] for c in all['cases']}
assert inside['U250: 370M, 48 lanes, power'] == 'card; without embedding, lm_head, 48 sequences', inside
assert inside['KV260: Llama-2 7B, int4, decoding'] == 'every op of the model, 1 sequence', inside
for case in all['cases']:
    if case['obtained'] == 'rtl_simulation':
        assert case['simulated'] == case['measured'], case
PY
# Without files: all that is shipped, from any directory. Patterns choose among the cases.
"$TRITSIM" validate --json > shipped.json
cmp all.json shipped.json
"$TRITSIM" validate --json 'K26: stage*' kv260_llama > chosen.json
"$TRITSIM" validate --json "$SOURCE_DIR/configs/measurements/k26_silicon.yaml" '*STAGE 3*' > third.json
python3 - <<'PY'
import json
names = [c['name'] for c in json.load(open('chosen.json'))['cases']]
assert len(names) == 8 and all(n.startswith(('K26: stage', 'KV260')) for n in names), names
assert [c['name'] for c in json.load(open('third.json'))['cases']] == [
    'K26: stage 3, better packing', 'K26: stage 3, a call']
PY
refuse() {  # command...: has to end with 2
  local code=0
  "$@" 2> error.txt > /dev/null || code=$?
  [ "$code" = 2 ]
}
refuse "$TRITSIM" validate u205_silicon
grep -q "'u205_silicon' matches no measurement; did you mean 'u250_silicon'?" error.txt
refuse "$TRITSIM" validate '*nowhere*'
grep -q 'there are: arty_silicon, ' error.txt

# Projected figures: in a table of their own, in no summary.
"$TRITSIM" validate d5005_projected memory_shuhai > projected.txt
grep -q '^D5005: MMfreeLM 1.3B  *tokens/s  *23.80' projected.txt
[ "$(sed -n '1,/^Absolute error/p' projected.txt | grep -c 'all 32 pseudo channels')" = 0 ]
grep -q '^bandwidth  *predicted  *4 ' projected.txt
python3 - <<'PY'
import json
cases = json.load(open('all.json'))['cases']
summary = json.load(open('all.json'))
judged = [c for c in cases if c['obtained'] != 'projected']
assert len(cases) - len(judged) >= 3
assert summary['predicted']['count'] + summary['calibrated']['count'] == len(judged)
PY

# Each calibrated figure left out in turn; of a board's memory, too.
"$TRITSIM" validate --leave-one-out arty_ternfpga > arty.txt
grep -q 'Arty: 32 MB read from DDR3 .*+0.2 %  *+[0-9.]* % *$' arty.txt
"$TRITSIM" validate --leave-one-out rtx3060 > left_out.txt
grep -q '2 parameters, without it 1 figure' left_out.txt
"$TRITSIM" validate --leave-one-out k26_mmfree --json > left_out.json
python3 - <<'PY'
import json
sets = json.load(open('left_out.json'))
figures = [f for s in sets for f in s['figures']]
left = [f for f in figures if 'left_out' in f]
assert left and all('note' in f for f in figures)
# A fit to all figures does no worse on one of them than a fit without it.
assert all(abs(f['left_out']) >= abs(f['fitted']) - 0.002 for f in left), left
assert all(p['low'] <= p['fitted'] <= p['high'] for s in sets for p in s['parameters']
           if p.get('fitted') is not None)
PY
# Single kernels stand in a table of their own beside other figures.
"$TRITSIM" validate h200 > h200.txt
grep -q '^H200 kernels  *product  *time  *predicted  *60 ' h200.txt
if grep -q '^H200 kernels: ' h200.txt; then exit 1; fi
"$TRITSIM" validate h200_kernels > kernels.txt
grep -q "^H200 kernels: packed, 2048 x 2048, batch 8  *time " kernels.txt

# The shipped kernels are what the tool for measuring makes of the recorded ones.
python3 "$SOURCE_DIR/tools/measure_gpu.py" --from "$SOURCE_DIR/tests/data/h200_kernels.json" \
  --processor ../processors/h200.yaml --gpu 'H200 kernels' \
  --source "$(sed -n 's/^source: "\(.*\)"$/\1/p' "$SOURCE_DIR/configs/measurements/h200_kernels.yaml")" \
  -o kernels.yaml
cmp kernels.yaml "$SOURCE_DIR/configs/measurements/h200_kernels.yaml"
# Fitted anew, the packed ones are where they were.
"$TRITSIM" calibrate "$SOURCE_DIR/configs/measurements/h200_kernels.yaml" --only packed, \
  --fit packed.start,packed.element -o gpu.yaml > calibrated.txt
"$TRITSIM" run --board "$SOURCE_DIR/configs/processors/h200.yaml" --overlay gpu.yaml \
  --model "$SOURCE_DIR/configs/models/mmfreelm_1.3b.yaml" --generate 1 --json > fitted.json
python3 - <<'PY'
import json
assert abs(json.load(open('fitted.json'))['time_per_token_s'] / 0.8891e-3 - 1) < 0.03
PY
refuse "$TRITSIM" validate --leave-one-out hh200
grep -q "did you mean 'h200'?" error.txt
refuse "$TRITSIM" validate --leave-one-out u250_mmfree_24
grep -q 'nothing was fitted to any figure of it' error.txt

sed "s|\.\./|$SOURCE_DIR/configs/|; s/cycles: 133/cycles: 134/" \
  "$SOURCE_DIR/configs/measurements/d5005_rtl.yaml" > off.yaml
code=0
"$TRITSIM" validate off.yaml > /dev/null 2> error.txt || code=$?
[ "$code" = 3 ]
grep -q '1 of 14 cases outside' error.txt

# Synthesised parts are judged if their file is named, or nothing is; a vendor's figures stand apart.
"$TRITSIM" validate "$SOURCE_DIR"/configs/measurements/{synthesis_xcup,vendor_parts}.yaml > parts.txt
grep -q '^ternary_tree  *6 / 6 ' parts.txt
grep -q '^trit_decoder: n 1  *36 ' parts.txt
[ "$("$TRITSIM" validate memory_shuhai | grep -c 'Area law')" = 0 ]
python3 - <<'PY'
import json
parts = json.load(open('all.json'))['parts']
kinds = {p['obtained'] for p in parts}
assert kinds == {'open_synthesis', 'vendor_tool'}, kinds
judged = [p for p in parts if p['obtained'] == 'open_synthesis' and not p['fitted'] and p['luts'] >= 30]
errors = sorted(abs(p['luts_by_law']['value'] / p['luts'] - 1) for p in judged)
assert len(errors) > 25 and errors[len(errors) // 2] < 0.08, errors
PY
