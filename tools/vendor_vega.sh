#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vendor_vega.sh VEGA VEGA-LITE: puts the builds of these versions from npm into reports/page/vega/. The
# pointers to source maps go: a page must not ask for a file. Then bring the versions in
# reports/page/vega/LICENSE up to date, and the licences if they changed.
set -euo pipefail
if (($# != 2)); then
  echo "usage: tools/vendor_vega.sh VEGA-VERSION VEGA-LITE-VERSION" >&2
  exit 2
fi
to=$(cd "$(dirname "${BASH_SOURCE[0]}")/../reports/page/vega" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in "vega@$1" "vega-lite@$2"; do
  name=${package%@*}
  tar -xzf "$(npm pack --silent "$package")"
  { grep -v '^//# sourceMappingURL=' "package/build/$name.min.js" || true; } > "$to/$name.min.js"
  cp package/LICENSE "$work/LICENSE.$name"
  rm -rf package
done
for name in vega vega-lite; do
  if [[ $(< "$to/LICENSE") != *"$(< "$work/LICENSE.$name")"* ]]; then
    echo "vendor_vega: the licence of $name is not that of reports/page/vega/LICENSE" >&2
    exit 1
  fi
done
