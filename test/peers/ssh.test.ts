import { describe, expect, it, vi } from 'vitest';
import { Lab } from '../../src/lab/lab.ts';
import { parseCertificate } from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { type Ended, Program } from './program.ts';

/** A router of the lab that holds a certificate from the start. */
const ENROLLED = 'br-0004';

describe('OpenSSH at a router of the lab', () => {
  it('runs one command, its host key checked against the known_hosts of the lab', async () => {
    await using world = await World.start();
    const { code, stdout, stderr } = await world.ssh([], ['show version']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toMatch(/^\s*Cisco IOS Software, .*Version 15\.7/);
    expect(stdout.toString()).toContain(`${ENROLLED} uptime is`);
    // The router lets the line go as soon as it hears that ssh left.
    await vi.waitUntil(() => world.sessions === 0, { timeout: 5_000, interval: 5 });
  });

  it('holds a session in which the certificates are shown', async () => {
    await using world = await World.start();
    await using session = await world.open(['-tt'], []);
    let heard = '';
    session.child.stdout.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
    });
    const say = async (line: string): Promise<string> => {
      await vi.waitUntil(() => /(?:^|\n)br-0004[#>]$/.test(heard), { timeout: 10_000, interval: 5 });
      const before = heard;
      heard = '';
      session.child.stdin.write(`${line}\r`);
      return before;
    };
    await say('terminal length 0');
    await say('show crypto pki certificates');
    const shown = await say('exit');
    const { code } = await session.ended;
    expect(code).toBe(0);

    const [issued] = world.lab.ca.authority.issued;
    const { serial } = parseCertificate(issued?.der ?? new Uint8Array());
    expect(shown).toContain(`Certificate Serial Number (hex): ${serial}`);
    expect(shown).toContain('cn=br-0004.branch.example.net');
    expect(shown).toMatch(/^CA Certificate\r$/m);
    expect(shown).toContain('Associated Trustpoints: BRANCH');
  });

  it('refuses to log in when the host key is another than the lab wrote down', async () => {
    await using world = await World.start();
    const lines = (await world.folder.read('known_hosts')).toString().split('\n');
    const [other] = lines;
    const wrong = `[127.0.0.1]:${world.port} ${other?.split(' ').slice(1).join(' ') ?? ''}\n`;
    const { code, stderr } = await world.ssh([], ['show version'], await world.folder.write('wrong', wrong));
    expect(code).toBe(255);
    expect(stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
  });

  it('does not get in with a wrong password', async () => {
    await using world = await World.start();
    await world.folder.write('secrets/login', 'wrong\n');
    const { code, stdout, stderr } = await world.ssh(['-o', 'NumberOfPasswordPrompts=1'], ['show version']);
    expect(code).toBe(255);
    expect(stderr).toContain('Permission denied');
    expect(stdout).toHaveLength(0);
  });
});

/** The lab with its files, and a helper that tells ssh the password. */
class World implements AsyncDisposable {
  readonly folder: Folder;
  readonly lab: Lab;

  private constructor(folder: Folder, lab: Lab) {
    this.folder = folder;
    this.lab = lab;
  }

  static async start(): Promise<World> {
    const folder = await Folder.make();
    const lab = await Lab.create({ dir: folder.path, routers: 4, ca: 'generic', scenario: 'demo' });
    await folder.writeScript('tell-password', `#!/bin/sh\ncat '${folder.at('secrets/login')}'\n`);
    return new World(folder, lab);
  }

  get port(): number {
    return this.lab.router(ENROLLED).port;
  }

  get sessions(): number {
    return this.lab.router(ENROLLED).state.sessions.length;
  }

  open(
    options: readonly string[],
    command: readonly string[],
    knownHosts = this.folder.at('known_hosts'),
  ): Promise<Program> {
    const trust = ['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'GlobalKnownHostsFile=none'];
    const strict = ['-F', 'none', '-o', 'StrictHostKeyChecking=yes', '-o', 'PubkeyAuthentication=no'];
    const target = ['-p', String(this.port), 'netops@127.0.0.1'];
    const env = { SSH_ASKPASS: this.folder.at('tell-password'), SSH_ASKPASS_REQUIRE: 'force' };
    return Program.start('ssh', [...strict, ...trust, ...options, ...target, ...command], { env });
  }

  async ssh(...args: Parameters<World['open']>): Promise<Ended> {
    await using program = await this.open(...args);
    program.child.stdin.end();
    return await program.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab.close();
    await this.folder[Symbol.asyncDispose]();
  }
}
