#!/usr/bin/env bash
# Makes .venv-peers, a Python environment with Netmiko, Scrapli 1 and Ansible's cisco.ios for test/peers, in the
# versions that test/peers/*.txt name. Does nothing when that is what it holds already.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv-peers
wanted=(test/peers/requirements.txt test/peers/collections.txt)
# The last one prints results as JSON.
collections=(ansible/netcommon ansible/utils cisco/ios ansible/posix)

# ansible-core 2.19 wants 3.11 or later.
can_make_it() { "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for candidate in python3 /usr/bin/python3; do
  if can_make_it "$candidate"; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo 'No Python 3.11 or later with its venv module was found.' >&2
  exit 1
fi

# The folder counts, because an environment cannot be moved.
made_of() { "$python" --version && pwd && cat scripts/make-peers-venv.sh "${wanted[@]}"; }
stamp=$(made_of | sha256sum)
if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/made-of" 2>/dev/null)" = "$stamp" ]; then
  exit 0
fi

echo "making $venv"
rm -rf "$venv"
"$python" -m venv "$venv"
pip=("$venv/bin/python" -m pip --quiet --disable-pip-version-check)
# Nothing is compiled, and nothing comes along that the list does not name.
"${pip[@]}" install --only-binary :all: --no-deps --requirement "${wanted[0]}"
"${pip[@]}" check >/dev/null

wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
"${pip[@]}" download --only-binary :all: --no-deps --dest "$wheels" --requirement "${wanted[1]}"
"$venv/bin/python" - "$wheels" "${collections[@]}" <<'PYTHON'
import pathlib, sys, sysconfig, zipfile

wheels, *collections = sys.argv[1:]
(wheel,) = pathlib.Path(wheels).glob("*.whl")
folders = tuple(f"ansible_collections/{name}/" for name in collections)
with zipfile.ZipFile(wheel) as archive:
    members = [name for name in archive.namelist() if name.startswith(folders)]
    archive.extractall(sysconfig.get_path("purelib"), members)
PYTHON

# Last of all, so that a half-made environment is made again.
printf '%s\n' "$stamp" >"$venv/made-of"
