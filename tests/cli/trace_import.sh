# SPDX-License-Identifier: Apache-2.0
# `tritsim trace import` of each family and of GGUF files: the traces run; `trace profile`.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards
models=$SOURCE_DIR/configs/models
corpus=$SOURCE_DIR/tests/fuzz/corpus
profiles=$SOURCE_DIR/tests/data/profiles
run() { "$TRITSIM" run --board "$boards/$1.yaml" --prompt 0 --generate 2 --json "${@:2}"; }

for pair in hgrn_bit:u250_mmfree_48 llama:u250_dense mistral:kv260_llama qwen2:u250_dense \
  bitnet:k26_bitnet gpt2:u250_dense; do
  family=${pair%:*}
  mkdir "$family"
  cp "$corpus/config/$family.json" "$family/config.json"
  "$TRITSIM" trace import "$family" --context 3 -o "$family.trace" > /dev/null 2> warning.txt
  grep -q 'has no statistics' warning.txt
  "$TRITSIM" trace check "$family.trace" > /dev/null
  run "${pair#*:}" --trace "$family.trace" > /dev/null
done
for pair in q4_0:kv260_llama q8_0:u250_dense i2_s:k26_bitnet tq2_0:k26_bitnet f16_gpt2:u250_dense; do
  "$TRITSIM" trace import "$corpus/gguf/${pair%:*}.gguf" -o gguf.trace > /dev/null
  run "${pair#*:}" --trace gguf.trace > /dev/null
done

# Keys and values of four positions: two MACs for each of four query channels and positions.
# Only ternary matrices have zeros to pass over.
"$TRITSIM" trace import "$corpus/gguf/f16_gpt2.gguf" --context 3 -o gguf.trace > /dev/null
"$TRITSIM" trace show --csv gguf.trace | python3 -c '
import csv, sys
block = [row for row in csv.DictReader(sys.stdin) if row["block"] == "0"][0]
weights = 4 * 4 * 4 + 2 * 4 * 4
assert block["weights"] == str(weights), block
assert block["MACs"].strip() == str(weights + 2 * 4 * 4), block
assert block["additions"] == block["MACs"] and block["zeros"] == "-", block
'

# A published config.json is the shipped model.
mkdir TinyLlama
cat > TinyLlama/config.json <<'JSON'
{"_name_or_path": "TinyLlama 1.1B", "architectures": ["LlamaForCausalLM"], "attention_bias": false,
 "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 2048,
 "initializer_range": 0.02, "intermediate_size": 5632, "max_position_embeddings": 2048,
 "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 22,
 "num_key_value_heads": 4, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null,
 "rope_theta": 10000.0, "tie_word_embeddings": false, "torch_dtype": "float32",
 "use_cache": true, "vocab_size": 32000}
JSON
"$TRITSIM" trace import TinyLlama --context 9 -o imported.trace > /dev/null 2>&1
run kv260_llama --trace imported.trace > of_trace.json
run kv260_llama --model "$models/tinyllama_1.1b.yaml" --context 9 > of_model.json
cmp of_trace.json of_model.json

# --context goes before the context of the trace, and a run from the report is the same again.
"$TRITSIM" trace import TinyLlama/config.json -o short.trace > formats.txt 2> /dev/null
grep -qx 'blocks fp16; lm_head fp16; 2069 MB of matrices' formats.txt
run kv260_llama --trace short.trace --context 9 > of_option.json
cmp of_option.json of_model.json
run kv260_llama --trace imported.trace --context 0 > of_option.json
run kv260_llama --model "$models/tinyllama_1.1b.yaml" > of_model.json
cmp of_option.json of_model.json
"$TRITSIM" run --board "$boards/kv260_llama.yaml" --trace imported.trace --context 3 --prompt 2 \
  --generate 2 -o of_context > /dev/null
"$TRITSIM" run --from of_context/report.html -o again > /dev/null
cmp of_context/result.json again/result.json
code=0
"$TRITSIM" trace export --model "$models/mmfreelm_370m.yaml" -o free.trace > /dev/null
run u250_mmfree_48 --trace free.trace --context 3 2> stderr.txt || code=$?
[ "$code" = 2 ] && grep -qx 'free.trace: has no attention and keeps no cache; leave out --context' \
  stderr.txt

# On a processor a trace is what its model is.
h200=$SOURCE_DIR/configs/processors/h200.yaml
on_h200() { "$TRITSIM" run --board "$h200" --generate 3 --json "$@"; }
for context in '' '--context 20'; do
  # shellcheck disable=SC2086
  on_h200 --trace imported.trace $context > of_trace.json
  # shellcheck disable=SC2086
  on_h200 --model "$models/tinyllama_1.1b.yaml" ${context:---context 9} > of_model.json
  cmp of_trace.json of_model.json
done
on_h200 --trace free.trace > of_trace.json
on_h200 --model "$models/mmfreelm_370m.yaml" > of_model.json
cmp of_trace.json of_model.json

# Formats: of the checkpoint, of the option; a packed checkpoint has fewer bytes to stream.
mkdir awq
sed '1s/{/{"quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 128}, /' \
  TinyLlama/config.json > awq/config.json
"$TRITSIM" trace import awq -o awq.trace > formats.txt 2> /dev/null
grep -qF 'blocks int4 in groups of 128, 4.156 bits a weight; lm_head fp16;' formats.txt
"$TRITSIM" trace import awq --weights int8 -o int8.trace > formats.txt 2> /dev/null
grep -qF 'blocks int8; lm_head fp16;' formats.txt
on_h200 --trace awq.trace > awq.json
on_h200 --trace int8.trace > int8.json
on_h200 --trace short.trace > fp16.json
python3 - <<'PY'
import json
fp16, int8, awq = (json.load(open(f'{n}.json'))['time_per_token_s'] for n in ('fp16', 'int8', 'awq'))
assert awq < int8 < fp16, (awq, int8, fp16)
PY

# What a path holds is said, whatever is asked for.
refused() {
  code=0
  "$TRITSIM" trace import "${@:2}" -o refused.trace > stdout.txt 2> stderr.txt || code=$?
  [ "$code" = 2 ] && [ ! -s stdout.txt ] && [ ! -e refused.trace ]
  grep -qF -- "$1" stderr.txt || { cat stderr.txt; exit 1; }
}
mkdir others
echo '{}' > others/generation_config.json
printf 'PK\3\4' > others/pytorch_model.bin
cp "$corpus/safetensors/empty.safetensors" others/model-00001-of-00002.safetensors
refused 'is not the config.json of a checkpoint; give its directory' others/generation_config.json
refused 'is a PyTorch pickle, which is not read' others/pytorch_model.bin
refused 'has weights alone, no shapes of a model; give its directory' \
  others/model-00001-of-00002.safetensors
refused 'is no GGUF file; check the path' "$models/tinyllama_1.1b.yaml"
refused 'config.json: cannot open the file' "$models"
cp TinyLlama/config.json others
refused 'model.safetensors.index.json: is missing: it says which tensors are in model-00001-of-00002' others
rm others/*.safetensors
"$TRITSIM" trace import others -o shapes.trace 2>&1 > /dev/null |
  grep -qF 'weights are in pytorch_model.bin only; PyTorch pickles are not read'
refused "--weights: format: 'int5'" TinyLlama --weights int5
sed '1s/{/{"quantization_config": {"quant_method": "vptq"}, /' TinyLlama/config.json \
  > others/config.json
refused "quant_method: 'vptq' is not read: its weights are entries of learned codebooks" others

# What a profiler saw is what the trace of the model says.
"$TRITSIM" trace profile "$profiles/h200_transformer_1.3b.json" \
  --model "$models/transformer_1.3b.yaml" --context 1023 | grep -q '^attention  2048 x 1024  *24  *24'
"$TRITSIM" trace export --model "$models/mmfreelm_1.3b.yaml" -o mmfree.trace > /dev/null
code=0
"$TRITSIM" trace profile "$profiles/h200_mmfree_1.3b.json" mmfree.trace --csv > profile.csv \
  2> stderr.txt || code=$?
[ "$code" = 3 ] && grep -q '1 differences' stderr.txt
[ "$(grep -vc ',$' profile.csv)" = 2 ] && grep -q '^lower_bound,2048,24,23,+1$' profile.csv
code=0
"$TRITSIM" trace profile "$profiles/h200_mmfree_1.3b.json" 2> stderr.txt || code=$?
[ "$code" = 2 ] && grep -qx 'give either a trace or --model' stderr.txt
