import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Lab } from '../../src/lab/lab.ts';
import { parseCertificate } from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import type { Front } from './front.ts';
import { certificatePem, fingerprintOf, openssl, verifyCertificate } from './openssl.ts';
import { type Ended, run } from './program.ts';
import { DebianScepServer } from './scepserver.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const ROUTERS = ['br-0001', 'br-0002', 'br-0003'];

describe("the trustfleet command with routers of the lab and micromdm's scepserver as their CA", () => {
  it('enrolls, verifies, finds nothing left to do, and openssl agrees with every certificate', async () => {
    await using world = await World.start();
    expect(await world.outcomes('enroll', '--concurrency', '1')).toEqual(
      ROUTERS.map((device) => ({ device, outcome: 'verified' })),
    );

    const serials: string[] = [];
    for (const name of ROUTERS) {
      const { keys, startup } = world.lab.router(name).state;
      const der = world.identity(name);
      const file = await world.folder.write(`${name}.pem`, certificatePem(der));
      await verifyCertificate(file, world.server.root);
      expect(await openssl('x509', '-in', file, '-noout', '-subject')).toContain(
        `CN = ${name}.branch.example.net`,
      );
      const { publicKey, serial } = parseCertificate(der);
      expect(keys.map((key) => key.publicKey)).toContainEqual(Buffer.from(publicKey));
      expect(startup).toContain('crypto pki certificate chain BRANCH');
      serials.push(serial);
    }
    const issued = await world.server.issued();
    expect(issued.map(({ serial }) => serial).sort()).toEqual(serials.sort());
    expect(issued.every(({ state }) => state === 'V')).toBe(true);
    // The lab's own CA was not asked.
    expect(world.lab.ca.requests).toEqual([]);

    expect(await world.outcomes('verify')).toEqual(
      ROUTERS.map((device) => ({ device, outcome: 'verified' })),
    );
    expect(await world.outcomes('enroll', '--concurrency', '1')).toEqual(
      ROUTERS.map((device) => ({ device, outcome: 'unchanged' })),
    );
    expect(await world.server.issued()).toEqual(issued);
  });

  it('renews; the CA revokes every old certificate', async () => {
    await using world = await World.start();
    await world.outcomes('enroll', '--concurrency', '1');
    const first = await world.server.issued();
    const enrolled = Date.now();
    // A certificate that is made in the same second ends in the same second, and is no longer than the one before.
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(Math.floor(enrolled / 1000));
    // One by one: this CA reads its index and writes it anew to revoke, and keeps nobody else from doing the same.
    const renewed = await world.outcomes('renew', '--before', '400d', '--concurrency', '1');
    expect(renewed).toEqual(ROUTERS.map((device) => ({ device, outcome: 'verified' })));
    const held = ROUTERS.map((name) => world.identity(name));
    for (const der of held)
      await verifyCertificate(await world.folder.write('held.pem', certificatePem(der)), world.server.root);
    const all = await world.server.issued();
    const serials = (state: string) => all.filter((one) => one.state === state).map(({ serial }) => serial);
    expect(serials('R').sort()).toEqual(first.map(({ serial }) => serial).sort());
    expect(serials('V').sort()).toEqual(held.map((der) => parseCertificate(der).serial).sort());
    expect(await world.outcomes('verify')).toEqual(renewed);
  });

  it('tells of a wrong challenge, and nothing is issued', async () => {
    const challenge = 'Not-This-One-2026';
    await using world = await World.start(challenge);
    const { code, stdout, stderr } = await world.trustfleet('enroll', '--json', 'result.json');
    expect({ code, stderr }).toMatchObject({ code: 1 });
    const { devices } = await world.result();
    expect(devices.map(({ outcome, error }) => [outcome, error?.code])).toEqual(
      ROUTERS.map(() => ['failed', 'request-rejected']),
    );
    const written = await world.written();
    const transcripts = [...written.keys()].filter((file) => file.includes('/transcripts/'));
    expect(transcripts.map((file) => path.basename(file, '.txt')).sort()).toEqual(ROUTERS);
    const texts = [stdout.toString(), stderr, ...written.values()];
    expect(texts.filter((text) => text.includes(challenge))).toEqual([]);
    expect(await world.server.issued()).toEqual([]);
  });

  it.each([
    ['SHA1', 'sha1', 'fingerprint-mismatch'],
    // Routers print no SHA-256, so it is this machine that sees no such certificate.
    ['SHA256', 'sha256', 'fingerprint-mismatch'],
  ] as const)('authenticates no other CA than the one pinned by %s', async (name, hash, why) => {
    await using world = await World.start();
    await using other = await DebianScepServer.start();
    await world.pin(`${name}:${await fingerprintOf(other.root, hash)}`);
    const { code } = await world.trustfleet('enroll', '--json', 'result.json');
    expect(code).toBe(1);
    const { devices } = await world.result();
    expect(devices.map(({ error }) => error?.code)).toEqual(ROUTERS.map(() => why));
    expect(ROUTERS.flatMap((name) => world.lab.router(name).state.certificates)).toEqual([]);
    expect(await world.server.issued()).toEqual([]);
  });
});

interface Result {
  readonly devices: readonly {
    readonly device: string;
    readonly outcome: string;
    readonly error?: { readonly code: string };
  }[];
}

interface Inventory {
  readonly authorities: Readonly<Record<string, object>>;
}

/** The lab in a folder of its own, its inventory pointing at the CA that Debian ships. */
class World implements AsyncDisposable {
  readonly folder: Folder;
  readonly server: DebianScepServer;
  readonly lab: Lab;
  readonly #front: Front;

  private constructor(folder: Folder, server: DebianScepServer, front: Front, lab: Lab) {
    this.folder = folder;
    this.server = server;
    this.lab = lab;
    this.#front = front;
  }

  static async start(challenge?: string): Promise<World> {
    const folder = await Folder.make();
    const server = await DebianScepServer.start();
    const front = await server.front();
    const cast = Object.fromEntries(ROUTERS.map((name) => [name, { release: '17.9' as const }]));
    const lab = await Lab.create({ dir: folder.path, routers: ROUTERS.length, ca: 'generic', cast });
    const world = new World(folder, server, front, lab);
    await folder.write('secrets/challenge', `${challenge ?? server.challenge}\n`);
    await world.pin(`SHA256:${await fingerprintOf(server.root, 'sha256')}`);
    return world;
  }

  /** Has the inventory's CA be the one behind the front, with this fingerprint. */
  async pin(fingerprint: string): Promise<void> {
    const { inventoryFile } = this.lab;
    const inventory = parse(await readFile(inventoryFile, 'utf8')) as Inventory;
    const authority = {
      scep: { url: `${this.#front.origin}/scep`, ra: false },
      fingerprint,
      challenge: { static: { file: './secrets/challenge' } },
      // This CA wants it each time.
      renewalChallenge: true,
    };
    await writeFile(inventoryFile, stringify({ ...inventory, authorities: { 'lab-ca': authority } }));
  }

  trustfleet(...args: readonly string[]): Promise<Ended> {
    const plain = ['--progress', 'plain', '--no-color'];
    return run(process.execPath, [PROGRAM, ...args, ...plain], { cwd: this.folder.path });
  }

  /** What a command that must end well made of each device. */
  async outcomes(...command: readonly string[]): Promise<readonly { device: string; outcome: string }[]> {
    const { code, stdout, stderr } = await this.trustfleet(...command, '--json', 'result.json');
    if (code !== 0)
      throw new Error(`${command[0] ?? ''} ended with ${String(code)}:\n${stdout.toString()}${stderr}`);
    const { devices } = await this.result();
    return devices.map(({ device, outcome }) => ({ device, outcome }));
  }

  async result(): Promise<Result> {
    return JSON.parse((await this.folder.read('result.json')).toString()) as Result;
  }

  /** The certificate a router holds for itself. */
  identity(router: string): Uint8Array {
    const held = this.lab.router(router).state.certificates.find(({ kind }) => kind === 'identity');
    if (held === undefined) throw new Error(`${router} has no certificate`);
    return held.der;
  }

  /** Everything the command left in files, by their paths. */
  async written(): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(this.folder.at('.trustfleet'), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name));
    const all = [...files, this.folder.at('result.json')];
    return new Map(await Promise.all(all.map(async (file) => [file, await readFile(file, 'utf8')] as const)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab.close();
    await this.#front[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}
