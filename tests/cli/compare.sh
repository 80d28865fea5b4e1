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
grep -q 'Where the gap from A to C comes from' "$out/text"
for file in comparison.json comparison.csv comparison.md comparison.html; do
  [ -s "$out/compared/$file" ]
done
python3 - "$out/compared/comparison.json" <<'PY'
import json, math, sys
runs = json.load(open(sys.argv[1]))['runs']
a, stored, gpu = runs
assert a['tokens_per_s'] == stored['tokens_per_s']          # the stored run and the new one
assert stored['speed_ratio'] == 1 and stored['energy_ratio']['high'] == 1
for w in (gpu['time_waterfall_s'], gpu['energy_waterfall_j']):
    assert math.isclose(w['from'] + sum(w['steps'].values()), w['to'], rel_tol=1e-9)
PY
"$TRITSIM" compare "$out/run/result.json" "$out/run/result.json" --waterfall |
  grep -q 'Energy per token, from A to B'
fails() {  # expected text, arguments
  local text=$1; shift
  if "$TRITSIM" compare "$@" > /dev/null 2> "$out/errors"; then exit 1; fi
  grep -q "$text" "$out/errors" || { cat "$out/errors"; exit 1; }
}
fails 'needs two runs' --point "${u250[@]}"
fails 'names no model' --point "${u250[0]}" --point "${u250[@]}"
fails 'holds no result of a board' "${u250[1]}" "$out/run/result.json"
fails 'takes no mapping' --point configs/processors/h200.yaml "${u250[1]}" \
  configs/mappings/blocks_only.yaml --point "${u250[@]}"
