#!/usr/bin/env bash
# Makes .venv-bench for npm run bench: what .venv-peers holds (Netmiko, Scrapli, Ansible, ntc-templates), and Nornir and
# Genie besides. A group that cannot be installed is named in .venv-bench/missing with the reason, and the rest stays.
# Does nothing when that is what it holds already.
set -euo pipefail
cd "$(dirname "$0")/.."

bash scripts/make-peers-venv.sh

venv=.venv-bench
groups=(nornir genie)
made_of() { cat .venv-peers/made-of scripts/make-bench-venv.sh bench/peers/*.txt; }
stamp=$(made_of | sha256sum)
if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/made-of" 2>/dev/null)" = "$stamp" ]; then
  exit 0
fi

echo "making $venv"
rm -rf "$venv"
.venv-peers/bin/python -m venv "$venv"
library() { "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
printf '%s\n' "$(library .venv-peers)" >"$(library "$venv")/peers.pth"

: >"$venv/missing"
for group in "${groups[@]}"; do
  if ! said=$("$venv/bin/python" -m pip --quiet --disable-pip-version-check install --only-binary :all: --no-deps \
    --requirement "bench/peers/$group.txt" 2>&1); then
    reason=$(tail -n 1 <<<"$said")
    printf '%s: %s\n' "$group" "$reason" | tee -a "$venv/missing"
  fi
done

# What could not be had is tried again the next time.
if [ ! -s "$venv/missing" ]; then printf '%s\n' "$stamp" >"$venv/made-of"; fi
