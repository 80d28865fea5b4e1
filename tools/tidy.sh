#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tidy.sh BUILD [--since COMMIT] [--minutes N]: clang-tidy over the sources that the build tree BUILD
# has compiled, as .clang-tidy says. With --since only over what changed after COMMIT and what
# includes it, changed sources first; with --minutes it begins no file after so long, and says how
# many it has left out. Exits with 1 on any finding.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${1:?tidy.sh BUILD [--since COMMIT] [--minutes N]}
shift
since=
minutes=0
while (($# > 0)); do
  case $1 in
    --since) since=$2 ;;
    --minutes) minutes=$2 ;;
    *)
      echo "tidy.sh: $1: unknown option" >&2
      exit 2
      ;;
  esac
  shift 2
done

# Prints each object's source and what it includes: "SOURCE<tab>FILE", paths from the source root.
dependencies() {
  ninja -C "$build" -t deps | awk -v root="$PWD/" '
    /^[^ ].*: #deps/ { source = ""; next }
    NF == 1 {
      file = $1
      sub(/^(\.\.\/)+/, "", file)
      if (index(file, root) == 1) file = substr(file, length(root) + 1)
      if (file ~ /^\//) next
      if (source == "") source = file
      print source "\t" file
    }'
}

sources=$(dependencies | awk -F'\t' '$1 == $2 && $1 ~ /^(arch|models|sim|reports)\// { print $1 }' |
  sort -u)
if [[ -n $since ]]; then
  changed=$(git diff --name-only --diff-filter=d "$since" -- '*.cpp' '*.hpp')
  first=$(comm -12 <(echo "$sources") <(sort -u <<<"$changed"))
  touched=$(dependencies | awk -F'\t' 'NR == FNR { changed[$1]; next } $2 in changed { print $1 }' \
    <(echo "$changed") - | sort -u | comm -12 <(echo "$sources") -)
  sources=$({ echo "$first"; echo "$touched"; } | awk 'NF && !seen[$0]++')
fi
if [[ -z $sources ]]; then
  echo "tidy: nothing to look at"
  exit 0
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export BUILD=$build RESULTS=$results STARTED LIMIT=$((minutes * 60))
STARTED=$(date +%s)

# shellcheck disable=SC2016 # expanded by the inner shell
xargs -P "$(nproc)" -I{} bash -c '
  if ((LIMIT > 0 && $(date +%s) - STARTED > LIMIT)); then exit 0; fi
  if ! text=$(clang-tidy -p "$BUILD" --quiet "$1" 2>/dev/null); then
    printf "%s\n" "$text" | tee "$RESULTS/$(tr / . <<<"$1").findings"
  fi
  touch "$RESULTS/$(tr / . <<<"$1").done"' _ {} <<<"$sources"

looked=$(find "$results" -name '*.done' | wc -l)
found=$(find "$results" -name '*.findings' | wc -l)
echo "tidy: $looked of $(wc -l <<<"$sources") sources looked at, findings in $found"
((found == 0))
