#!/usr/bin/env bash
# Makes docs/demo.svg: what a terminal shows of the demo, drawn from the terminal's own screen.
# Needs tmux and Python 3; installs Python's rich into a scratch environment.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run --silent build
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"; tmux -L picture kill-server 2>/dev/null || true' EXIT
python3 -m venv "$scratch/venv" && "$scratch/venv/bin/pip" -q install rich==14.1.0

tmux -L picture -f /dev/null new-session -d -x 84 -y 130 "TERM=xterm-256color node dist/cli/main.js demo; touch '$scratch/done'; sleep 60"
until [ -e "$scratch/done" ]; do sleep 0.2; done
sleep 0.3
tmux -L picture capture-pane -e -p > "$scratch/screen"
"$scratch/venv/bin/python" - "$scratch/screen" docs/demo.svg <<'PY'
import re, sys
from rich.ansi import AnsiDecoder
from rich.console import Console

screen = open(sys.argv[1], encoding='utf-8').read().rstrip()
# A renewal's eleven decisions are told by two of them.
lines = [line for line in AnsiDecoder().decode(screen) if not re.search(r'br-00(0[2-57-9]|1[0-2]) BRANCH  not-due', line.plain)]
console = Console(record=True, width=84, file=open('/dev/null', 'w'))
for line in lines:
    console.print(line, soft_wrap=True)
svg = console.export_svg(title='npm run demo')
# No font is fetched from anywhere: whoever looks has a monospaced one.
svg = re.sub(r'@font-face \{.*?\}\s*', '', svg, flags=re.S)
svg = svg.replace('font-family: arial;', 'font-family: arial, sans-serif;')
title = 'A terminal in which npm run demo enrolls twelve routers and refuses one on purpose'
svg = re.sub(r'(<svg[^>]*>)', rf'\1<title>{title}</title>', svg, count=1)
open(sys.argv[2], 'w', encoding='utf-8').write(svg)
PY
sed -i 's/[[:space:]]*$//' docs/demo.svg
ls -l docs/demo.svg
