#!/usr/bin/env bash
# Installs the programs that test/peers holds us against, from the distribution's own packages. Does nothing when
# all are there already. Needs root (or sudo without a password) and apt only for what is missing.
set -euo pipefail

has_command() { command -v "$1" >/dev/null; }
has_scep() { has_command scepclient && has_command scepserver; }
has_curl_ntlm() { has_command curl && grep -qw NTLM <<<"$(curl --version)"; }
# Without its curl plugin pki cannot speak HTTP.
has_pki_over_http() { has_command pki && grep -q 'loaded plugins:.* curl' <<<"$(pki --help 2>&1)"; }

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
need libc-bin has_command iconv

if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
echo "missing peers, in the packages: ${missing[*]}"
if ! has_command apt-get; then
  echo 'This is no Debian or Ubuntu system: install what these packages hold by other means.' >&2
  exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif sudo -n true 2>/dev/null; then
  as_root=(sudo)
else
  echo "Run as root: apt-get install ${missing[*]}" >&2
  exit 1
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
