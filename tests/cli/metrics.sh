# SPDX-License-Identifier: Apache-2.0
# One key for one figure: what the reference of keys says that a command prints is there, and a CSV has
# the keys of the JSON beside it.
set -euo pipefail
configs=$SOURCE_DIR/configs
board=$configs/boards/u250_mmfree_24.yaml
model=$configs/models/mmfreelm_370m.yaml
"$TRITSIM" schema --metrics > keys.md
"$TRITSIM" run --board "$board" --model "$model" --generate 2 --simulate-layers 2 --json > run.json
"$TRITSIM" run --board "$configs/processors/h200.yaml" --model "$model" --generate 2 --json > processor.json
"$TRITSIM" compare --generate 2 --point "$board" "$model" --point "$configs/processors/h200.yaml" "$model" \
  -o compared > /dev/null
"$TRITSIM" memory "$configs/memories/ddr4_2400_u280.yaml" --bytes 64KiB --json > memory.json
"$TRITSIM" validate --json 'K26: stage*' -o validated > /dev/null
cat > sweep.yaml <<Y
kind: sweep
name: two
base: {board: $board, model: $model, workload: {prompt: 0, generate: 2, batch: 0, simulate_layers: 2}}
axes: [{name: lanes, path: board.cores.0.lanes, values: [4, 8]}]
objectives: [{metric: tokens_per_s, goal: max}]
Y
"$TRITSIM" sweep sweep.yaml -o two.sqlite > /dev/null 2>&1
"$TRITSIM" sweep show two.sqlite --json > sweep.json
"$TRITSIM" sweep show two.sqlite --csv > sweep.csv
python3 - <<'PY'
import csv, json, re

def head(name):
    return next(csv.reader(open(name, newline='')))

def columns(row):
    """What a row of a table is called, for the figures of a JSON object."""
    out = set()
    for key, value in row.items():
        if isinstance(value, dict) and set(value) == {'low', 'value', 'high'}:
            out |= {key, key + '_low', key + '_high'}
        elif not isinstance(value, (dict, list)):
            out.add(key)
    return out

load = lambda name: json.load(open(name))
compared = load('compared/comparison.json')['runs']
outputs = {
    'run': load('run.json'), 'run, of a processor': load('processor.json'), 'compare': compared[1],
    'memory': load('memory.json'), 'sweep': load('sweep.json')[0],
}
deep = json.dumps(outputs['run'])
for line in open('keys.md'):
    found = re.match(r'\| `(\w+)`(.*?) \| .*? \| (.*?) \| .+ \|$', line)
    if not found:
        continue
    key, ends, commands = found.groups()
    for command, output in outputs.items():
        where = commands.replace(' (boards)', '')
        if command == 'run, of a processor':
            if 'run' not in where or '(boards)' in commands:
                continue
        elif command not in where.split(', '):
            continue
        there = key in output or command == 'run' and f'"{key}"' in deep
        assert there, f'{key} is not in the JSON of {command}'
        if ends and command == 'sweep':
            assert {key + '_low', key + '_high'} <= set(output), key
        elif ends and isinstance(output.get(key), dict):
            assert set(output[key]) == {'low', 'value', 'high'}, (command, key)
assert sum(line.startswith('| `') for line in open('keys.md')) > 40

# CSV beside JSON.
assert columns(outputs['sweep']) == {c for c in head('sweep.csv') if not c.startswith('components.')}
# The first run has no waterfalls, the others every figure.
assert columns(compared[1]) | {'resources'} == set(head('compared/comparison.csv')), \
    (columns(compared[1]) | {'resources'}) ^ set(head('compared/comparison.csv'))
case = load('validated/validation.json')['cases'][0]
assert columns(case) == set(head('validated/validation.csv')), columns(case) ^ set(head('validated/validation.csv'))
# And values: what `sweep` says of a point, `run` says of it.
for name in ('tokens_per_s', 'fits', 'device_share', 'simulated_layers'):
    assert isinstance(outputs['sweep'][name], (int, float)), name
PY
