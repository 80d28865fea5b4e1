# SPDX-License-Identifier: Apache-2.0
# Timelines: trace events by the schema of their format, a VCD, and what the terminal says of them.
set -euo pipefail
run=("$TRITSIM" run --board "$SOURCE_DIR/configs/boards/u250_mmfree_48.yaml"
     --model "$SOURCE_DIR/configs/models/mmfreelm_370m.yaml" --prompt 0)

"${run[@]}" --generate 8 --timeline run.json --vcd run.vcd > terminal.txt
grep -q '^timeline: run.json: [0-9]* events, token steps 0 to 1 of 8: ' terminal.txt
grep -q '^timeline: run.vcd: ' terminal.txt
grep -q '^timeline: what comes after the window is left out' terminal.txt
grep -q '^\$timescale' run.vcd
"${run[@]}" --generate 2 --timeline whole.json --window all -o whole > terminal.txt
(! grep -q 'left out' terminal.txt)

# The same bytes again; nothing but JSON on standard output.
"${run[@]}" --generate 8 --timeline again.json --json 2> lines.txt | python3 -m json.tool > /dev/null
cmp run.json again.json
sleep 1  # a date would differ
"${run[@]}" --generate 8 --vcd again.vcd > /dev/null
cmp run.vcd again.vcd
grep -q '^timeline: again.json' lines.txt

# What a stored run was made from has the same timeline.
"$TRITSIM" run --from whole/result.json --timeline from.json --window all > /dev/null
cmp whole.json from.json

# A host between the launches of single instructions.
"$TRITSIM" run --board "$SOURCE_DIR/configs/boards/k26_mmfree.yaml" \
  --model "$SOURCE_DIR/configs/models/mmfreelm_370m.yaml" --generate 2 --window 0us..20ms --timeline host.json > /dev/null

for refused in '--window 2..1' '--window soon' '--timeline no/such/place.json'; do
  status=0
  # shellcheck disable=SC2086
  "${run[@]}" --generate 2 --timeline cut.json $refused > /dev/null 2> problem.txt || status=$?
  [[ $status == 2 && -s problem.txt ]] || { echo "not refused: $refused"; exit 1; }
done

if ! python3 -c 'import jsonschema' 2> /dev/null; then
  echo "python3-jsonschema is not installed (tools/setup.sh test does it)"
  exit 77
fi
python3 - "$SOURCE_DIR/tests/data/trace_events.schema.json" <<'PY'
import json, sys
import jsonschema

schema = json.load(open(sys.argv[1]))
validator = jsonschema.Draft7Validator(schema)
for name in 'run.json', 'host.json':
    document = json.load(open(name))
    document['traceEvents'] = document['traceEvents'][:4000]  # of each kind some hundred
    validator.validate(document)
    assert {e['ph'] for e in document['traceEvents']} == set('MBEX')
# The schema can tell: an event without a time, a phase that is none of ours.
for broken in {'ph': 'X', 'pid': 1, 'tid': 1, 'name': 'a', 'cat': 'b'}, {'ph': 'Q', 'pid': 1}:
    assert not validator.is_valid({'traceEvents': [broken], 'displayTimeUnit': 'ns',
                                   'otherData': document['otherData']})
PY
