# SPDX-License-Identifier: Apache-2.0
# A sweep that is killed loses the points under way and no others.
PYTHONDONTWRITEBYTECODE=1 python3 "$SOURCE_DIR/tests/cli/sweep/kill.py" 132 \
  "$SOURCE_DIR/tests/cli/sweep/sweep.yaml"
