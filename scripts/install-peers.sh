#!/usr/bin/env bash
# Installs the programs that test/peers holds us against: from the distribution's own packages, and Python's into
# .venv-peers. Does nothing when all are there already. Needs root (or sudo without a password) and apt only for what
# is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

has_command() { command -v "$1" >/dev/null; }
has_scep() { has_command scepclient && has_command scepserver; }
has_curl_ntlm() { has_command curl && grep -qw NTLM <<<"$(curl --version)"; }
# Without its curl plugin pki cannot speak HTTP.
has_pki_over_http() { has_command pki && grep -q 'loaded plugins:.* curl' <<<"$(pki --help 2>&1)"; }

# Debian has Python without the module that makes environments.
has_python_venv() { python3 -c 'import ensurepip, venv' 2>/dev/null; }

missing=()
need() { # need PACKAGES TEST [ARGUMENT]: asks for the packages unless the test succeeds
  local packages=$1
  shift
  "$@" || read -ra missing <<<"${missing[*]} $packages"
}
need scep has_scep
need 'strongswan-pki libstrongswan-standard-plugins libstrongswan-extra-plugins' has_pki_over_http
need openssl has_command openssl
need openssh-client has_command ssh
need curl has_curl_ntlm
need tftp-hpa has_command tftp
need libc-bin has_command iconv
need 'python3 python3-venv' has_python_venv

install_missing() {
  echo "missing peers, in the packages: ${missing[*]}"
  if ! has_command apt-get; then
    echo 'This is no Debian or Ubuntu system: install what these packages hold by other means.' >&2
    exit 1
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      echo "Run as root: apt-get install ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
if [ ${#missing[@]} -gt 0 ]; then install_missing; fi

bash scripts/make-peers-venv.sh
