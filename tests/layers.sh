#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks the direction of the includes: layers.sh [source root]. Prints each fault, fails on any.
#
# The layers are those of CMakeLists.txt: a file may include the files of its own folder, of the
# folders that its tritsim_layer() names, and of those that these name. The command line, sim/cli,
# may include all. SystemC is seen by the layers that link it privately or publicly and by nobody
# else, not even through another header; yaml-cpp by arch/base/document.cpp alone.
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

mapfile -t files < <(for folder in arch models sim reports; do
  if [[ -d $folder ]]; then find "$folder" -type f -name '*.[ch]pp'; fi
done | sort)
if ((${#files[@]} == 0)); then exit 0; fi

# One line a layer: its folder, "sees" and what it links, or "uses" and what it links privately.
layers=$(sed 's/#.*//' CMakeLists.txt | tr '\n' ' ' | grep -oE 'tritsim_layer\([^)]*\)' |
  sed -E 's/tritsim_layer\(//; s/PRIVATE_LINK/uses/; s/LINK/sees/; s/\)//')

{ echo "$layers"; echo "--"; grep -HnE '^[[:space:]]*#[[:space:]]*include' "${files[@]}" || true; } | awk '
  function folder_of(path) {
    if (path ~ /^sim\/cli\//) return "sim/cli"
    if (path ~ /^sim\/study\/search_library\//) return "sim/study"
    if (path !~ /^(arch|models|sim|reports)\//) return ""
    sub(/\/[^\/]*$/, "", path)
    return path
  }
  function fault(place, text) { print place ": " text; ++faults }
  function close_over(first, name, n, names, i) {
    if ((first, name) in sees) return
    sees[first, name] = 1
    n = split(links[name], names, " ")
    for (i = 1; i <= n; ++i) close_over(first, names[i])
  }

  $0 == "--" {
    for (name in links) {
      n = split(links[name] " " own_links[name], names, " ")
      sees[name, name] = 1
      for (i = 1; i <= n; ++i) close_over(name, names[i])
    }
    includes = 1
    next
  }

  !includes {
    what = ""
    for (i = 2; i <= NF; ++i) {
      if ($i == "sees" || $i == "uses") what = $i
      else if (what == "sees") links[$1] = links[$1] " " $i
      else own_links[$1] = own_links[$1] " " $i
    }
    links[$1] = links[$1] ""
    next
  }

  {
    split($0, part, ":")
    file = part[1]; place = part[1] ":" part[2]; own = folder_of(file)
    quoted = $0 ~ /include[ \t]*"/
    name = $0; sub(/^.*include[ \t]*["<]/, "", name); sub(/[">].*$/, "", name)

    if (own != "sim/cli" && !(own in links)) {
      fault(place, own " is no layer of CMakeLists.txt")
    } else if (name ~ /^(systemc|tlm)(\.h)?$/ || name ~ /^(sysc|tlm_core|tlm_utils)\//) {
      kernel[file] = place
    } else if (name ~ /^yaml-cpp\//) {
      if (file != "arch/base/document.cpp") fault(place, "only arch/base/document.cpp may include " name)
    } else if (folder_of(name) != "") {
      if (own != "sim/cli" && !((own, folder_of(name)) in sees)) fault(place, own " may not include " name)
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
    for (file in kernel) {
      own = folder_of(file)
      if (!((own, "SystemC::systemc") in sees)) fault(kernel[file], own " must not see SystemC")
    }
    exit faults > 0
  }' | sort
