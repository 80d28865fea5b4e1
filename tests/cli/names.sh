# SPDX-License-Identifier: Apache-2.0
# Descriptions by name: listed, shown as one file, and run from any directory.
set -euo pipefail
configs=$SOURCE_DIR/configs
export HOME=$PWD/home
unset XDG_DATA_HOME TRITSIM_PATH

"$TRITSIM" list > kinds.txt
grep -Eq '^ *board +[0-9]+ +tritsim list board' kinds.txt
"$TRITSIM" list boards > boards.txt
grep -q '^ *u250_mmfree_48 .*Alveo U250, ternip, 48 lanes' boards.txt
[ "$("$TRITSIM" list models --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')" = \
  "$(ls "$configs"/models/*.yaml | wc -l)" ]
[ "$("$TRITSIM" list memory --csv | wc -l)" = "$(($(ls "$configs"/memories/*.yaml | wc -l) + 1))" ]

# A name means the file, whatever the directory.
given="--prompt 0 --generate 2 --simulate-layers 2 --no-what-if --no-time-ranges --json"
"$TRITSIM" run --board u250_mmfree_24 --model mmfreelm_370m $given > name.json
"$TRITSIM" run --board "$configs/boards/u250_mmfree_24.yaml" --model "$configs/models/mmfreelm_370m.yaml" \
  $given > file.json
cmp name.json file.json
"$TRITSIM" memory ddr4_2400_u280 --bytes 64KiB > /dev/null
"$TRITSIM" map u250_mmfree_24 mmfreelm_370m > /dev/null
"$TRITSIM" compare --point h200 mmfreelm_370m --point u250_mmfree_24 mmfreelm_370m --generate 2 > /dev/null

# What 'show' writes is a whole description that gives the same figures.
"$TRITSIM" show u250_mmfree_24 -o mine.yaml
"$TRITSIM" show mmfreelm_370m -o my_model.yaml
"$TRITSIM" check mine.yaml my_model.yaml > /dev/null
if grep -nE '\.\./|\.yaml' mine.yaml my_model.yaml | grep -v source; then exit 1; fi
"$TRITSIM" run --board mine.yaml --model my_model.yaml $given > shown.json
python3 - <<'PY'
import json
a, b = (json.load(open(n)) for n in ('name.json', 'shown.json'))
for key in ('tokens_per_s', 'time_to_first_token_s', 'power_w'):
    assert a[key] == b[key], (key, a[key], b[key])
PY
"$TRITSIM" show u250_mmfree_24 --set cores.0.lanes=3 > changed.yaml
grep -q 'lanes: 3$' changed.yaml
# A file of one's own comes first, and so does the directory of TRITSIM_PATH.
mkdir -p elsewhere/boards && cp mine.yaml elsewhere/boards/my_card.yaml
TRITSIM_PATH=elsewhere "$TRITSIM" list boards > boards.txt
grep -q '^ *my_card ' boards.txt
TRITSIM_PATH=elsewhere "$TRITSIM" map my_card mmfreelm_370m > /dev/null

fails() {
  local wanted=$1
  shift
  local code=0
  "$TRITSIM" "$@" > /dev/null 2> error || code=$?
  [ "$code" = 2 ] && grep -q -- "$wanted" error || { cat error; return 1; }
}
fails "did you mean 'u250_mmfree_48'" run --board u250_mmfree_84 --model mmfreelm_370m
fails "names all" run --board nothing_like_it --model mmfreelm_370m
fails "is not a kind of description" list bords
fails "are for boards" show mmfreelm_370m --set hidden=2
