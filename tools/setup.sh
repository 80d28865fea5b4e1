#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# setup.sh demo|test|dev: installs what is missing to build and run the tool (demo), to test it
# (test), and to work on it (dev). Does nothing, and asks nobody, where nothing is missing.
set -euo pipefail

demo=(g++ cmake ninja-build pkg-config libsystemc-dev libyaml-cpp-dev libcli11-dev libfmt-dev
      nlohmann-json3-dev libboost-dev libsqlite3-dev libnlopt-dev libpagmo-dev)
tests=(libgtest-dev libbenchmark-dev verilator yosys clang-format python3 python3-torch libboost-mpi-dev
       libopenmpi-dev openmpi-bin chromium python3-jsonschema)
dev=(clang-tidy gcovr ccache)

case ${1:-} in
  demo) wanted=("${demo[@]}") ;;
  test) wanted=("${demo[@]}" "${tests[@]}") ;;
  dev) wanted=("${demo[@]}" "${tests[@]}" "${dev[@]}") ;;
  *)
    echo "usage: tools/setup.sh demo|test|dev" >&2
    exit 2
    ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "setup: no apt-get here. These Debian packages are needed, under their local names:"
  echo "setup:   ${wanted[*]}"
  for tool in c++ cmake ninja; do
    if ! command -v "$tool" >/dev/null; then
      echo "setup: $tool is not installed" >&2
      exit 1
    fi
  done
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  if [[ $status != *installed || $status == *not-installed ]]; then missing+=("$package"); fi
done
if ((${#missing[@]} == 0)); then exit 0; fi

echo "setup: installing ${missing[*]}"
as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "setup: not root and no sudo; please install: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
apt() {
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}
apt update || echo "setup: apt-get update failed, trying with the package lists at hand" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! apt install -y --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1; then
  cat "$log" >&2
  echo "setup: could not install ${missing[*]}" >&2
  exit 1
fi
