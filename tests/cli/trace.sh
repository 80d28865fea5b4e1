# SPDX-License-Identifier: Apache-2.0
# `tritsim trace`: export, show, check, diff; a trace runs as its model does.
set -euo pipefail
models=$SOURCE_DIR/configs/models
board=$SOURCE_DIR/configs/boards/u250_mmfree_48.yaml

"$TRITSIM" trace export --model "$models/mmfreelm_370m.yaml" -o a.trace | grep -q '506 ops'
"$TRITSIM" trace check a.trace | grep -qF 'a.trace: ok (trace of MMfreeLM 370M, 506 ops)'
"$TRITSIM" trace show a.trace > show.txt
grep -q '^1 - 23, each .* 12,845,056 ' show.txt
grep -q '^total .* 341,049,344 ' show.txt
"$TRITSIM" trace show --csv a.trace | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert [r["block"] for r in rows] == ["outside", "0", "1 - 23, each", "total"], rows
'

"$TRITSIM" run --board "$board" --trace a.trace --prompt 0 --generate 2 --json > of_trace.json
"$TRITSIM" run --board "$board" --model "$models/mmfreelm_370m.yaml" --prompt 0 --generate 2 \
  --json > of_model.json
cmp of_trace.json of_model.json

# A report of a trace runs again by itself; a large trace stays outside, and must be the same.
"$TRITSIM" run --board "$board" --trace a.trace --generate 2 -o of_trace > /dev/null
for from in report.html result.json; do
  "$TRITSIM" run --from "of_trace/$from" -o again > /dev/null
  for name in result.json report.html; do cmp "of_trace/$name" "again/$name"; done
done
"$TRITSIM" report of_trace/result.json -o again > /dev/null
cmp of_trace/report.html again/report.html
python3 - <<'PY'
import json
lines = open('a.trace').read().splitlines()
header = json.loads(lines[0])
header['digest'] = ''
text = '\n'.join(line + ' ' * 12000 for line in [json.dumps(header)] + lines[1:]) + '\n'
open('large.trace', 'w').write(text)
PY
"$TRITSIM" run --board "$board" --trace large.trace --generate 2 -o large > /dev/null
"$TRITSIM" run --from large/report.html -o again > /dev/null
cmp large/report.html again/report.html
[ "$(stat -c %s large/report.html)" -lt 3000000 ]
for now in 'is not a file here' 'with the digest'; do
  rm large.trace
  [ "$now" = 'is not a file here' ] || cp a.trace large.trace
  code=0
  "$TRITSIM" run --from large/report.html > stdout.txt 2> stderr.txt || code=$?
  [ "$code" = 2 ] && [ ! -s stdout.txt ] && grep -qF "$now" stderr.txt
  touch large.trace
done

"$TRITSIM" trace diff a.trace a.trace | grep -qx 'the traces are equal'
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

# A checkpoint whose weights are known: matrix k has its first k + 1 weights 1, all others 0.
mkdir tiny
python3 - <<'PY'
import json, struct
shapes = {f'model.layers.0.attn.{p}_proj.weight': [4, 4] for p in 'ifgo'}
shapes |= {'model.layers.0.mlp.gate_proj.weight': [16, 4],
           'model.layers.0.mlp.down_proj.weight': [4, 8], 'lm_head.weight': [8, 4]}
header, data = {}, b''
for k, (name, shape) in enumerate(shapes.items()):
    n = shape[0] * shape[1]
    begin = len(data)
    data += struct.pack(f'<{n}f', *([1.0] * (k + 1) + [0.0] * (n - k - 1)))
    header[name] = {'dtype': 'F32', 'shape': shape, 'data_offsets': [begin, len(data)]}
text = json.dumps(header).encode()
open('tiny/model.safetensors', 'wb').write(struct.pack('<Q', len(text)) + text + data)
json.dump({'model_type': 'hgrn_bit', 'hidden_size': 4, 'num_hidden_layers': 1, 'vocab_size': 8,
           'intermediate_size': 8}, open('tiny/config.json', 'w'))
PY
"$TRITSIM" trace import tiny -o tiny.trace > /dev/null
"$TRITSIM" trace show --matrices --csv tiny.trace | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert [r["+1"] for r in rows] == ["6.3 %", "12.5 %", "18.8 %", "25.0 %", "7.8 %", "18.8 %", "21.9 %"], rows
'
truncate -s -4 tiny/model.safetensors
code=0
"$TRITSIM" trace import tiny -o cut.trace > stdout.txt 2> stderr.txt || code=$?
[ "$code" = 2 ] && [ ! -s stdout.txt ] && [ ! -e cut.trace ]
grep -qF 'tiny/model.safetensors:1:' stderr.txt && grep -qF 'the file was cut' stderr.txt
rm tiny/model.safetensors
"$TRITSIM" trace import tiny -o shapes.trace 2>&1 > /dev/null | grep -q 'has no statistics'
