#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh TRITSIM DIR: a run, a comparison, a sweep and the validation, and an index that leads to
# them.
set -euo pipefail
if (($# != 2)); then
  echo "usage: tools/demo.sh TRITSIM DIR" >&2
  exit 2
fi
tritsim=$1
out=$2
configs=$(cd "$(dirname "${BASH_SOURCE[0]}")/../configs" && pwd)

"$tritsim" run --board "$configs/boards/u250_mmfree_48.yaml" \
  --model "$configs/models/mmfreelm_370m.yaml" --prompt 0 --generate 16 -o "$out/run" > /dev/null
"$tritsim" compare \
  --point "$configs/boards/u250_dense.yaml" "$configs/models/transformer_370m_int4.yaml" \
  --point "$configs/boards/u250_mmfree_48.yaml" "$configs/models/mmfreelm_370m.yaml" \
  --context 384 --generate 16 -o "$out/comparison"
mkdir -p "$out/sweep"
rm -f "$out"/sweep/sweep.sqlite*
"$tritsim" sweep "$configs/sweeps/u250_speed_for_area.yaml" -o "$out/sweep/sweep.sqlite" > /dev/null 2>&1
"$tritsim" sweep show "$out/sweep/sweep.sqlite" -o "$out/sweep/sweep.html" > /dev/null
"$tritsim" validate -o "$out/validation" > /dev/null
"$tritsim" index "$out/run/report.html" "$out/comparison/comparison.html" \
  "$out/sweep/sweep.html" \
  "$out/validation/validation.html" -o "$out/index.html"
