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
expect 'holds no request' "$TRITSIM" memory "$memories/hbm2_u280.yaml" --requests /dev/null
expect 'give --port-width and --port-clock together' "$TRITSIM" memory \
  "$memories/hbm2_u280.yaml" --port-width 512
expect "unit 'apples' is not one of" "$TRITSIM" memory "$memories/hbm2_u280.yaml" --bytes 4apples
expect 'no such key' "$TRITSIM" memory "$memories/hbm2_u280.yaml" --set dram.clok=1
expect "a 'memory' is needed here" "$TRITSIM" memory "$SOURCE_DIR/configs/devices/xcu250.yaml"
