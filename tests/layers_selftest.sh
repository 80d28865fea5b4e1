#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# layers.sh must accept a sound tree and name each fault planted in it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{arch/base,arch/board,models/dram,models/tlm,sim/result,sim/plan,sim/run,sim/cli,reports/text,odd}
cp "$here/../CMakeLists.txt" "$root"

put() { printf '#include %s\n' "${@:2}" >"$root/$1"; }

put arch/base/document.cpp '<yaml-cpp/yaml.h>' '"arch/base/units.hpp"' '"tritsim_version.hpp"'
put arch/board/board.hpp '"arch/base/units.hpp"'
put models/dram/dram_law.hpp '"arch/base/units.hpp"' '<vector>'
put models/tlm/memory.hpp '<systemc>' '"models/dram/dram_law.hpp"'
put sim/result/result.hpp '"arch/board/board.hpp"'
put sim/run/run.cpp '"models/tlm/memory.hpp"' '"sim/result/result.hpp"'
put sim/cli/run.cpp '"sim/run/run.hpp"' '"reports/text/table.hpp"' '<CLI/CLI.hpp>'
put reports/text/table.cpp '"sim/result/result.hpp"' '"arch/base/units.hpp"'
bash "$here/layers.sh" "$root" || { echo "a sound tree was refused"; exit 1; }

failures=0
# expect FILE INCLUDE MESSAGE: the include in that file must be reported with the message.
expect() {
  mkdir -p "$root/$(dirname "$1")"
  put "$1" "$2"
  if output=$(bash "$here/layers.sh" "$root"); then
    echo "$1 including $2 passed"
    failures=1
  elif [[ $output != "$1:1: $3" ]]; then
    printf '%s including %s: expected "%s", got:\n%s\n' "$1" "$2" "$3" "$output"
    failures=1
  fi
  rm "$root/$1"
}

expect arch/base/bad.hpp '"arch/board/board.hpp"' 'arch/base may not include arch/board/board.hpp'
expect arch/base/bad.hpp '<systemc>' 'arch/base must not see SystemC'
expect arch/base/bad.cpp '<yaml-cpp/node.h>' \
  'only arch/base/document.cpp may include yaml-cpp/node.h'
expect arch/new/bad.hpp '"arch/base/units.hpp"' 'arch/new is no layer of CMakeLists.txt'
expect models/dram/bad.cpp '<tlm>' 'models/dram must not see SystemC'
expect models/dram/bad.cpp '"models/tlm/memory.hpp"' \
  'models/dram may not include models/tlm/memory.hpp
models/dram/bad.cpp:1: models/dram must not see SystemC'
expect models/tlm/bad.cpp '"sim/run/run.hpp"' 'models/tlm may not include sim/run/run.hpp'
expect sim/result/bad.cpp '"sim/run/run.hpp"' 'sim/result may not include sim/run/run.hpp'
expect sim/run/bad.cpp '"reports/text/table.hpp"' 'sim/run may not include reports/text/table.hpp'
expect sim/run/bad.cpp '"run.hpp"' '"run.hpp" is not a path from the source root'
expect reports/text/bad.cpp '<tlm_utils/simple_target_socket.h>' 'reports/text must not see SystemC'
expect reports/text/bad.cpp '"sim/run/run.hpp"' 'reports/text may not include sim/run/run.hpp'
exit "$failures"
