# SPDX-License-Identifier: Apache-2.0
# `tritsim memory`: JSON, the command stream, files of requests, messages.
set -euo pipefail
memories=$SOURCE_DIR/configs/memories

"$TRITSIM" memory "$memories/ddr4_2400_u280.yaml" --bytes 4MiB --json > run.json
python3 - <<'PY'
import json
d = json.load(open("run.json"))
assert d["read_bytes"] == 4 << 20, d
assert 0.9 < d["efficiency"] < 1, d
assert abs(sum(t["energy_j"]["value"] for t in d["energy"]) - d["energy_j"]["value"]) < 1e-12 * d["energy_j"]["value"] + 1e-18
PY

"$TRITSIM" memory "$memories/ddr4_2400_u280.yaml" --bytes 64KiB --commands commands.txt > /dev/null
head -1 commands.txt | grep -qx 'clock time_ns channel command group bank row column'
[ "$(grep -c ' RD ' commands.txt)" = 1024 ]
tail -n +2 commands.txt | cut -d' ' -f1 | sort -nc

printf '# two requests\nR 0\nW 0x40 100\n\nR 80 200 # a third\n' > requests.txt
"$TRITSIM" memory "$memories/hbm2_u280.yaml" --requests requests.txt --json | grep -q '"requests": 3'

# Streams that begin in one bank, in different rows, are slower than streams in different banks.
bandwidth() {
  "$TRITSIM" memory "$memories/ddr4_2400_k26.yaml" --bytes 1280KiB --streams 4 --request-bytes 512 \
    --outstanding 1 --base "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["attained_memory_bytes_per_s"])'
}
python3 - "$(bandwidth 0,0x20000,256KiB,393216)" "$(bandwidth 0,0x24000,288KiB,442368)" <<'PY'
import sys
one_bank, staggered = map(float, sys.argv[1:])
assert one_bank < 0.8 * staggered, (one_bank, staggered)
PY

expect() {
  local text=$1 code=0
  shift
  "$@" > stdout.txt 2> stderr.txt || code=$?
  if [ "$code" != 2 ] || [ -s stdout.txt ] || ! grep -qF -- "$text" stderr.txt; then
    echo "exit code $code, wanted 2 and '$text': $*"
    cat stderr.txt
    exit 1
  fi
}

printf 'R 0\nX 0\nR zz\nW 0 1 2\nW 0 -1\n' > bad.txt
expect "bad.txt:2:1: 'X' is no kind of request; write R or W" "$TRITSIM" memory \
  "$memories/hbm2_u280.yaml" --requests bad.txt
for line in 3 4 5; do grep -q "bad.txt:$line:1: " stderr.txt; done
: > empty.txt
expect 'contains no request' "$TRITSIM" memory "$memories/hbm2_u280.yaml" --requests empty.txt
expect '--port-width: says half of a port' "$TRITSIM" memory \
  "$memories/hbm2_u280.yaml" --port-width 512
expect "unit 'apples' is not one of" "$TRITSIM" memory "$memories/hbm2_u280.yaml" --bytes 4apples
expect 'no such key' "$TRITSIM" memory "$memories/hbm2_u280.yaml" --set dram.clok=1
expect "a 'memory' is needed here" "$TRITSIM" memory "$SOURCE_DIR/configs/devices/xcu250.yaml"
expect '--base: has 2 entries for 3 streams' "$TRITSIM" memory "$memories/hbm2_u280.yaml" \
  --streams 3 --base 0,4KiB
expect "--base: '0x1g' is not an address" "$TRITSIM" memory "$memories/hbm2_u280.yaml" --base 0x1g
expect '--base: 256 MiB is beyond the 256 MiB' "$TRITSIM" memory "$memories/hbm2_u280.yaml" \
  --base 256MiB
expect 'the requests of a file have their addresses' "$TRITSIM" memory \
  "$memories/hbm2_u280.yaml" --requests requests.txt --base 0

# Another clock: delays in nanoseconds stay, so does the energy of a burst.
idle() { "$TRITSIM" memory "$memories/ddr4_2400_u280.yaml" --idle --json --set dram.clock="$1"; }
energy() {
  "$TRITSIM" memory "$memories/ddr4_2400_u280.yaml" --bytes 4MiB --json --set dram.clock="$1"
}
idle '1200 MHz' > idle_1200.json
idle '2400 MHz' > idle_2400.json
energy '1200 MHz' > run_1200.json
energy '2400 MHz' > run_2400.json
python3 - <<'PY'
import json
slow, fast = (json.load(open(f"idle_{n}.json")) for n in (1200, 2400))
# A burst takes 4 clocks instead of 3.33 ns; all else of a page hit, miss or conflict is as long.
for key in slow:
    assert abs(slow[key] - fast[key] - 4 / 1.2e9 / 2) < 2e-10, (key, slow[key], fast[key])
slow, fast = (json.load(open(f"run_{n}.json")) for n in (1200, 2400))
read = [sum(t["energy_j"]["value"] for t in d["energy"] if t["term"].startswith("read bursts"))
        for d in (slow, fast)]
assert read[0] > 0 and abs(read[0] / read[1] - 1) < 1e-9, read
PY
