#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# format.sh [--check] [clang-format]: formats the C++ sources, or only checks that they are.
#
# Releases of clang-format disagree with each other, so a check by another one than 14 proves
# nothing: it is skipped with status 77.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

action=(-i)
if [[ ${1:-} == --check ]]; then
  action=(--dry-run -Werror)
  shift
fi
tool=${1:-$(command -v clang-format-14 || command -v clang-format || true)}
if [[ -z $tool ]]; then
  echo "format.sh: clang-format is not installed" >&2
  exit 1
fi
if ! "$tool" --version | grep -q 'version 14\.'; then
  echo "format.sh: the style is that of clang-format 14, this is $("$tool" --version)" >&2
  exit 77
fi

if ! files=$(git ls-files -- '*.cpp' '*.hpp' 2>/dev/null); then
  files=$(find arch models sim reports tests -name '*.[ch]pp')
fi
if [[ -z $files ]]; then exit 0; fi
mapfile -t files <<<"$files"
"$tool" "${action[@]}" --style=file "${files[@]}"
