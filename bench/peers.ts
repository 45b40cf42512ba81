/** The programs that trustfleet is held against, and their versions. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');
export const ANSIBLE = path.join(ROOT, '.venv-peers/bin');
const BENCH = path.join(ROOT, '.venv-bench');

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

/** Makes the environment where it is missing. Throws an Error when not even a Python can be had. */
export function installPeers(): void {
  const made = spawnSync('bash', [path.join(ROOT, 'scripts/make-bench-venv.sh')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (made.status !== 0) throw new Error('scripts/make-bench-venv.sh failed: no peer can be asked');
}

/** Why a group of peers is missing, by its name in bench/peers; undefined where it is there. */
export function whyMissing(group: string): string | undefined {
  const file = path.join(BENCH, 'missing');
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
  return [`Node.js ${process.versions.node}`, ...(JSON.parse(stdout) as string[])];
}
