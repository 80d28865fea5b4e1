#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# layers.sh must accept a sound tree and name each fault planted in it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{arch,models,sim/result,reports}

put() { printf '#include %s\n' "${@:2}" >"$root/$1"; }

put arch/document.cpp '<yaml-cpp/yaml.h>' '"arch/units.hpp"' '"tritsim_version.hpp"'
put models/component.hpp '"arch/units.hpp"'
put models/dram_law.hpp '"models/component.hpp"' '<vector>'
put models/dram.hpp '<systemc>' '"models/dram_law.hpp"'
put sim/result/result.hpp '"models/dram_law.hpp"'
put sim/run.cpp '"models/dram.hpp"' '"sim/result/result.hpp"'
put sim/cli_run.cpp '"sim/run.hpp"' '"reports/table.hpp"' '<CLI/CLI.hpp>'
put reports/table.cpp '"sim/result/result.hpp"' '"arch/units.hpp"'
bash "$here/layers.sh" "$root" || { echo "a sound tree was refused"; exit 1; }

failures=0
# expect FILE INCLUDE MESSAGE: the include in that file must be reported with the message.
expect() {
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

expect arch/bad.hpp '"models/component.hpp"' 'arch may not include models/component.hpp'
expect arch/bad.hpp '<systemc>' 'arch must not see SystemC'
expect arch/bad.cpp '<yaml-cpp/node.h>' 'only arch/document.cpp may include yaml-cpp/node.h'
expect models/bad.cpp '"sim/run.hpp"' 'models may not include sim/run.hpp'
expect models/bad_law.cpp '<tlm>' 'laws must not see SystemC'
expect models/bad_law.cpp '"models/dram.hpp"' 'laws must not see SystemC'
expect models/bad_law.cpp '"sim/result/result.hpp"' 'laws may not include sim/result/result.hpp'
expect sim/result/bad.cpp '"sim/run.hpp"' 'result may not include sim/run.hpp'
expect sim/result/bad.cpp '"models/dram.hpp"' 'result must not see SystemC'
expect sim/bad.cpp '"reports/table.hpp"' 'sim may not include reports/table.hpp'
expect sim/bad.cpp '"run.hpp"' '"run.hpp" is not a path from the source root'
expect reports/bad.cpp '"models/dram_law.hpp"' 'reports may not include models/dram_law.hpp'
expect reports/bad.cpp '<tlm_utils/simple_target_socket.h>' 'reports must not see SystemC'
expect reports/bad.cpp '"sim/run.hpp"' 'reports may not include sim/run.hpp'
exit "$failures"
