/** Who visits routers, and how each is started. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Fleet, LOGIN } from './fleet.ts';
import type { Program } from './measure.ts';
import { bundled } from './own-bundle.ts';
import { ANSIBLE, peer, python } from './peers.ts';

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
    command: [process.execPath, await bundled('reads.mjs')],
    input: { ...work, inventory: inventoryFile },
    env: { BENCH_LOGIN: LOGIN[1] },
  }),
};

interface InPython {
  readonly name: string;
  readonly script: string;
  readonly group?: string;
  /** What its function for configuration lines is told besides the lines. */
  readonly configureOptions?: object;
}

const inPython = ({ name, script, group, configureOptions = {} }: InPython): Visitor => ({
  name,
  ...(group === undefined ? {} : { group }),
  program: async ({ routers }, work) => ({
    command: [python(), peer(script)],
    input: { ...work, configureOptions, routers, login: LOGIN },
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

const SCRAPLI = inPython({ name: 'Scrapli, asyncssh', script: 'scrapli_reads.py' });
const NETMIKO = { name: 'Netmiko, threads', script: 'netmiko_reads.py' };
const NORNIR = { name: 'Nornir, Netmiko', script: 'nornir_reads.py', group: 'nornir' };
/** Netmiko looks for a refusal in each reply where it is told what one looks like. */
const CHECKED = { configureOptions: { error_pattern: '^% ' } };

export const VISITORS: readonly Visitor[] = [
  TRUSTFLEET,
  SCRAPLI,
  inPython(NETMIKO),
  inPython(NORNIR),
  ANSIBLE_VISITOR,
];

/** As above, and who can be told to look at every reply comes a second time or is told. */
export const CONFIGURERS: readonly Visitor[] = [
  TRUSTFLEET,
  SCRAPLI,
  inPython(NETMIKO),
  inPython({ ...NETMIKO, ...CHECKED, name: 'Netmiko, replies checked' }),
  inPython({ ...NORNIR, ...CHECKED, name: 'Nornir, Netmiko, replies checked' }),
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
