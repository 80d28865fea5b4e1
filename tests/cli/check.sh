# SPDX-License-Identifier: Apache-2.0
# Every shipped file passes `check`; every kind has a schema that is valid JSON.
set -euo pipefail
find "$SOURCE_DIR/configs" -name '*.yaml' -print0 | xargs -0 "$TRITSIM" check > checked.txt
[ "$(wc -l < checked.txt)" = "$(find "$SOURCE_DIR/configs" -name '*.yaml' | wc -l)" ]
"$TRITSIM" check --board "$SOURCE_DIR/configs/boards/d5005_mmfree.yaml" \
  "$SOURCE_DIR/configs/programs/token_mixer.tmi" | grep -q 'ok (program)'
for kind in board core attachment memory device area link host processor mapping model measurements synthesis; do
  "$TRITSIM" schema "$kind" > "$kind.json"
  python3 - "$kind" <<'PY'
import json, sys
schema = json.load(open(sys.argv[1] + '.json'))
assert schema['properties']['kind'] == {'const': sys.argv[1]}
assert 'kind' in schema['required'] and schema['additionalProperties'] is False
PY
done
for verb in run compare validate check schema; do
  "$TRITSIM" "$verb" --help | grep 'Example' > help.txt
done
"$TRITSIM" --version | grep -q '^tritsim [0-9]'
