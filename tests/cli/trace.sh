# SPDX-License-Identifier: Apache-2.0
# `tritsim trace`: export, show, check, diff; a trace runs as its model does.
set -euo pipefail
models=$SOURCE_DIR/configs/models
board=$SOURCE_DIR/configs/boards/u250_mmfree_48.yaml

"$TRITSIM" trace export --model "$models/mmfreelm_370m.yaml" -o a.trace | grep -q '506 ops'
"$TRITSIM" trace check a.trace | grep -qF 'a.trace: ok (trace of MMfreeLM 370M, 506 ops)'
"$TRITSIM" trace show a.trace > show.txt
grep -q '^1 - 23, each .* 12,845,056 ' show.txt
grep -q '^all .* 341,049,344 ' show.txt
"$TRITSIM" trace show --csv a.trace | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert [r["block"] for r in rows] == ["outside", "0", "1 - 23, each", "all"], rows
'

"$TRITSIM" run --board "$board" --trace a.trace --prompt 0 --generate 2 --json > of_trace.json
"$TRITSIM" run --board "$board" --model "$models/mmfreelm_370m.yaml" --prompt 0 --generate 2 \
  --json > of_model.json
cmp of_trace.json of_model.json

"$TRITSIM" trace diff a.trace a.trace | grep -qx 'the traces say the same'
"$TRITSIM" trace export --model "$models/mmfreelm_1.3b.yaml" -o b.trace > /dev/null
code=0
"$TRITSIM" trace diff a.trace b.trace > diff.txt 2> stderr.txt || code=$?
[ "$code" = 3 ]
grep -q '^lm_head.matrix.columns  *1024  *2048$' diff.txt
grep -q 'differences' stderr.txt

"$TRITSIM" schema trace-line | python3 -c '
import json, sys
header, op = json.load(sys.stdin)["anyOf"]
assert "digest" in header["properties"] and "matrix" in op["properties"]
'

# Each line alone is well; the header speaks of another model than the ops.
python3 - <<'PY'
import json
lines = open('a.trace').read().splitlines()
header = json.loads(lines[0])
header['model']['layers'] = 3
open('other.trace', 'w').write('\n'.join([json.dumps(header)] + lines[1:]) + '\n')
PY
code=0
"$TRITSIM" run --board "$board" --trace other.trace > stdout.txt 2> stderr.txt || code=$?
[ "$code" = 2 ] && [ ! -s stdout.txt ]
grep -qF 'other.trace:1:1: model: the ops have 341049344 weights' stderr.txt
