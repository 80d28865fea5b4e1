# SPDX-License-Identifier: Apache-2.0
# Published figures: all within tolerance; a case outside it gives exit code 3.
set -euo pipefail
"$TRITSIM" validate "$SOURCE_DIR"/configs/measurements/*.yaml > table.txt
grep -q 'U250: 370M, 48 lanes' table.txt
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
for case in all['cases']:
    if case['obtained'] == 'rtl_simulation':
        assert case['simulated'] == case['measured'], case
PY
sed "s|\.\./|$SOURCE_DIR/configs/|; s/cycles: 133/cycles: 134/" \
  "$SOURCE_DIR/configs/measurements/d5005_rtl.yaml" > off.yaml
code=0
"$TRITSIM" validate off.yaml > /dev/null 2> error.txt || code=$?
[ "$code" = 3 ]
grep -q '1 of 14 cases outside' error.txt
