# SPDX-License-Identifier: Apache-2.0
# Bad input: exit code 2, the problem on standard error, nothing on standard output.
set -euo pipefail
boards=$SOURCE_DIR/configs/boards
models=$SOURCE_DIR/configs/models

# expect TEXT COMMAND...: the command fails with 2 and says TEXT
expect() {
  local text=$1 code=0
  shift
  "$@" > stdout.txt 2> stderr.txt || code=$?
  if [ "$code" != 2 ]; then
    echo "exit code $code instead of 2: $*"
    cat stderr.txt
    exit 1
  fi
  if ! grep -qF -- "$text" stderr.txt; then
    echo "message lacks '$text': $*"
    cat stderr.txt
    exit 1
  fi
  if [ -s stdout.txt ]; then
    echo "something on standard output: $*"
    exit 1
  fi
}

expect 'A subcommand is required' "$TRITSIM"
expect 'give a --board, or --from' "$TRITSIM" run
expect 'give one of --model, --trace and --program' "$TRITSIM" run --board "$boards/u250_mmfree_24.yaml"
expect 'cannot open the file' "$TRITSIM" run --board none.yaml --model "$models/mmfreelm_370m.yaml"
expect "this is a 'board', a 'model' is needed here" "$TRITSIM" run \
  --board "$boards/u250_mmfree_24.yaml" --model "$boards/u250_mmfree_24.yaml"
expect 'no such key' "$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" \
  --model "$models/mmfreelm_370m.yaml" --set cores.0.core.clok=1
expect 'write it as --set path.to.key=value' "$TRITSIM" run --board "$boards/u250_mmfree_24.yaml" \
  --model "$models/mmfreelm_370m.yaml" --set nothing
expect 'needs an RMS norm over 2 vectors' "$TRITSIM" run --board "$boards/d5005_mmfree.yaml" \
  --model "$models/mmfreelm_370m.yaml"
printf 'ldv v9, X\nadd v0, v1\n' > bad.tmi
expect "bad.tmi:1:" "$TRITSIM" run --board "$boards/d5005_mmfree.yaml" --program bad.tmi
grep -q 'bad.tmi:2:' stderr.txt   # all problems at once
printf 'kind: board\nname: x\ncores: 3\n' > bad.yaml
expect 'bad.yaml:3:8: cores: expected a list' "$TRITSIM" check bad.yaml
expect 'is not a kind of file' "$TRITSIM" schema bord
touch file
expect 'cannot make the directory' "$TRITSIM" run --board "$boards/d5005_mmfree.yaml" \
  --program "$SOURCE_DIR/configs/programs/token_mixer.tmi" --dim 8 -o file/out

# A mapping that the board cannot have, given beside it.
expect 'exchange: is missing' "$TRITSIM" run \
  --board "$boards/u250_mmfree_24.yaml" --model "$models/mmfreelm_370m.yaml" \
  --mapping "$SOURCE_DIR/configs/mappings/blocks_pipeline.yaml"
expect 'tensor 1 x pipeline 4 needs 4 kernels' "$TRITSIM" run \
  --board "$boards/k26_dense.yaml" --model "$models/mmfreelm_370m.yaml" \
  --mapping "$SOURCE_DIR/configs/mappings/blocks_pipeline.yaml"

# No option is empty.
for option in --board --model --mapping --set --overlay --output --timeline --vcd --from; do
  expect "$option: is empty; give it a value, or leave it out" "$TRITSIM" run "$option" ''
done
expect 'is empty; give it a value' "$TRITSIM" memory "$SOURCE_DIR/configs/memories/ddr4_2400_u250.yaml" --requests ''
expect 'is empty; give it a value' "$TRITSIM" check ''
# A name longer than a file may have is a pattern, or no file.
long=$(printf 'x%.0s' {1..1000})
expect 'File name too long' "$TRITSIM" validate "$long"
expect 'File name too long' "$TRITSIM" check "$long"
