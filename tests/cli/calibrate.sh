# SPDX-License-Identifier: Apache-2.0
# calibrate: fits, writes an overlay that run takes, refuses what cannot be fitted; power.csv.
set -euo pipefail
configs=$SOURCE_DIR/configs
u250=$configs/measurements/u250_silicon.yaml
board=$configs/boards/u250_mmfree_48.yaml
model=$configs/models/mmfreelm_370m.yaml

"$TRITSIM" calibrate "$u250" --only power --fit device.family.logic_cell,power.idle -o fit.yaml >out.txt
grep -q 'not determined without it' out.txt
"$TRITSIM" check fit.yaml
"$TRITSIM" run --board "$board" --model "$model" --prompt 0 --generate 16 --overlay fit.yaml -o out \
  --power-bins 50 >run.txt
grep -q 'Average power  *53.[34]' run.txt
grep -q calibrated run.txt
"$TRITSIM" validate "$u250" --overlay fit.yaml >validated.txt
grep -q 'power.*53.3[0-9] W *53.[34]' validated.txt
[[ $(wc -l <out/power.csv) == 51 ]]
head -1 out/power.csv | grep -q '^time_s,ternary adders_w,.*,total_w'

# A path given twice, and one that no key has.
refuse() {  # command...: has to end with 2
  local code=0
  "$@" 2>err.txt >/dev/null || code=$?
  [ "$code" = 2 ]
}
refuse "$TRITSIM" run --board "$board" --model "$model" --overlay fit.yaml \
  --set power.idle.value='40 W'  # of one key --set counts: a value outside the overlay's range
grep -q 'power.idle.high: is below the value' err.txt
refuse "$TRITSIM" calibrate "$u250" --only power --fit power.idle,device.family.logic_cell,link.energy
grep -q '3 parameters and 2 cases' err.txt
refuse "$TRITSIM" calibrate "$u250" --only power --fit device.family.logic_cel
grep -q 'device.family.logic_cel: is no coefficient' err.txt
refuse "$TRITSIM" calibrate "$u250" --only power --fit link.energy
grep -q 'link.energy moves none of the cases' err.txt
refuse "$TRITSIM" calibrate "$u250" --only nothing --fit power.idle
grep -q 'no name of a case contains this' err.txt
