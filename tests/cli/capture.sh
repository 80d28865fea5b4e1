# SPDX-License-Identifier: Apache-2.0
# tools/capture_trace.py: what ran is what the trace of the model says, its weights are imported
# with the same statistics, and the captured trace runs. Needs torch.
set -euo pipefail
python=
for candidate in python3 /usr/bin/python3; do
  if [ -z "$python" ] && "$candidate" -c 'import torch' 2> /dev/null; then python=$candidate; fi
done
if [ -z "$python" ]; then
  echo 'torch is not installed (tools/setup.sh test does it)'
  exit 77
fi
capture() { "$python" "$SOURCE_DIR/tools/capture_trace.py" "$@"; }
boards=$SOURCE_DIR/configs/boards

# Widths in the proportions of the published models; odd ones where the family allows it.
mkdir mmfree llama qwen2
cat > mmfree/config.json <<'JSON'
{"model_type": "hgrn_bit", "hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 96,
 "intermediate_size": 176}
JSON
cat > llama/config.json <<'JSON'
{"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 97,
 "intermediate_size": 172, "num_attention_heads": 8, "num_key_value_heads": 2}
JSON
cat > qwen2/config.json <<'JSON'
{"model_type": "qwen2", "hidden_size": 48, "num_hidden_layers": 1, "vocab_size": 51,
 "intermediate_size": 100, "num_attention_heads": 3, "num_key_value_heads": 1,
 "tie_word_embeddings": true, "head_dim": 20}
JSON
for model in mmfree llama qwen2; do
  capture $model --prompt-tokens 3 --generate 2 -o $model.trace --save saved/$model > /dev/null
  "$TRITSIM" trace check $model.trace > /dev/null
  "$TRITSIM" trace import saved/$model --context 4 -o $model.imported > /dev/null
done

# The MatMul-free model runs as its trace is expanded. Of a Llama, up is computed behind SiLU(gate).
"$TRITSIM" trace diff --structure mmfree.trace mmfree.imported | grep -qx 'the traces have the same structure'
for model in llama qwen2; do
  code=0
  "$TRITSIM" trace diff --structure --csv $model.trace $model.imported > $model.diff 2> /dev/null ||
    code=$?
  [ "$code" = 3 ]
  if tail -n +2 $model.diff | grep -v '^layers\.[01]\.mlp\.up_proj,op 13 of the block,"op 12'; then
    exit 1
  fi
done

# Tokens, contexts and statistics; those of the weights are the importer's.
python3 - <<'PY'
import json, math

def lines(file):
    return [json.loads(line) for line in open(file)][1:]

for model in ('mmfree', 'llama', 'qwen2'):
    captured, imported = lines(model + '.trace'), lines(model + '.imported')
    for op in captured:
        seen = op['activations']
        assert [len(seen[k]) for k in ('zeros', 'absmax', 'toggles')] == [5, 5, 5], op['name']
        assert op.get('attention', {}).get('context', 5) == 5, op
    own = [op['matrix'] for op in captured if op['kind'] in ('linear', 'bit_linear')]
    others = [op['matrix'] for op in imported if op['kind'] in ('linear', 'bit_linear')]
    if model != 'mmfree':  # down and up as above
        key = lambda m: (m['rows'], m['columns'], m['statistics']['scale'])
        own.sort(key=key)
        others.sort(key=key)
    assert len(own) == len(others)
    for a, b in zip(own, others):
        assert a['rows'] == b['rows'] and a['type'] == b['type'] and a['bytes'] == b['bytes']
        for key in ('minus', 'zero', 'plus'):
            assert a['statistics'][key] == b['statistics'][key], (a, b)
        for key in ('scale', 'entropy'):
            assert math.isclose(a['statistics'][key], b['statistics'][key], rel_tol=1e-9), (a, b)
        for key in ('row_zeros', 'block_zeros'):
            for k in ('min', 'mean', 'max'):
                assert abs(a['statistics'][key][k] - b['statistics'][key][k]) < 1e-12
PY

# A captured trace runs as the imported one does, but for the additions of zero activations.
run() { "$TRITSIM" run --board "$boards/$1.yaml" --trace "$2" --prompt 0 --generate 2 --json; }
"$python" - <<'PY'
import json
header, *ops = map(json.loads, open('mmfree.trace'))
header['digest'] = ''
with open('mmfree.plain', 'w') as out:
    for line in [header] + [{k: v for k, v in op.items() if k != 'activations'} for op in ops]:
        out.write(json.dumps(line) + '\n')
PY
run u250_mmfree_48 mmfree.plain | grep -v '"model"' | sed 's/embeddings/embedding/' > plain.json
run u250_mmfree_48 mmfree.imported | grep -v '"model"' > imported.json
cmp plain.json imported.json
run u250_mmfree_48 mmfree.trace > captured.json
"$python" - <<'PY'
import json
plain, captured = (json.load(open(name + '.json')) for name in ('plain', 'captured'))
assert plain['elapsed_s'] == captured['elapsed_s']
assert 0.9 * plain['energy_j']['value'] < captured['energy_j']['value'] < plain['energy_j']['value']
PY
run u250_dense llama.trace > /dev/null

# Weights that were saved are those that run.
capture saved/llama --prompt-tokens 3 --generate 2 -o again.trace > /dev/null
cmp <(tail -n +2 llama.trace) <(tail -n +2 again.trace)

# Toggles and zeros of known vectors: 127, -127, 0, 0 are 0x7f, 0x81, 0x00, 0x00.
"$python" - "$SOURCE_DIR/tools" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
import torch
from capture_trace import activation_statistics
zeros, absmax, toggles = activation_statistics(torch.tensor([2.0, -2.0, 0.001, 0.0]))
assert (zeros, absmax) == (0.5, 2.0)
assert abs(toggles - (7 + 2 + 0) / 24) < 1e-12, toggles
assert activation_statistics(torch.zeros(8)) == (1.0, 0.0, 0.0)
PY

# A module of one's own; and one that a trace has no op for.
cat > own.py <<'PY'
import torch
from torch import nn
from collections import namedtuple
Output = namedtuple('Output', ['logits', 'past_key_values'])

class Own(nn.Module):
    def __init__(self, odd):
        super().__init__()
        self.embedding = nn.Embedding(10, 8)
        self.up, self.down = nn.Linear(8, 12), nn.Linear(12, 8)
        self.head = nn.Linear(8, 10, bias=False)
        self.odd = odd

    def forward(self, ids, past_key_values=None):
        x = self.embedding(ids)
        y = self.up(x)
        y = torch.tanh(y) if self.odd else torch.relu(y)**2
        return Output(self.head(x + self.down(y)), None)

CONFIG = {'model_type': 'llama', 'hidden_size': 8, 'intermediate_size': 12, 'vocab_size': 10,
          'num_hidden_layers': 1, 'num_attention_heads': 1}

def plain():
    return Own(False), CONFIG

def odd():
    return Own(True), CONFIG
PY
capture own.py:plain --generate 1 -o own.trace > /dev/null
python3 - <<'PY'
import json
ops = [json.loads(line) for line in open('own.trace')][1:]
assert [op['kind'] for op in ops] == ['embedding', 'linear', 'squared_relu', 'linear', 'add',
                                      'linear'], ops
assert ops[4]['inputs'] == [0, 3]
PY
if capture own.py:odd -o odd.trace 2> stderr.txt; then exit 1; fi
grep -q "no op of a trace is like 'tanh'" stderr.txt && [ ! -e odd.trace ]
