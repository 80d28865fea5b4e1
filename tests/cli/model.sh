# SPDX-License-Identifier: Apache-2.0
# `tritsim model import`: the file that it writes is the model, can be edited, and runs; custom ops
# and popularity from YAML to figures.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards

mkdir small
cat > small/config.json << 'END'
{"model_type": "olmoe", "hidden_size": 256, "intermediate_size": 128, "num_hidden_layers": 3,
 "num_attention_heads": 4, "num_experts": 16, "num_experts_per_tok": 2, "vocab_size": 500}
END
"$TRITSIM" model import small -o mine.yaml > said.txt
grep -q 'parameters, .* active' said.txt
"$TRITSIM" check mine.yaml > /dev/null
# The name: the directory's, else type and size; --name goes first.
grep -q '^name: small$' mine.yaml
"$TRITSIM" model import small/config.json -o sized.yaml > /dev/null
grep -q '^name: olmoe [0-9.]*M$' sized.yaml
"$TRITSIM" model import small --name 'of mine' -o named.yaml > /dev/null
grep -q '^name: of mine$' named.yaml
run() { "$TRITSIM" run --board "$boards/u250_general.yaml" --prompt 0 --generate 2 --json "$@"; }
run --model mine.yaml --batch 16 > even.json

# All tokens choose the same two experts: a batch reads no more than one token.
python3 - << 'END'
text = open('mine.yaml').read()
even = '  experts:\n    []\n'
assert even in text, text
open('uneven.yaml', 'w').write(text.replace(even, '  experts: [1, 1' + ', 0' * 14 + ']\n'))
END
run --model uneven.yaml --batch 16 > uneven.json
run --model mine.yaml --batch 1 > one.json
python3 - << 'END'
import json
even, uneven, one = (json.load(open(f + '.json')) for f in ('even', 'uneven', 'one'))
weights = lambda r: sum(l['step_weight_bytes'] for l in r['token_bytes']['layers'])
expert = 3 * 3 * 256 * 128 * 2  # of three blocks, gate, up and down in fp16
assert even['token_bytes']['sequences'] == 4, 'lanes of a kernel'
distinct = 16 * (1 - (1 - 2 / 16) ** 4)
assert abs(weights(even) - weights(one) - (distinct - 2) * expert) < 1
assert abs(weights(uneven) - weights(one)) < 1
assert even['tokens_per_s'] < uneven['tokens_per_s']
END

# A configuration of another name, and one that is not known.
sed 's/olmoe/olmoe_of_ours/' small/config.json > other.json
if "$TRITSIM" model import other.json -o other.yaml 2> error.txt; then exit 1; fi
grep -q "'olmoe_of_ours' is not supported" error.txt
grep -q 'deepseek_v2' error.txt
"$TRITSIM" model import other.json --as olmoe -o other.yaml > /dev/null
"$TRITSIM" trace import small -o small.trace > /dev/null 2> warning.txt
grep -q "those of 'olmoe' are not read" warning.txt
run --trace small.trace > /dev/null

# An op of one's own: on a core, on the host, on a processor; what cannot do it says what it lacks.
cat > own.yaml << 'END'
kind: model
name: own
source: made up
dimensions: {layers: 2, hidden: 512}
formats: {half: {format: fp16}}
start:
  - {op: embedding, name: embedding, width: hidden, rows: 100}
blocks:
  block:
    - {op: linear, name: x, width: hidden, weights: half}
    - {op: custom, name: mix, in: [x, input], adds: 4 * hidden, reads: 4096, passes: 2, instruction: mul, task: mix}
pattern:
  - {block: block}
end:
  - {op: linear, name: lm_head, width: 100, weights: half}
END
run --model own.yaml --batch 1 > own.json
python3 -c "
import json
layers = json.load(open('own.json'))['token_bytes']['layers']
assert layers[0]['layers'] == 'custom' and layers[0]['state_bytes'] == 2 * 4096, layers"
"$TRITSIM" run --board "$SOURCE_DIR/configs/processors/h200.yaml" --model own.yaml --generate 2 --json > /dev/null
if run --model own.yaml --batch 1 --set 'mapping.places={custom: host}' 2> error.txt; then exit 1; fi
grep -q "no cost for 'custom.mix'" error.txt
sed 's/instruction: mul, //' own.yaml > none.yaml
if run --model none.yaml --batch 1 2> error.txt; then exit 1; fi
grep -q 'names no instruction of a core' error.txt
