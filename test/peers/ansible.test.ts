import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Typist } from '../lab/router/typist.ts';
import { ClientLab, ENROLLED } from './client-lab.ts';

const PLAY = path.join(import.meta.dirname, 'ansible_play.yml');
/** Ansible starts a Python for each step and each router. */
const LIMIT_MS = 240_000;

/** Two that hold a certificate, one that starts at `>`, and one that is new. */
const ROUTERS = [
  { name: 'br-0001', role: { ...ENROLLED, release: '15.7', privilege: 1 } },
  { name: 'br-0002', role: { ...ENROLLED, release: '17.9', privilege: 15 } },
  { name: 'br-0003', role: { release: '17.9', privilege: 15 } },
] as const;
const NAMES = ROUTERS.map(({ name }) => name);
const HOLDERS = ['br-0001', 'br-0002'] as const;

/** What Ansible's JSON callback prints, as far as it is read here. */
interface Printed {
  readonly plays: readonly {
    readonly tasks: readonly {
      readonly task: { readonly name: string };
      readonly hosts: Readonly<Record<string, Result>>;
    }[];
  }[];
  readonly stats: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

interface Result {
  readonly changed: boolean;
  readonly failed?: boolean;
  readonly msg?: string;
  readonly commands?: readonly string[];
  readonly stdout?: readonly string[];
  readonly ansible_facts?: Readonly<Record<string, unknown>>;
}

/** The results of a run. */
class Played {
  readonly printed: Printed;

  constructor(printed: Printed) {
    this.printed = printed;
  }

  result(step: string, router: string): Result {
    const task = this.printed.plays[0]?.tasks.find(({ task: { name } }) => name === step);
    const found = task?.hosts[router];
    if (found === undefined) throw new Error(`${step} was not done on ${router}`);
    return found;
  }

  /** On which of the routers a step changed something. */
  changed(step: string): readonly boolean[] {
    return NAMES.map((name) => this.result(step, name).changed);
  }
}

describe("Ansible's cisco.ios, over libssh, at routers of the lab", { timeout: LIMIT_MS }, () => {
  let lab: ClientLab;
  let run: Promise<Played>;

  beforeAll(async () => {
    lab = await ClientLab.start(ROUTERS.map(({ role }) => role));
    run = play(lab);
    // A failure is told by the tests, which all wait for it.
    run.catch(() => undefined);
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  it('does every step on every router', async () => {
    const played = await run;
    for (const name of NAMES)
      expect(played.printed.stats[name]).toMatchObject({ failures: 0, unreachable: 0, ignored: 1 });
    expect(NAMES.flatMap((name) => lab.router(name).state.failures)).toEqual([]);
  });

  it('gathers facts', async () => {
    const played = await run;
    const facts = NAMES.map((name) => played.result('facts', name).ansible_facts);
    expect(facts).toMatchObject([
      { ansible_net_version: '15.7(3)M8', ansible_net_iostype: 'IOS', ansible_net_model: 'CISCO1921/K9' },
      { ansible_net_version: '17.09.04a', ansible_net_iostype: 'IOS-XE', ansible_net_model: 'C8000V' },
      { ansible_net_version: '17.09.04a', ansible_net_iostype: 'IOS-XE', ansible_net_model: 'C8000V' },
    ]);
    for (const [index, name] of NAMES.entries()) {
      expect(facts[index]).toMatchObject({
        ansible_net_hostname: name,
        ansible_net_serialnum: lab.serialNumber(name),
        ansible_net_config: expect.stringContaining(`\nhostname ${name}\n`) as string,
      });
    }
  });

  it('becomes privileged, with the enable secret where that is needed, and reads the certificates', async () => {
    const played = await run;
    for (const name of NAMES) {
      const [version, privilege, shown = ''] = played.result('show', name).stdout ?? [];
      expect(version).toContain(`${name} uptime is`);
      expect(privilege).toBe('Current privilege level is 15');
      const serials = [...shown.matchAll(/^ {2}Certificate Serial Number \(hex\): (\S+)$/gm)];
      expect(serials.map(([, serial]) => serial)).toEqual(
        lab.certificates(name).map(({ serial_number: serial }) => serial),
      );
    }
    expect(NAMES.map((name) => lab.certificates(name).length)).toEqual([2, 2, 0]);
  });

  it.each(['line', 'block', 'banner', 'user'])(
    'changes a %s once; a second time there is nothing to do',
    async (step) => {
      const played = await run;
      expect(played.changed(step)).toEqual([true, true, true]);
      expect(played.changed(`${step} again`)).toEqual([false, false, false]);
    },
  );

  it('leaves the configuration that it was asked for', async () => {
    const played = await run;
    for (const name of NAMES) {
      const { running, startup } = lab.router(name).state;
      expect(running).toMatch(/^crypto pki trustpoint OTHER\n enrollment retry count 5$/m);
      for (const text of [running, startup]) expect(text).toMatch(/^ntp server 192\.0\.2\.7$/m);
      expect(running).toContain('\nbanner login ^C\nAuthorized use only.\n# R99> is not here.\n^C\n');
      expect(running).toMatch(/^username colleague privilege 15 secret 5 /m);
    }
    expect(played.changed('hostname as it is')).toEqual([false, false, false]);
  });

  it('saves what is not saved, which with certificates is never all of it', async () => {
    const played = await run;
    expect(played.changed('save what is not saved')).toEqual([true, true, true]);
    // The startup configuration names files where the running one has the certificates themselves.
    expect(played.changed('save what is not saved again')).toEqual([true, true, false]);
    for (const name of NAMES)
      expect(lab.router(name).state.startup).toContain('\ncrypto pki trustpoint OTHER\n');
    for (const name of HOLDERS) expect(lab.router(name).state.startup).toMatch(/^ certificate \w+ nvram:/m);
  });

  it('notices a refused line, and answers a question', async () => {
    const played = await run;
    for (const name of NAMES) {
      expect(played.result('refused line', name)).toMatchObject({
        failed: true,
        msg: expect.stringContaining("% Invalid input detected at '^' marker.") as string,
      });
      expect(played.result('question', name).failed).not.toBe(true);
      const log = lab.router(name).state.log.join('\n');
      expect(log).not.toContain('SYS-5-CONFIG_I');
    }
  });

  it('makes a user who can log in', async () => {
    await run;
    const password = (await lab.folder.read('colleague')).toString();
    await using typist = await Typist.login(lab.router('br-0001'), { username: 'colleague', password });
    expect(await typist.line('show privilege')).toBe('Current privilege level is 15\n');
  });

  it('keeps passwords out of what it prints', async () => {
    const played = await run;
    const secrets = ['secrets/login', 'secrets/enable', 'colleague'].map((name) => lab.folder.read(name));
    const text = JSON.stringify(played.printed);
    for (const secret of await Promise.all(secrets)) expect(text).not.toContain(secret.toString().trim());
  });
});

/** Runs the playbook on all routers; its results. The inventory names files with passwords, and holds none. */
async function play(lab: ClientLab): Promise<Played> {
  const { folder } = lab;
  const fromFile = (name: string): string => `{{ lookup('ansible.builtin.file', '${folder.at(name)}') }}`;
  await folder.write('colleague', 'Colleagues-only-2026');
  const inventory = {
    routers: {
      hosts: Object.fromEntries(
        NAMES.map((name) => [name, { ansible_host: '127.0.0.1', ansible_port: lab.router(name).port }]),
      ),
      vars: {
        ansible_connection: 'ansible.netcommon.network_cli',
        ansible_network_os: 'cisco.ios.ios',
        ansible_network_cli_ssh_type: 'libssh',
        ansible_python_interpreter: '{{ ansible_playbook_python }}',
        ansible_user: 'netops',
        ansible_password: fromFile('secrets/login'),
        ansible_become: true,
        ansible_become_method: 'ansible.netcommon.enable',
        ansible_become_password: fromFile('secrets/enable'),
        // libssh reads known hosts from the home of the account in the password file alone, which is not ours to use.
        ansible_host_key_checking: false,
        colleague_password_file: folder.at('colleague'),
      },
    },
  };
  const hosts = await folder.write('hosts.json', JSON.stringify(inventory));
  const config = await folder.write('ansible.cfg', CONFIG);
  const { code, stdout, stderr } = await lab.ansiblePlaybook(['--inventory', hosts, PLAY], {
    env: { ANSIBLE_CONFIG: config, ANSIBLE_HOME: folder.at('ansible') },
    limitMs: LIMIT_MS,
  });
  if (code !== 0)
    throw new Error(`ansible-playbook ended with ${String(code)}:\n${stdout.toString()}${stderr}`);
  return new Played(JSON.parse(stdout.toString()) as Printed);
}

const CONFIG = `
[defaults]
stdout_callback = ansible.posix.json
retry_files_enabled = false
localhost_warning = false

[persistent_connection]
connect_timeout = 60
command_timeout = 60
`;
