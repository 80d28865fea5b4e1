# SPDX-License-Identifier: Apache-2.0
# One board for all commands: files first, then --set; what was changed acts, is shown and is kept.
set -euo pipefail
board=$SOURCE_DIR/configs/boards/u250_mmfree_24.yaml
model=$SOURCE_DIR/configs/models/mmfreelm_370m.yaml
cp "$SOURCE_DIR/configs/mappings/whole_model_on_core.yaml" whole.yaml
mapping=whole.yaml
dense=$SOURCE_DIR/configs/boards/k26_dense.yaml
cached=$SOURCE_DIR/configs/models/transformer_370m_int8.yaml

refuse() {  # TEXT COMMAND...: ends with 2 and says TEXT
  local text=$1 code=0
  shift
  "$@" > /dev/null 2> stderr.txt || code=$?
  if [ "$code" != 2 ] || ! grep -qF -- "$text" stderr.txt; then
    echo "exit code $code, or message lacks '$text': $*"
    cat stderr.txt
    exit 1
  fi
}

# --set inside a mapping that is given beside it acts, in every command.
"$TRITSIM" run --board "$board" --model "$model" --generate 1 --mapping "$mapping" \
  --set mapping.lm_head=excluded -o changed --json > changed.json
"$TRITSIM" map "$board" "$model" --mapping "$mapping" --set mapping.lm_head=excluded --explain > map.txt
grep -q '^lm_head  *excluded' map.txt
"$TRITSIM" compare --generate 1 --json \
  --point "$board" "$model" "$mapping" mapping.lm_head=excluded \
  --point "$board" "$model" "$mapping" > compare.json
python3 - "$mapping" <<'PY'
import json, sys
changed = json.load(open('changed.json'))
assert changed['excluded'] == ['lm_head'], changed['excluded']
assert changed['overrides'] == [{'option': '--mapping', 'value': sys.argv[1]},
                                {'option': '--set', 'value': 'mapping.lm_head=excluded'}], changed['overrides']
stored = json.load(open('changed/result.json'))
assert stored['result']['overrides'] == changed['overrides']
runs = json.load(open('compare.json'))['runs']
assert runs[0]['name'] != runs[1]['name'], runs
assert 'mapping.lm_head=excluded' in runs[0]['name']
PY

# What was changed is in title and heading, of files and of pages, and lives on in a run from them.
grep -q '^# .*head=excluded' changed/report.md
grep -q '<h1>[^<]*mapping.lm_head=excluded' changed/report.html
head -1 changed/power.csv | grep -q ',run\b'
grep -q 'mapping.lm_head=excluded' <(sed -n 2p changed/power.csv)
grep -q 'mapping.lm_head=excluded' <(sed -n 2p changed/bandwidth.csv)
"$TRITSIM" run --from changed/report.html -o again > again.txt
head -4 again.txt | grep -q 'mapping.lm_head=excluded'
cmp changed/result.json again/result.json
"$TRITSIM" run --board "$board" --model "$model" --generate 1 -o plain > /dev/null
"$TRITSIM" compare --json plain/result.json changed/result.json > stored.json
python3 - <<'PY'
import json
names = [r['name'] for r in json.load(open('stored.json'))['runs']]
assert len(set(names)) == 2, names
PY

# The context is part of the workload, and of the heading.
"$TRITSIM" run --board "$dense" --model "$cached" --generate 1 --batch 1 --context 100 -o context > context.txt
head -4 context.txt | grep -q 'context 100'
python3 - <<'PY'
import json
stored = json.load(open('context/result.json'))
assert stored['summary']['context'] == 100 and stored['result']['workload']['context'] == 100
PY

# Lists work the same everywhere.
"$TRITSIM" run --board "$board" --model "$model" --generate 1 --set 'cores.0.channels=[0, 1]' --json > list.json
"$TRITSIM" map "$board" "$model" --set 'cores.0.channels=[0, 1]' > /dev/null
"$TRITSIM" compare --generate 1 --json --point "$board" "$model" 'cores.0.channels=[0, 1]' \
  --point "$board" "$model" > lists.json
"$TRITSIM" validate 'U250: 370M, 24 lanes' --set 'cores.0.channels=[0, 1]' --json > validated.json || [ $? = 3 ]
python3 - <<'PY'
import json
run = json.load(open('list.json'))['tokens_per_s']
compared = json.load(open('lists.json'))['runs'][0]
validated = [c for c in json.load(open('validated.json'))['cases'] if c['quantity'] == 'tokens/s']
assert abs(run - compared['tokens_per_s']) < 1e-6 * run, (run, compared)
assert all(abs(c['simulated'] - run) < 0.2 * run for c in validated), validated
PY

# An override that does nothing is an error.
refuse 'given twice' "$TRITSIM" run --board "$board" --model "$model" --mapping "$mapping" \
  --set "mapping=$mapping"
refuse 'has no effect, --dim replaces it' "$TRITSIM" run --board "$board" --model "$model" \
  --dim 1024 --set cores.0.core.vector_length=512
refuse 'has no attention and keeps no cache' "$TRITSIM" map "$board" "$model" --context 10
refuse 'none of the cases has a board' "$TRITSIM" validate h200 --set cores.0.lanes=2
refuse '--seed' "$TRITSIM" run --board "$board" --model "$model" --seed 2
refuse '--window' "$TRITSIM" run --board "$board" --model "$model" --window 0..1

# A design that does not fit runs, and says so first; a model that does not is told by `map`, too.
"$TRITSIM" run --board "$board" --model "$model" --generate 1 --set cores.0.lanes=300 > misfit.txt
grep -q 'does not fit' misfit.txt
grep -qE 'The design does not fit: it takes [0-9]+ % of logic cells' misfit.txt
"$TRITSIM" run --board "$board" --model "$model" --generate 1 --set cores.0.lanes=300 --json > misfit.json
"$TRITSIM" run --board "$board" --model "$model" --generate 1 \
  --set device.ram.0.shell=2303 --json > blocks.json
python3 - <<'PY'
import json
for name, resource in (('misfit.json', 'logic cells'), ('blocks.json', 'bram36')):
    r = json.load(open(name))
    assert r['fits'] == 0 and f'% of {resource}' in r['fit'], r['fit']
PY
"$TRITSIM" map "$dense" "$cached" --context 4000 --batch 64 | grep -q "does not fit (.* % of memory 'ddr'"
refuse "memory '" "$TRITSIM" run --board "$dense" --model "$cached" --generate 1 --batch 64 --context 4000

# A run that fails leaves the older files, and says that they are; so does one that has fewer files.
cp changed/result.json before.json
refuse 'changed: result.json, report.md, report.html, power.csv, bandwidth.csv are of an earlier run' \
  "$TRITSIM" run --board "$board" --model none.yaml -o changed
cmp before.json changed/result.json
"$TRITSIM" run --board "$SOURCE_DIR/configs/processors/h200.yaml" --model "$cached" --generate 1 \
  -o changed > /dev/null 2> stderr.txt
grep -qF 'changed: power.csv, bandwidth.csv are of an earlier run' stderr.txt
