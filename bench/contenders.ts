/** Who visits routers, and how each is started. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Fleet, LOGIN } from './fleet.ts';
import type { Program } from './measure.ts';
import { ANSIBLE, own, peer, python } from './peers.ts';

/** Either commands to show, with words that must stand in their outputs, or lines to configure. */
export interface Work {
  readonly commands: readonly string[];
  readonly configure?: readonly string[];
  readonly expected: readonly string[];
  readonly concurrency: number;
}

export interface Visitor {
  readonly name: string;
  /** The group in bench/peers that it is of, where that may be missing. */
  readonly group?: string;
  readonly program: (fleet: Fleet, work: Work) => Promise<Program>;
}

export const TRUSTFLEET: Visitor = {
  name: 'trustfleet',
  program: async ({ inventoryFile }, work) => ({
    command: [process.execPath, own('reads.mjs')],
    input: { ...work, inventory: inventoryFile },
    env: { BENCH_LOGIN: LOGIN[1] },
  }),
};

const inPython = (name: string, script: string, group?: string): Visitor => ({
  name,
  ...(group === undefined ? {} : { group }),
  program: async ({ routers }, work) => ({
    command: [python(), peer(script)],
    input: { ...work, routers, login: LOGIN },
  }),
});

export const ANSIBLE_VISITOR: Visitor = {
  name: 'Ansible cisco.ios',
  program: async (fleet, { commands, configure, expected, concurrency }) => {
    const config = path.join(fleet.dir, 'ansible.cfg');
    const vars = path.join(fleet.dir, 'vars.json');
    await writeFile(config, settings(concurrency));
    const source = path.join(fleet.dir, 'lines.cfg');
    await writeFile(source, `${(configure ?? []).join('\n')}\n`);
    const told = { bench_commands: commands, bench_expected: expected, bench_source: source };
    await writeFile(vars, JSON.stringify(told));
    const play = peer(configure === undefined ? 'ansible_reads.yml' : 'ansible_configure.yml');
    return {
      command: [
        path.join(ANSIBLE, 'ansible-playbook'),
        '--inventory',
        fleet.ansibleHosts,
        '-e',
        `@${vars}`,
        play,
      ],
      env: { ANSIBLE_CONFIG: config, ANSIBLE_HOME: path.join(fleet.dir, 'ansible') },
    };
  },
};

export const VISITORS: readonly Visitor[] = [
  TRUSTFLEET,
  inPython('Scrapli, asyncssh', 'scrapli_reads.py'),
  inPython('Netmiko, threads', 'netmiko_reads.py'),
  inPython('Nornir, Netmiko', 'nornir_reads.py', 'nornir'),
  ANSIBLE_VISITOR,
];

function settings(forks: number): string {
  return `[defaults]
forks = ${forks}
retry_files_enabled = false
localhost_warning = false
host_key_checking = false

[persistent_connection]
connect_timeout = 120
command_timeout = 120
`;
}
