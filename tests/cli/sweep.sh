# SPDX-License-Identifier: Apache-2.0
# A sweep from the command line: the same rows whatever -j and shards; refusals; showing.
set -euo pipefail
cp "$SOURCE_DIR"/tests/cli/sweep/{model,sweep}.yaml .
sed -i "s|\.\./\.\./\.\.|$SOURCE_DIR|" sweep.yaml model.yaml
rows="python3 $SOURCE_DIR/tests/cli/sweep/rows.py"
points=$((8 * 3 * 6 - 12))

"$TRITSIM" sweep sweep.yaml -o one.sqlite -j 1 > out.txt 2> err.txt
grep -q "^$points points run in .* 0 without a result: one.sqlite" out.txt
grep -q "^$points of 144 points of the grid" err.txt
"$TRITSIM" sweep sweep.yaml -o two.sqlite -j 2 > /dev/null 2>&1
"$TRITSIM" sweep sweep.yaml -o part1.sqlite -j 2 --shard 1/2 > /dev/null 2>&1
"$TRITSIM" sweep sweep.yaml -o part2.sqlite -j 2 --shard 2/2 > /dev/null 2>&1
"$TRITSIM" sweep merge -o merged.sqlite part1.sqlite part2.sqlite > /dev/null
$rows $points one.sqlite two.sqlite merged.sqlite

# A point of the sweep is what `run` says of it.
"$TRITSIM" run --board "$SOURCE_DIR/configs/boards/u250_mmfree_24.yaml" --model model.yaml \
  --generate 2 --set cores.0.lanes=5 --set cores.0.core.ternary.ternaries_per_cycle=256 \
  --set 'cores.0.core.clock=150 MHz' --no-time-ranges --json > run.json
"$TRITSIM" sweep show one.sqlite --where 'lanes = 5 AND width = 256 AND clock = 150e6' --json > row.json
python3 - <<'PY'
import json
run, (row,) = json.load(open('run.json')), json.load(open('row.json'))
assert row['fits'] == 1 and 0 < run['device_share'] == row['device_share'] < 1
assert run['tokens_per_s'] == row['tokens_per_s']
assert run['power_w']['value'] == row['power_w'] and run['power_w']['high'] == row['power_w_high']
assert run['components'] == row['components']
PY

# expect TEXT COMMAND...: the command fails with 2 and says TEXT
expect() {
  local text=$1 code=0
  shift
  "$@" > stdout.txt 2> stderr.txt || code=$?
  if [ "$code" != 2 ] || ! grep -qF -- "$text" stderr.txt; then
    echo "exit code $code: $*"
    cat stderr.txt
    exit 1
  fi
}

# Nothing is overwritten, changed inputs are noticed.
expect 'add --resume' "$TRITSIM" sweep sweep.yaml -o one.sqlite
cp one.sqlite changed.sqlite
sed -i 's/^  layers: 4/  layers: 3/' model.yaml
expect 'the inputs of 132 of its points have changed' "$TRITSIM" sweep sweep.yaml \
  -o changed.sqlite --resume
$rows $points one.sqlite changed.sqlite
"$TRITSIM" sweep sweep.yaml -o changed.sqlite --resume --replace-changed > out.txt 2> /dev/null
grep -q "^$points points run" out.txt
! $rows $points one.sqlite changed.sqlite 2> /dev/null
sed -i 's/^  layers: 3/  layers: 4/' model.yaml

# Bad axes and expressions: told before anything is run, with the point.
sed 's/from: 1, to: 8/from: 0, to: 2/' sweep.yaml > bad.yaml
expect "bad.yaml:5:5: board.cores.0.lanes: '0' is out of range [point 0: lanes = 0, width = 64, clock = 100 MHz] and 17 more" \
  "$TRITSIM" sweep bad.yaml -o bad.sqlite
sed 's/ternaries_per_cycle/ternaries_per_cycl/' sweep.yaml > bad.yaml
expect "did you mean 'board.cores.0.core.ternary.ternaries_per_cycle'?" \
  "$TRITSIM" sweep bad.yaml -o bad.sqlite
sed 's/lanes = 3/lane = 3/' sweep.yaml > bad.yaml
expect "bad.yaml:8:8: skip.0: 'lane = 3 AND width > 64': no such column: lane" \
  "$TRITSIM" sweep bad.yaml -o bad.sqlite
sed 's/power_w < 45/powr_w < 45/' sweep.yaml > bad.yaml
expect "bad.yaml:9:11: require.0: 'powr_w < 45': no such column: powr_w" \
  "$TRITSIM" sweep bad.yaml -o bad.sqlite
expect '--shard 3/2: write it as i/n' "$TRITSIM" sweep sweep.yaml --shard 3/2
[ ! -e bad.sqlite ]

# A point that does not fit is a row with its reason, the others go on.
sed -e 's/width, path.*/size, path: board.memories.0.memory.capacity, values: [1 KiB, 16 GiB]}/' \
  -e '/skip/d' sweep.yaml > small.yaml
"$TRITSIM" sweep small.yaml -o small.sqlite > /dev/null 2>&1
"$TRITSIM" sweep show small.sqlite --csv --where "status <> 'ok'" --columns point,status,reason > failed.csv
[ "$(grep -c 'unfit,' failed.csv)" = 48 ]

# Showing: order, front, formats.
"$TRITSIM" sweep show one.sqlite --json > all.json
"$TRITSIM" sweep show one.sqlite --jsonl > all.jsonl
python3 -c "import json; assert [json.loads(l) for l in open('all.jsonl')] == json.load(open('all.json'))"
"$TRITSIM" sweep show one.sqlite --sort power_w --csv --columns power_w > sorted.csv
"$TRITSIM" sweep show one.sqlite --pareto > front.txt
expect "did you mean 'power_w'?" "$TRITSIM" sweep show one.sqlite --sort powerw
expect 'no such column: lane' "$TRITSIM" sweep show one.sqlite --where 'lane > 2'
expect 'is not the database of a sweep' "$TRITSIM" sweep show sweep.yaml
python3 - <<'PY'
import csv, json
rows = json.load(open('all.json'))
assert len(rows) == 132
order = [(r['feasible'], r['tokens_per_s']) for r in rows]
assert order == sorted(order, reverse=True)   # what is feasible, then the first objective, best first
powers = [float(r['power_w']) for r in csv.DictReader(open('sorted.csv'))]
assert powers == sorted(r['power_w'] for r in rows)
good = [r for r in rows if r['power_w'] < 45]
assert 0 < len(good) < len(rows)
def beaten(r):
    return any(o['tokens_per_s'] >= r['tokens_per_s'] and o['power_w'] <= r['power_w']
               and (o['tokens_per_s'], o['power_w']) != (r['tokens_per_s'], r['power_w']) for o in good)
for r in rows:
    assert r['feasible'] == (r in good)
    assert r['pareto'] == (r in good and not beaten(r)), r['point']
assert sum(r['pareto'] for r in rows) > 1
PY
grep -q '\*$' front.txt

# Columns for a spreadsheet: plain values under the keys of `run --json`.
"$TRITSIM" sweep show one.sqlite --csv > all.csv
python3 - <<'PY'
import csv, json
rows = {r['point']: r for r in json.load(open('all.json'))}
table = list(csv.DictReader(open('all.csv', newline='')))
assert len(table) == len(rows)
for line in table:
    row = rows[int(line['point'])]
    flat = {}
    for name, c in row.pop('components').items():
        at = f'components.{name}.'
        flat |= {at + 'energy_j': c['energy_j']['value'], at + 'energy_j_low': c['energy_j']['low'],
                 at + 'energy_j_high': c['energy_j']['high'], at + 'dynamic_j': c['dynamic_j'],
                 at + 'static_j': c['static_j']}
    assert len(flat) >= 5 * 5
    assert line.keys() == (row | flat).keys(), line.keys() ^ (row | flat).keys()
    for key, value in (row | flat).items():
        text = line[key]
        assert '\n' not in text
        assert text == '' if value is None else text == value or float(text) == value, (key, text, value)
PY
"$TRITSIM" sweep show one.sqlite --sort components.ddr.energy_j --where '"components.ddr.static_j" > 0' \
  --csv --columns point,components.ddr.energy_j > ddr.csv
[ "$(wc -l < ddr.csv)" = $((points + 1)) ]
expect "did you mean 'components." "$TRITSIM" sweep show one.sqlite --columns 'components.x.energy_j'

# A sweep that finds nothing says what comes nearest, and ends with 3; its rows say why.
nothing() {  # nothing TEXT COMMAND...
  local text=$1 code=0
  shift
  "$@" > stdout.txt 2> stderr.txt || code=$?
  if [ "$code" != 3 ] || ! grep -qF -- "$text" stderr.txt; then
    echo "exit code $code: $*"
    cat stderr.txt
    exit 1
  fi
}
sed 's/power_w < 45/power_w < 1/' sweep.yaml > none.yaml
nothing 'no point meets power_w < 1; nearest of the 132 with a result: point ' \
  "$TRITSIM" sweep none.yaml -o none.sqlite
nothing 'no point meets power_w < 1' "$TRITSIM" sweep show none.sqlite --pareto
"$TRITSIM" sweep show none.sqlite > shown.txt 2> stderr.txt
grep -q 'no point meets power_w < 1' stderr.txt
grep -q ' feasible ' shown.txt
[ "$(grep -c ' no *$' shown.txt)" = 132 ]
"$TRITSIM" sweep show none.sqlite -o none.html > /dev/null 2>&1
grep -q 'no point meets power_w' none.html
python3 - <<'PY'
import re, sqlite3
point = int(re.search(r'point (\d+) \(lanes = \d+, ', open('stderr.txt').read())[1])
db = sqlite3.connect('none.sqlite')
assert db.execute('SELECT point FROM points ORDER BY power_w, point LIMIT 1').fetchone()[0] == point
PY
sed "s/power_w < 45\"/power_w < 45\", \"tokens_per_s > 1e5\", \"lanes IN (1, 2)\"/" sweep.yaml > none.yaml
nothing 'no point meets tokens_per_s > 1e5; nearest' "$TRITSIM" sweep none.yaml -o none2.sqlite
sed "s/power_w < 45\"/lanes < 2\", \"lanes >= 8\"/" sweep.yaml > none.yaml
nothing 'no point meets all that is required at once: lanes < 2 (18 do), lanes >= 8 (18 do); nearest' \
  "$TRITSIM" sweep none.yaml -o none3.sqlite
# A part of a sweep may have found nothing where the whole has.
sed 's/power_w < 45/lanes >= 8/' sweep.yaml > none.yaml
"$TRITSIM" sweep none.yaml -o part.sqlite --shard 1/140 > /dev/null 2>&1

# What the device does not hold is a row that says so and stands on no front, unless it is asked for.
sed -e 's/range: {from: 1, to: 8, step: 1}/values: [4, 400]/' -e '/^skip/d' -e '/^require/d' sweep.yaml > large.yaml
"$TRITSIM" sweep large.yaml -o large.sqlite > /dev/null 2>&1
"$TRITSIM" sweep show large.sqlite --json > large.json
"$TRITSIM" sweep show large.sqlite --any-size --json > any.json
"$TRITSIM" sweep show large.sqlite | grep -q ' fits *feasible '
python3 - <<'PY'
import json
rows, any = (json.load(open(f)) for f in ('large.json', 'any.json'))
assert {(r['lanes'], r['fits'], r['feasible'], r['status']) for r in rows} == \
    {(4, 1, 1, 'ok'), (400, 0, 0, 'ok')}
assert all(r['lanes'] == 4 for r in rows if r['pareto'])
assert max(any, key=lambda r: r['tokens_per_s'])['pareto'] == 1
assert {r['lanes'] for r in any if r['pareto']} == {4, 400}
PY

# The page: a file of its own; its command lines give what the sweep found.
"$TRITSIM" sweep show one.sqlite -o page.html > out.txt
grep -qx 'written: page.html' out.txt
"$TRITSIM" report one.sqlite -o again > /dev/null
cmp page.html again/sweep.html
python3 - <<'PY'
import html, json, re
text = open('page.html').read()
data = json.loads(re.search(r'id="sweep-data">(.*?)</script>', text, re.S)[1])
rows = {r['point']: r for r in json.load(open('all.json'))}
assert data['points'] == sorted(rows)
assert data['states'] == ''.join(
    '2' if rows[p]['pareto'] else '1' if rows[p]['feasible'] else '0' for p in data['points'])
for c in data['columns']:
    at = lambda i: c['values'][i] if 'values' in c else c['levels'][c['index'][i] if 'index' in c else 0]
    for i, p in enumerate(data['points']):
        value = rows[p][c['name']]
        assert at(i) == value or abs(at(i) - value) <= 1e-5 * abs(value), (c['name'], p)
# The words that reports/sweep/sweep.js puts together for a point.
i = next(i for i, s in enumerate(data['states']) if s == '2')
words = data['command'][1:]
for c in data['columns']:
    for option, before in c.get('flags', []):
        words += [option, before + c['settings'][c['index'][i]]]
open('words.txt', 'w').write(''.join(w + '\n' for w in words))
open('point.txt', 'w').write(str(data['points'][i]))
PY
mapfile -t words < words.txt
point=$(cat point.txt)
"$TRITSIM" "${words[@]}" --json > by_files.json
"$TRITSIM" run --from one.sqlite --point "$point" --json > by_database.json
"$TRITSIM" run --from page.html --point "$point" --json > by_page.json
cmp by_database.json by_page.json
python3 - <<'PY'
import json
files, database = (json.load(open(f'by_{n}.json')) for n in ('files', 'database'))
# One names what was set on the command line, the other the axes of the sweep.
assert len(files.pop('overrides')) == len(database.pop('overrides'))
assert files == database
PY
"$TRITSIM" sweep show one.sqlite --where "point = $point" --json > row.json
python3 - <<'PY'
import json
(row,), run = json.load(open('row.json')), json.load(open('by_files.json'))
assert run['tokens_per_s'] == row['tokens_per_s'] and run['power_w']['value'] == row['power_w']
PY
"$TRITSIM" sweep show small.sqlite --where "clock > 100e6" -o failed.html > /dev/null
grep -q 'unfit' failed.html
expect '--point 144: the sweep has the points 0 to 143' "$TRITSIM" run --from one.sqlite --point 144
expect '--point: name its sweep' "$TRITSIM" run --point 3
expect 'holds no sweep' "$TRITSIM" run --from sweep.yaml --point 3
expect 'give -o DIR for its page' "$TRITSIM" report one.sqlite
expect '--csv excludes --output' "$TRITSIM" sweep show one.sqlite -o page.html --csv
expect 'no such column: lane' "$TRITSIM" sweep show one.sqlite -o page.html --where 'lane > 2'

# A list on the command line is that of a sweep.
board=$SOURCE_DIR/configs/boards/u250_mmfree_24.yaml
sed -e 's/width, path.*/channels, path: board.cores.0.channels, values: ["[0]", "[0, 1]"]}/' \
  -e '/skip/d' sweep.yaml > lists.yaml
"$TRITSIM" sweep lists.yaml -o lists.sqlite > /dev/null 2>&1
"$TRITSIM" run --board "$board" --model model.yaml --prompt 0 --generate 2 --batch 0 \
  --set 'cores.0.channels=[0, 1]' --set cores.0.lanes=2 --set 'cores.0.core.clock=100 MHz' \
  --json > list.json
"$TRITSIM" sweep show lists.sqlite --where "lanes = 2 AND channels = '[0, 1]' AND clock = 100e6" \
  --json > row.json
python3 - <<'PY'
import json
(row,), run = json.load(open('row.json')), json.load(open('list.json'))
assert run['tokens_per_s'] == row['tokens_per_s'] and run['batch'] == row['batch']
PY
expect 'is not a whole number' "$TRITSIM" run --board "$board" --model model.yaml --set 'cores.0.lanes=[1, 2]'

# Some of a model's blocks, as an axis and in the base; the page's command lines say so.
cat > blocks.yaml <<Y
kind: sweep
name: blocks
base:
  board: $SOURCE_DIR/configs/boards/u250_mmfree_24.yaml
  model: $SOURCE_DIR/configs/models/mmfreelm_370m.yaml
  workload: {prompt: 0, generate: 1, batch: 0}
axes:
  - {name: blocks, path: workload.simulate_layers, values: [2, 3, 24]}
objectives:
  - {metric: tokens_per_s, goal: max}
Y
sed -e 's/batch: 0}/batch: 0, simulate_layers: 3}/' \
  -e 's/- {name: blocks.*/- {name: lanes, path: board.cores.0.lanes, values: [4, 8]}/' \
  blocks.yaml > base.yaml
for sweep in blocks base; do
  "$TRITSIM" sweep $sweep.yaml -j 2 -o $sweep.sqlite > /dev/null 2>&1
  "$TRITSIM" sweep show $sweep.sqlite -o $sweep.html > /dev/null
  "$TRITSIM" sweep show $sweep.sqlite --json > $sweep.json
done
python3 - <<'PY'
import json, re
for sweep in ('blocks', 'base'):
    data = json.loads(re.search(r'id="sweep-data">(.*?)</script>', open(f'{sweep}.html').read(), re.S)[1])
    flags = [f[0] for c in data['columns'] for f in c.get('flags', [])] + data['command']
    assert '--simulate-layers' in flags, (sweep, flags)
rows = json.load(open('blocks.json'))
assert {r['blocks']: r['simulated_layers'] for r in rows} == {2: 2, 3: 3, 24: None}
assert {r['simulated_layers'] for r in json.load(open('base.json'))} == {3}
two, three, all = (r['tokens_per_s'] for r in sorted(json.load(open('blocks.json')), key=lambda r: r['point']))
assert len({two, three, all}) == 3
assert abs(two / all - 1) < 0.005 and abs(three / all - 1) < 0.003
PY
"$TRITSIM" sweep show base.sqlite | grep -q ' simulated_layers '
"$TRITSIM" sweep show one.sqlite > shown.txt
! grep -q simulated_layers shown.txt

# Boards and processors on one axis, positions in the cache on another.
cat > hardware.yaml <<Y
kind: sweep
name: hardware
base:
  board: $SOURCE_DIR/configs/boards/u250_dense.yaml
  model: $SOURCE_DIR/configs/models/transformer_370m_int8.yaml
  workload: {prompt: 0, generate: 2, batch: 1}
axes:
  - {name: hardware, path: board, files: [$SOURCE_DIR/configs/boards/u250_dense.yaml, $SOURCE_DIR/configs/processors/h200.yaml]}
  - {name: context, path: workload.context, values: [0, 900]}
objectives:
  - {metric: tokens_per_s, goal: max}
Y
"$TRITSIM" check hardware.yaml > /dev/null
"$TRITSIM" sweep hardware.yaml -o hardware.sqlite > /dev/null 2>&1
"$TRITSIM" sweep show hardware.sqlite --json > hardware.json
"$TRITSIM" sweep show hardware.sqlite -o hardware.html > /dev/null
for point in 0 1 2 3; do
  file=$([ $point -lt 2 ] && echo boards/u250_dense.yaml || echo processors/h200.yaml)
  "$TRITSIM" run --board "$SOURCE_DIR/configs/$file" --model "$SOURCE_DIR/configs/models/transformer_370m_int8.yaml" \
    --prompt 0 --generate 2 --batch 1 --context $((point % 2 * 900)) --no-time-ranges --json > by_files$point.json
  "$TRITSIM" run --from hardware.sqlite --point $point --no-time-ranges --json > by_database$point.json
done
python3 - <<'PY'
import json
rows = {r['point']: r for r in json.load(open('hardware.json'))}
assert len(rows) == 4 and all(r['status'] == 'ok' for r in rows.values())
for point, row in rows.items():
    for name in ('files', 'database'):
        run = json.load(open(f'by_{name}{point}.json'))
        assert run['tokens_per_s'] == row['tokens_per_s'], (name, point)
        assert run['energy_per_token_j']['high'] == row['energy_per_token_j_high'], (name, point)
        assert run['components'] == row['components'], (name, point)
assert rows[0]['tokens_per_s'] > rows[1]['tokens_per_s'], 'a longer context takes longer'
assert rows[2]['tokens_per_s'] > rows[3]['tokens_per_s']
assert rows[0]['fits'] == 1 and rows[2]['fits'] is None and rows[2]['feasible'] == 1
PY
sed 's/    board: .*//; s/^  board: .*/  processor: x.yaml\n  board: y.yaml/' hardware.yaml > bad.yaml
sed -i "s|x.yaml|$SOURCE_DIR/configs/processors/h200.yaml|; s|y.yaml|$SOURCE_DIR/configs/boards/u250_dense.yaml|" bad.yaml
expect 'has a board and a processor; give one of them' "$TRITSIM" check bad.yaml

# What is beyond the blocks of on-chip memory, and beyond the memories, are rows that say so.
sed -e 's/width, path.*/registers, path: board.cores.0.core.registers, values: [4, 254]}/' -e '/^skip/d' \
  -e '/^require/d' -e 's/from: 100 MHz/from: 350 MHz/' sweep.yaml > blocks.yaml
"$TRITSIM" sweep blocks.yaml -o blocks_of_ram.sqlite > /dev/null 2>&1
"$TRITSIM" sweep show blocks_of_ram.sqlite --json --columns lanes,registers,fits,feasible,status > rows.json
python3 - <<'PY'
import json
rows = json.load(open('rows.json'))
assert len(rows) == 16 and {r['status'] for r in rows} == {'ok'}
assert {r['fits'] for r in rows if r['registers'] == 4} == {1}
assert {(r['fits'], r['feasible']) for r in rows if r['registers'] == 254 and r['lanes'] == 8} == {(0, 0)}
PY
