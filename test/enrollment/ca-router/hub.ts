import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ChallengeSources, createChallengeSources } from '../../../src/challenge/sources.ts';
import type { Device } from '../../../src/domain/device.ts';
import type { DeviceResult } from '../../../src/domain/result.ts';
import { CaRouters } from '../../../src/enrollment/ca-router/ca-routers.ts';
import { serverGrants } from '../../../src/enrollment/ca-router/server-grants.ts';
import { serverMint } from '../../../src/enrollment/ca-router/server-mint.ts';
import { enrollDevice, type JobOptions } from '../../../src/enrollment/job.ts';
import type { LabCa } from '../../../src/lab/ca/lab-ca.ts';
import type { PresetServer, PresetTrustpoint } from '../../../src/lab/router/options.ts';
import type { Release } from '../../../src/lab/router/personality.ts';
import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { encodeName, nameFromText, publicKeyInfo } from '../../../src/scep/index.ts';
import { smallKey } from '../../lab/router/world.ts';
import { closeLab, devicesOf, jobOptions } from '../in-process.ts';
import { USUAL_TRUSTPOINT } from '../one-ca.ts';
import { sha256Of } from './pin.ts';

const SECRETS = { LOGIN: 'one-login', HUB: 'hub-login' };

export interface HubOptions {
  readonly branches?: number;
  readonly release?: Release;
  readonly server?: Partial<PresetServer>;
  /** The hub is a registration authority in front of this CA; a CA itself otherwise. */
  readonly behind?: LabCa;
  /** Keys of the authority beside `scep` and `fingerprint`. */
  readonly authority: Readonly<Record<string, unknown>>;
  readonly trustpoint?: Readonly<Record<string, unknown>>;
  /** What is typed as the hub's password. */
  readonly hubPassword?: string;
}

/** A hub whose certificate server is the CA of branch routers, and whole jobs for those in this process. */
export class Hub implements AsyncDisposable {
  readonly hub: VirtualRouter;
  readonly branches: readonly VirtualRouter[];
  readonly devices: readonly Device[];
  readonly dir: string;
  readonly #routers: CaRouters;
  readonly #challenges: ChallengeSources;

  private constructor(
    dir: string,
    hub: VirtualRouter,
    branches: readonly VirtualRouter[],
    devices: readonly Device[],
  ) {
    this.dir = dir;
    this.hub = hub;
    this.branches = branches;
    this.devices = devices;
    this.#routers = new CaRouters({
      devices,
      acceptNewHostKeys: false,
      transcriptDir: dir,
      now: () => new Date(),
      signal: new AbortController().signal,
    });
    this.#challenges = createChallengeSources({
      now: () => new Date(),
      serverMint: (_, spec) => serverMint(this.#routers, spec),
    });
  }

  static async start(options: HubOptions): Promise<Hub> {
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-hub-'));
    const common = {
      domain: 'branch.example.net',
      release: options.release ?? '15.7',
      clock: { start: 'system', authoritative: true },
      enrollDelayMs: 5,
      minuteMs: 200,
    } as const;
    const hub = await VirtualRouter.start({
      ...common,
      hostname: 'hub-1',
      users: [{ name: 'netops', password: SECRETS.HUB, privilege: 15 }],
      certificateServer: {
        name: 'CS',
        lines: ['issuer-name cn=Hub CA,o=Example', 'hash sha256'],
        ...(options.behind === undefined ? {} : { lines: ['mode ra'] }),
        ...options.server,
      },
      ...(options.behind === undefined ? {} : { preset: [registrationAuthority(options.behind)] }),
    });
    const branches = await Promise.all(
      Array.from({ length: options.branches ?? 1 }, (_, index) =>
        VirtualRouter.start({
          ...common,
          hostname: `br-${index + 1}`,
          users: [{ name: 'netops', password: SECRETS.LOGIN, privilege: 15 }],
        }),
      ),
    );
    return new Hub(dir, hub, branches, await devicesFor(dir, hub, branches, options));
  }

  /** All branch routers at once. */
  enroll(more: Partial<JobOptions> = {}): Promise<readonly DeviceResult[]> {
    return Promise.all(this.devices.slice(1).map((device) => enrollDevice(device, this.#jobOptions(more))));
  }

  /** Lines typed at the hub that are about its certificate server. */
  get typedAtHub(): readonly string[] {
    return this.hub.state.typed.map(({ text }) => text).filter((text) => text.includes('pki server'));
  }

  transcript(device: string): Promise<string> {
    return readFile(path.join(this.dir, `${device}.txt`), 'utf8');
  }

  /** The sessions at the hub end. */
  leave(): Promise<void> {
    return this.#routers.close();
  }

  #jobOptions(more: Partial<JobOptions>): JobOptions {
    const own = { challenges: this.#challenges, serverGrants: serverGrants(this.#routers) };
    return jobOptions({ ...own, transcriptDir: this.dir, ...more });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
    await closeLab({ routers: [this.hub, ...this.branches], cas: [], dir: this.dir });
  }
}

async function devicesFor(
  dir: string,
  hub: VirtualRouter,
  branches: readonly VirtualRouter[],
  { authority, trustpoint, hubPassword = SECRETS.HUB, behind }: HubOptions,
): Promise<readonly Device[]> {
  const routers = [hub, ...branches];
  const knownHosts = path.join(dir, 'known_hosts');
  await writeFile(knownHosts, routers.map(({ hostKeyLine }) => `${hostKeyLine}\n`).join(''));
  const ca =
    behind?.authority.ca.certificate ?? hub.certificateServer('CS').caCertificate ?? new Uint8Array();
  const login = (env: string) => ({ username: 'netops', password: { env }, knownHosts });
  const inventory = {
    defaults: { domain: 'branch.example.net' },
    authorities: {
      hub: {
        scep: { url: hub.serverUrl, ra: behind !== undefined },
        fingerprint: sha256Of(ca),
        ...authority,
      },
    },
    trustpoints: {
      BRANCH: {
        ...USUAL_TRUSTPOINT,
        authority: 'hub',
        ...trustpoint,
      },
    },
    devices: {
      'hub-1': { host: '127.0.0.1', port: hub.port, ssh: login('HUB') },
      ...Object.fromEntries(
        branches.map(({ port }, index) => [
          `br-${index + 1}`,
          { host: '127.0.0.1', port, ssh: login('LOGIN'), trustpoints: ['BRANCH'] },
        ]),
      ),
    },
  };
  return devicesOf(path.join(dir, 'inventory.yaml'), inventory, { ...SECRETS, HUB: hubPassword });
}

const DAY_MS = 86_400_000;

/** What the hub holds when it is one: a certificate of the CA's with the unit by which IOS knows registration authorities. */
function registrationAuthority(ca: LabCa): PresetTrustpoint {
  const key = smallKey();
  const now = Date.now();
  const certificate = ca.authority.grant(
    {
      der: new Uint8Array(),
      subject: encodeName(nameFromText('CN=hub-1,OU=ioscs RA')),
      publicKey: publicKeyInfo(key),
      extensions: [],
    },
    { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 365 * DAY_MS) },
    { challenge: undefined, transactionId: 'ra', renewal: false },
  );
  return {
    trustpoint: 'CS',
    lines: [`enrollment url ${ca.enrollmentUrl}`, 'rsakeypair CS'],
    key: { label: 'CS', privateKey: key },
    certificate,
    ca: ca.authority.ca.certificate,
  };
}
