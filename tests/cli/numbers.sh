# SPDX-License-Identifier: Apache-2.0
# Numbers that make no sense, and runs that are too long or have nothing to do, are refused by name.
set -euo pipefail
configs=$SOURCE_DIR/configs
u250="--board $configs/boards/u250_mmfree_48.yaml --model $configs/models/mmfreelm_370m.yaml"

# refused TEXT ARGUMENTS...: exit code 2, nothing on standard output, TEXT in the message.
refused() {
  local text=$1 code=0
  shift
  "$TRITSIM" "$@" > out.txt 2> err.txt || code=$?
  if [ $code -ne 2 ] || [ -s out.txt ] || ! grep -qF -- "$text" err.txt; then
    echo "exit $code of: tritsim $*"
    cat err.txt
    exit 1
  fi
}

# Every numeric option: no number, NaN, infinity, negative, beyond the range.
for value in nan inf -1 1e300 x; do
  for option in prompt generate batch context simulate-layers dim memory-latency-cycles power-bins \
    timeline-events monte-carlo point; do
    refused "--$option" run $u250 "--$option=$value"
  done
  refused --seed run $u250 --monte-carlo 10 "--seed=$value"
  refused --fill compare --equal-area lanes "--fill=$value"
  refused --batch map "$configs/boards/k26_mmfree.yaml" "$configs/models/mmfreelm_370m.yaml" \
    "--batch=$value"
  refused --timeout sweep "$configs/sweeps/u250_370m.yaml" "--timeout=$value"
  refused --jobs sweep "$configs/sweeps/u250_370m.yaml" "--jobs=$value"
  for option in streams channels outstanding port-width seed bytes stride request-bytes; do
    refused "--$option" memory "$configs/memories/ddr4_2400_u280.yaml" "--$option=$value"
  done
done
refused '0.01 to 1' compare --equal-area lanes --fill=nan

# Values of files.
refused 'it must be between 5 and 1000' run $u250 --set device.leakage.doubling.low=0
refused 'it must be between 0 W and 1000 kW' run $u250 --set power.idle.high=1e300W
refused 'is not a number' run $u250 --set power.junction=nan
refused "device 'AMD XCU250" run $u250 --set power.idle.value=1W --set power.idle.low=0W

# A range whose factor falls as its coefficient rises.
for junction in 20 40 62 65 95; do
  "$TRITSIM" run $u250 --generate 1 --simulate-layers 2 --set power.junction=$junction --json > j.json
  "$TRITSIM" run $u250 --generate 1 --simulate-layers 2 --set power.junction=$junction > j.txt
  python3 - <<'PY'
import json
j = json.load(open('j.json'))
for name, c in [('all', j)] + list(j['components'].items()):
    r = c['energy_j']
    assert 0 <= r['low'] <= r['value'] <= r['high'], (name, r)
doubling = [s for s in j['sensitivities'] if s['coefficient'] == 'device.leakage.doubling']
assert len(doubling) == 1
PY
done

# Longer than the simulation's clock.
slow='--set cores.0.core.clock=1MHz --set cores.1.core.clock=1MHz'
refused '213 days' run $u250 --prompt 0 --generate 10000000 --json $slow
"$TRITSIM" run $u250 --prompt 0 --generate 1000000 --json $slow > long.json
python3 -c "
import json
j = json.load(open('long.json'))
assert 1e6 < j['elapsed_s'] < 1.8e7, j['elapsed_s']
assert j['tokens_per_s'] < 200, j['tokens_per_s']"

# Nothing to do.
nothing='--prompt 0 --generate 0'
refused 'nothing to run' run $u250 $nothing
refused 'nothing to run' run --board "$configs/processors/h200.yaml" \
  --model "$configs/models/mmfreelm_370m.yaml" $nothing
refused 'nothing to run' compare $nothing \
  --point "$configs/boards/u250_mmfree_48.yaml" "$configs/models/mmfreelm_370m.yaml" \
  --point "$configs/boards/u250_mmfree_24.yaml" "$configs/models/mmfreelm_370m.yaml"
cat > nothing.yaml <<YAML
kind: measurements
source: nothing
cases:
  - name: nothing
    board: $configs/boards/u250_mmfree_48.yaml
    model: $configs/models/mmfreelm_370m.yaml
    workload: {prompt: 0, generate: 0, batch: 1}
    time: 1 s
    tolerance: 0.1
    obtained: silicon
    calibrated: false
YAML
refused 'has no tokens: nothing runs' check nothing.yaml
refused 'has no tokens: nothing runs' validate nothing.yaml
refused 'has no tokens: nothing runs' calibrate nothing.yaml --fit power.idle
