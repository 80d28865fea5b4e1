# SPDX-License-Identifier: Apache-2.0
# compare: points and stored results, reports of every form, clear errors.
set -euo pipefail
u250=(configs/boards/u250_mmfree_48.yaml configs/models/mmfreelm_370m.yaml)
cd "$SOURCE_DIR"
out="$OLDPWD/out"
"$TRITSIM" run --board "${u250[0]}" --model "${u250[1]}" --generate 1 -o "$out/run" > /dev/null
"$TRITSIM" compare "$out/run/result.json" --point "${u250[@]}" --generate 1 \
  --point configs/processors/h200.yaml configs/models/transformer_370m.yaml \
  -o "$out/compared" > "$out/text"
grep -q 'From A to C in steps' "$out/text"
for file in comparison.json comparison.csv comparison.md comparison.html; do
  [ -s "$out/compared/$file" ]
done
python3 - "$out/compared/comparison.json" <<'PY'
import json, math, sys
runs = json.load(open(sys.argv[1]))['runs']
a, stored, gpu = runs
assert a['tokens_per_s'] == stored['tokens_per_s']          # the stored run and the new one
assert stored['job_speed_ratio'] == 1 and stored['job_energy_ratio']['high'] == 1
for w in (gpu['job_time_waterfall_s'], gpu['job_energy_waterfall_j']):
    assert math.isclose(w['from'] + sum(w['steps'].values()), w['to'], rel_tol=1e-9)
PY
"$TRITSIM" compare "$out/run/result.json" "$out/run/result.json" --waterfall |
  grep -q 'Energy of the job, from A to B'
fails() {  # expected text, arguments
  local text=$1; shift
  if "$TRITSIM" compare "$@" > /dev/null 2> "$out/errors"; then exit 1; fi
  grep -q "$text" "$out/errors" || { cat "$out/errors"; exit 1; }
}
fails 'needs two runs' --point "${u250[@]}"
fails 'names no model' --point "${u250[0]}" --point "${u250[@]}"
fails 'holds no result' "${u250[1]}" "$out/run/result.json"
fails 'takes no mapping' --point configs/processors/h200.yaml "${u250[1]}" \
  configs/mappings/blocks_only.yaml --point "${u250[@]}"
fails 'is one file too many' --point "${u250[@]}" "${u250[@]}"
fails 'has a fixed size' --equal-area lanes --point "${u250[@]}" \
  --point configs/processors/h200.yaml "${u250[1]}"
fails 'compare designs on one device' --equal-area lanes --point "${u250[@]}" \
  --point configs/boards/k26_mac.yaml "${u250[1]}"
fails 'more than 1 % of device' --equal-area lanes --fill 0.01 --point "${u250[@]}" --point "${u250[@]}"
fails 'cores.0.lines' --point "${u250[@]}" cores.0.lines=3 --point "${u250[@]}"

# Equal silicon: what is printed as settings makes the same board by hand.
dense=(configs/boards/u250_dense.yaml configs/models/transformer_370m_int8.yaml)
"$TRITSIM" compare --equal-area lanes --generate 1 --point "${dense[@]}" --point "${u250[@]}" \
  -o "$out/equal" > /dev/null
python3 - "$out/equal/comparison.json" > "$out/settings" <<'PY'
import json, re, sys
for run in json.load(open(sys.argv[1]))['runs']:
    print(' '.join(re.findall(r'cores\.\d\.lanes=\d+', run['name'])))
PY
mapfile -t settings < "$out/settings"
# shellcheck disable=SC2086
"$TRITSIM" compare --generate 1 --point "${dense[@]}" ${settings[0]} --point "${u250[@]}" ${settings[1]} \
  -o "$out/by_hand" > /dev/null
python3 - "$out/equal/comparison.json" "$out/by_hand/comparison.json" <<'PY'
import json, sys
a, b = (json.load(open(f))['runs'] for f in sys.argv[1:])
for x, y in zip(a, b):
    assert x['tokens_per_s'] == y['tokens_per_s'] and x['job_energy_j'] == y['job_energy_j']
PY
