# SPDX-License-Identifier: Apache-2.0
# What README.md and docs/ show is what the tool prints.
set -euo pipefail
python3 "$SOURCE_DIR/tools/docs.py" --check "$TRITSIM"
