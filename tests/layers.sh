#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks the direction of the includes: layers.sh [source root]. Prints each fault, fails on any.
#
#   arch <- laws <- models <- sim <- command line         laws    = models/*_law.*
#             ^---- result <---'      |                   result  = sim/result/
#                      ^---- reports <'
#
# SystemC is seen by models and sim alone, not even through another header; yaml-cpp by
# arch/document.cpp alone.
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

mapfile -t files < <(for folder in arch models sim reports; do
  if [[ -d $folder ]]; then find "$folder" -type f -name '*.[ch]pp'; fi
done | sort)
if ((${#files[@]} == 0)); then exit 0; fi

{ grep -HnE '^[[:space:]]*#[[:space:]]*include' "${files[@]}" || true; } | awk '
  function layer_of(path) {
    if (path ~ /^arch\//) return "arch"
    if (path ~ /^models\/[^\/]*_law\.[ch]pp$/) return "laws"
    if (path ~ /^models\//) return "models"
    if (path ~ /^sim\/result\//) return "result"
    if (path ~ /^sim\/(main|cli_[^\/]*|mpi\/[^\/]*)\.[ch]pp$/) return "cli"
    if (path ~ /^sim\//) return "sim"
    if (path ~ /^reports\//) return "reports"
    return ""
  }
  function fault(place, text) { print place ": " text; ++faults }

  BEGIN {
    sees["arch"] = " arch "
    sees["laws"] = " arch laws models "        # models: as far as they are free of SystemC
    sees["models"] = " arch laws models "
    sees["result"] = " arch laws models result "
    sees["sim"] = " arch laws models result sim "
    sees["reports"] = " arch result reports "
    sees["cli"] = " arch laws models result sim reports cli "
    plain["arch"] = plain["laws"] = plain["result"] = plain["reports"] = 1
  }

  {
    split($0, part, ":")
    file = part[1]; place = part[1] ":" part[2]; own = layer_of(file)
    quoted = $0 ~ /include[ \t]*"/
    name = $0; sub(/^.*include[ \t]*["<]/, "", name); sub(/[">].*$/, "", name)

    if (name ~ /^(systemc|tlm)(\.h)?$/ || name ~ /^(sysc|tlm_core|tlm_utils)\//) {
      kernel[file] = place
    } else if (name ~ /^yaml-cpp\//) {
      if (file != "arch/document.cpp") fault(place, "only arch/document.cpp may include " name)
    } else if (layer_of(name) != "") {
      if (index(sees[own], " " layer_of(name) " ") == 0) fault(place, own " may not include " name)
      edge[++edges] = file; target[edges] = name; at[edges] = place
    } else if (quoted && name !~ /^tritsim_(version|build_id)\.hpp$/) {
      fault(place, "\"" name "\" is not a path from the source root")
    }
  }

  END {
    do {
      changed = 0
      for (i = 1; i <= edges; ++i)
        if ((target[i] in kernel) && !(edge[i] in kernel)) { kernel[edge[i]] = at[i]; changed = 1 }
    } while (changed)
    for (file in kernel)
      if (layer_of(file) in plain) fault(kernel[file], layer_of(file) " must not see SystemC")
    exit faults > 0
  }' | sort
