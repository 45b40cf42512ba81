#!/usr/bin/env bash
# Installs the browser that test/browser opens the HTML report in, from the distribution's own package. Does nothing when
# one is there. Needs root (or sudo without a password) and apt only when it is missing.
set -euo pipefail

find_browser() { command -v "${TRUSTFLEET_CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome; }
if find_browser >/dev/null; then exit 0; fi

echo 'missing: a Chromium, in the package chromium'
if ! command -v apt-get >/dev/null; then
  echo 'This is no Debian or Ubuntu system: install a Chromium by other means, or name one in TRUSTFLEET_CHROMIUM.' >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo 'Run as root: apt-get install chromium fonts-dejavu-core' >&2
    exit 1
  fi
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
