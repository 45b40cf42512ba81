#!/usr/bin/env bash
# Builds step (github.com/smallstep/cli) for npm run bench into .venv-step, from what the Go module proxy has: two minutes
# the first time, and 40 MB that stay. Why it cannot be had is told, and stands in .venv-step/missing.
# Does nothing when that is what it holds already.
set -euo pipefail
cd "$(dirname "$0")/.."

version=v0.28.7
folder=.venv-step
if [ -x "$folder/bin/step" ] && [ "$(cat "$folder/made-of" 2>/dev/null)" = "$version" ]; then
  exit 0
fi
rm -rf "$folder"
mkdir "$folder"
missing() {
  printf 'step: %s\n' "$1" | tee "$folder/missing"
  exit 0
}
command -v go >/dev/null || missing 'there is no Go to build it with, and the registries of the bench have it as source only'

echo "making $folder"
scratch=$(mktemp -d)
# Modules are read-only.
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
said=$(GOBIN="$PWD/$folder/bin" GOPATH="$scratch/path" GOCACHE="$scratch/cache" CGO_ENABLED=0 \
  timeout 600 go install -ldflags='-s -w' "github.com/smallstep/cli/cmd/step@$version" 2>&1) ||
  missing "it could not be built: $(tail -n 1 <<<"$said")"
printf '%s\n' "$version" >"$folder/made-of"
