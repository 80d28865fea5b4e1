# SPDX-License-Identifier: Apache-2.0
# What passes the sockets of a run as CSV, and its replay into a memory.
set -euo pipefail
configs=$SOURCE_DIR/configs
"$TRITSIM" run --board u250_mmfree_24 --model mmfreelm_370m --prompt 0 --generate 1 --no-what-if \
  --no-time-ranges --transactions all.csv --json > run.json
"$TRITSIM" memory ddr4_2400_u250 --replay all.csv --target memory_ddr_0 --json > replayed.json
python3 - <<'PY'
import csv, json
run, replayed = json.load(open('run.json')), json.load(open('replayed.json'))
rows = list(csv.DictReader(open('all.csv')))
assert list(rows[0]) == ['initiator', 'target', 'command', 'address', 'length', 'start_ns', 'end_ns']
ends = [float(r['end_ns']) for r in rows]
assert all(float(r['start_ns']) <= end for r, end in zip(rows, ends))
of_memory = [r for r in rows if r['target'] == 'memory_ddr_0']
assert {r['target'] for r in rows} == {'memory_ddr_0', 'link'}
size = {c: sum(int(r['length']) for r in of_memory if r['command'] == c) for c in ('READ', 'WRITE')}
# One channel stands for four.
moved = run['attained_memory_bytes_per_s'] * run['elapsed_s']
assert abs(4 * sum(size.values()) / moved - 1) < 1e-6, (size, moved)
assert replayed['read_bytes'] == size['READ'] and replayed['written_bytes'] == size['WRITE']
# Its own requests keep the memory about as long as the run.
assert abs(replayed['elapsed_s'] / run['elapsed_s'] - 1) < 0.05, replayed['elapsed_s']
PY

fails() {
  local wanted=$1
  shift
  local code=0
  "$TRITSIM" "$@" > /dev/null 2> error || code=$?
  [ "$code" = 2 ] && grep -q -- "$wanted" error || { cat error; return 1; }
}
sed '3s/READ/RAED/; 5s/,[0-9]*,/,many,/' all.csv > faulty.csv
fails 'faulty.csv:3' memory ddr4_2400_u250 --replay faulty.csv --target memory_ddr_0
fails 'faulty.csv:5' memory ddr4_2400_u250 --replay faulty.csv --target memory_ddr_0
fails 'memory_ddr_9' memory ddr4_2400_u250 --replay all.csv --target memory_ddr_9
fails 'replay' memory ddr4_2400_u250 --target memory_ddr_0
fails 'transactions' run --board h200 --model mmfreelm_370m --transactions none.csv
[ ! -e none.csv ]
