import { describe, expect, it } from 'vitest';
import type { RouterOptions } from '../../src/lab/router/options.ts';
import { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { parseCertificate } from '../../src/scep/index.ts';
import { NETOPS, Typist } from '../lab/router/typist.ts';
import { until } from '../lab/router/world.ts';
import { Folder } from './folder.ts';
import type { Front } from './front.ts';
import { certificatePem, fingerprintOf, openssl, verifyCertificate } from './openssl.ts';
import { DebianScepServer } from './scepserver.ts';

describe("a router of the lab at micromdm's scepserver", () => {
  it('authenticates the CA and enrolls; openssl agrees with its certificate', async () => {
    await using world = await World.start();
    await world.enroll(world.server.challenge);
    await until(() => world.status === 'Granted');
    const [identity] = await world.identities();
    await verifyCertificate(identity?.file ?? '', world.server.root);
    const text = await openssl('x509', '-in', identity?.file ?? '', '-noout', '-text');
    // Key and name are the router's own. The CA drops the name's type that it does not know.
    expect(text).toContain('DNS:R17.example.net');
    expect(text).toContain('CN = R17.example.net');
    const key = world.router.state.keys.find(({ label }) => label === 'TP');
    expect(key?.bits).toBe(2048);
    expect(parseCertificate(identity?.der ?? new Uint8Array()).publicKey).toEqual(key?.publicKey);
    expect(await world.server.issued()).toMatchObject([{ state: 'V', serial: identity?.serial }]);
    expect(world.front.methods).toEqual(['GET', 'GET', 'GET']);
    expect(world.router.state.failures).toEqual([]);
  });

  it('is rejected with a wrong challenge', async () => {
    await using world = await World.start();
    await world.enroll('wrong');
    await until(() => world.status === 'Rejected');
    expect(world.router.state.log.at(-1)).toContain(
      '%PKI-6-CERTREJECT: Certificate enrollment request was rejected',
    );
    expect(await world.identities()).toEqual([]);
    expect(await world.server.issued()).toEqual([]);
  });

  it('renews: the old certificate signs, and the CA revokes it', async () => {
    await using world = await World.start();
    await world.enroll(world.server.challenge);
    await until(() => world.status === 'Granted');
    const [first] = await world.identities();
    await world.reenroll(world.server.challenge);
    await until(() => world.serial !== first?.serial);
    const [second] = await world.identities();
    await verifyCertificate(second?.file ?? '', world.server.root);
    expect(await world.server.issued()).toMatchObject([
      { state: 'R', serial: first?.serial },
      { state: 'V', serial: second?.serial },
    ]);
  });

  it('of release 15.7 gets no answer: Go does not read extensions in a T61String', async () => {
    await using world = await World.start({ release: '15.7' });
    await world.enroll(world.server.challenge);
    await until(() => world.router.state.log.some((line) => line.includes('%PKI-3-SOCKETSEND')));
    expect(world.router.state.trustpoints).toMatchObject([{ status: 'Pending', isPending: true }]);
    expect(await world.server.issued()).toEqual([]);
  });
});

interface Identity {
  readonly der: Uint8Array;
  readonly serial: string;
  readonly file: string;
}

/** The CA, a front before it, and a router whose trustpoint points there; a person types. */
class World implements AsyncDisposable {
  readonly server: DebianScepServer;
  readonly front: Front;
  readonly router: VirtualRouter;
  readonly #folder: Folder;

  private constructor(server: DebianScepServer, front: Front, router: VirtualRouter, folder: Folder) {
    this.server = server;
    this.front = front;
    this.router = router;
    this.#folder = folder;
  }

  static async start(options: Partial<RouterOptions> = {}): Promise<World> {
    const server = await DebianScepServer.start();
    const front = await server.front();
    const router = await VirtualRouter.start({
      hostname: 'R17',
      domain: 'example.net',
      release: '17.9',
      ssh: 'modern',
      users: [{ name: NETOPS.username, password: NETOPS.password, privilege: 15 }],
      clock: { start: 'system', authoritative: true },
      enrollDelayMs: 5,
      running: [
        'crypto pki trustpoint TP',
        `enrollment url ${front.origin}/scep`,
        `fingerprint ${await fingerprintOf(server.root, 'sha1')}`,
        'subject-name CN=R17.example.net,O=Example',
        'serial-number none',
        'ip-address none',
        'hash sha256',
        'rsakeypair TP 2048',
      ],
      ...options,
    });
    return new World(server, front, router, await Folder.make());
  }

  get status(): string | undefined {
    return this.router.state.trustpoints[0]?.status;
  }

  get serial(): string | undefined {
    return this.#identity === undefined ? undefined : parseCertificate(this.#identity).serial;
  }

  /** The certificate the router holds, if any, and a file with its PEM. */
  async identities(): Promise<readonly Identity[]> {
    const der = this.#identity;
    if (der === undefined) return [];
    const { serial } = parseCertificate(der);
    return [{ der, serial, file: await this.#folder.write(`${serial}.pem`, certificatePem(der)) }];
  }

  async enroll(challenge: string): Promise<void> {
    await using typist = await Typist.login(this.router);
    await typist.line('configure terminal');
    expect(await typist.line('crypto pki authenticate TP')).toContain('Trustpoint Fingerprint: ');
    await this.#answer(typist, challenge);
  }

  async reenroll(challenge: string): Promise<void> {
    await using typist = await Typist.login(this.router);
    await typist.line('configure terminal');
    await this.#answer(typist, challenge, async () => {
      await typist.until(/re-enrollment\? \[yes\/no\]: $/);
      typist.type('yes\r');
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.router.close();
    await this.front[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }

  get #identity(): Uint8Array | undefined {
    return this.router.state.certificates.find(({ kind }) => kind === 'identity')?.der;
  }

  async #answer(
    typist: Typist,
    challenge: string,
    first: () => Promise<void> = async () => {},
  ): Promise<void> {
    typist.type('crypto pki enroll TP\r');
    await first();
    await typist.until(/Password: /);
    typist.type(`${challenge}\r`);
    await typist.until(/Re-enter password: $/);
    typist.type(`${challenge}\r`);
    await typist.until(/Request certificate from CA\? \[yes\/no\]: $/);
    typist.type('yes\r');
    await typist.until(/show the fingerprint/);
  }
}
