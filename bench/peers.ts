/** The programs that trustfleet is held against, and their versions. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');
export const ANSIBLE = path.join(ROOT, '.venv-peers/bin');
const BENCH = path.join(ROOT, '.venv-bench');
const GO = path.join(ROOT, '.venv-step');
/** smallstep's command line, which is written in Go. */
export const STEP = path.join(GO, 'bin/step');

/** Has what scripts/make-bench-venv.sh installed, or else what scripts/make-peers-venv.sh did. */
export function python(): string {
  const own = path.join(BENCH, 'bin/python');
  return existsSync(own) ? own : path.join(ANSIBLE, 'python');
}

/** The path of a contender written in Python. */
export function peer(name: string): string {
  return path.join(import.meta.dirname, 'peers', name);
}

/** The path of a contender of ours. */
export function own(name: string): string {
  return path.join(import.meta.dirname, 'contenders', name);
}

/** Makes the environments where they are missing. Throws an Error when not even a Python can be had. */
export function installPeers(): void {
  const make = (script: string): boolean =>
    spawnSync('bash', [path.join(ROOT, script)], { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
  if (!make('scripts/make-bench-venv.sh'))
    throw new Error('scripts/make-bench-venv.sh failed: no peer can be asked');
  make('scripts/make-bench-step.sh');
}

/** Why a group of peers is missing, by its name in bench/peers, or `step`; undefined where it is there. */
export function whyMissing(group: string): string | undefined {
  if (group === 'step' && existsSync(STEP)) return undefined;
  const file = path.join(group === 'step' ? GO : BENCH, 'missing');
  if (!existsSync(file)) return 'it was not to be installed';
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.find((line) => line.startsWith(`${group}: `))?.slice(group.length + 2);
}

const PACKAGES = [
  'netmiko',
  'paramiko',
  'nornir',
  'nornir-netmiko',
  'scrapli',
  'asyncssh',
  'ansible-core',
  'ansible-pylibssh',
  'genie.libs.parser',
  'ntc-templates',
  'textfsm',
  'Jinja2',
];

/** `netmiko 4.8.0`, or `genie.libs.parser missing`. */
export function versions(): readonly string[] {
  const program = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
def of(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
print(json.dumps([f"{name} {of(name)}" for name in json.loads(sys.argv[1])] + ["Python " + sys.version.split()[0]]))
`;
  const { stdout } = spawnSync(python(), ['-c', program, JSON.stringify(PACKAGES)], { encoding: 'utf8' });
  const step = existsSync(STEP) ? readFileSync(path.join(GO, 'made-of'), 'utf8').trim() : 'missing';
  return [`Node.js ${process.versions.node}`, ...(JSON.parse(stdout) as string[]), `step ${step}`];
}
