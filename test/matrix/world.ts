import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import type { Device } from '../../src/domain/device.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import { enrollDevice } from '../../src/enrollment/job.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import { openSecrets } from '../../src/inventory/secrets.ts';
import { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { LAB_NDES_ACCOUNT } from '../../src/lab/ca/ntlm-acceptor.ts';
import { LabNtpServer } from '../../src/lab/ntp-server.ts';
import { PERSONALITIES, type Release } from '../../src/lab/router/personality.ts';
import { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { trustpointsIn } from '../../src/lab/states.ts';
import { createRenderer, type Renderer } from '../../src/template/render.ts';
import type { Row } from './row.ts';

const DOMAIN = 'branch.example.net';
const NTP_ADDRESS = '192.0.2.123';
export const TRUSTPOINT = 'BRANCH';
const SECRETS = { LOGIN: 'matrix-login', ENABLE: 'matrix-enable', CHALLENGE: 'matrix-challenge' };

const TEMPLATES_WITHOUT_PINS = 'templates-without-pins';
const TRUSTPOINT_TEMPLATE = 'trustpoint-scep.hbs';

type Cas = Readonly<Record<'automatic' | 'manual' | 'ndes', LabCa>>;

/** The CAs and the time server that all cells share. */
export class MatrixWorld implements AsyncDisposable {
  readonly #dir: string;
  readonly #cas: Cas;
  readonly #ntp: LabNtpServer;
  /** Another CA, which no router is to trust. */
  readonly #impostor: LabCa;
  readonly #renderer = createRenderer();
  readonly #rendererWithoutPins: Renderer;

  private constructor(dir: string, cas: Cas, impostor: LabCa, ntp: LabNtpServer) {
    this.#dir = dir;
    this.#cas = cas;
    this.#impostor = impostor;
    this.#ntp = ntp;
    this.#rendererWithoutPins = createRenderer({ overrides: path.join(dir, TEMPLATES_WITHOUT_PINS) });
  }

  static async start(): Promise<MatrixWorld> {
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-matrix-'));
    const challenge = SECRETS.CHALLENGE;
    await writeTemplatesWithoutPins(path.join(dir, TEMPLATES_WITHOUT_PINS));
    const [automatic, manual, ndes, impostor, ntp] = await Promise.all([
      LabCa.start({ profile: 'generic', challenge }),
      LabCa.start({ profile: 'generic', challenge }),
      LabCa.start({ profile: 'ndes' }),
      LabCa.start({ profile: 'generic', challenge }),
      LabNtpServer.start(() => new Date()),
    ]);
    manual.policy.grant = 'manual';
    return new MatrixWorld(dir, { automatic, manual, ndes }, impostor, ntp);
  }

  async router(release: Release, row: Row): Promise<MatrixRouter> {
    const name = `${row.name}-${release.replace('.', '-')}`;
    const ca = this.#cas[row.ca ?? 'automatic'];
    const facts = { release, trustpoint: TRUSTPOINT, fqdn: `${name}.${DOMAIN}`, ca, now: new Date() };
    let isDeceived = row.impostor === true;
    const impostor = this.#impostor;
    const router = await VirtualRouter.start({
      hostname: name.length > 20 ? 'br-0001' : name,
      domain: DOMAIN,
      release,
      users: [{ name: 'netops', password: SECRETS.LOGIN, privilege: 15 }],
      enableSecret: SECRETS.ENABLE,
      clock: { start: 'system', authoritative: true },
      ntp: {
        resolve: (address) =>
          address === NTP_ADDRESS ? { host: '127.0.0.1', port: this.#ntp.port } : undefined,
        syncDelayMs: 100,
      },
      enrollDelayMs: 5,
      dial: ({ host, port }) => ({ host, port: isDeceived && port === ca.port ? impostor.port : port }),
      // A minute of the router's own retries: quick enough for a test, slow enough to be waited for.
      minuteMs: 500,
      ...(row.faults === undefined ? {} : { faults: row.faults }),
      ...(row.state === undefined ? {} : { preset: await trustpointsIn(row.state, facts) }),
    });
    const device = await this.#device(name, release, row, router, ca);
    const repair = (): void => {
      isDeceived = false;
      router.repair();
    };
    return new MatrixRouter({
      router,
      device,
      ca,
      impostor,
      repair,
      enroll: (consents = row.consents) => this.#enroll(device, row, consents),
    });
  }

  async #enroll(device: Device, row: Row, consents: Row['consents']): Promise<DeviceResult> {
    const challenges = createChallengeSources({ now: () => new Date() });
    return enrollDevice(device, {
      renderer: row.unpinned === true ? this.#rendererWithoutPins : this.#renderer,
      challenges,
      acceptNewHostKeys: false,
      allowOverwriteNvram: row.allowOverwriteNvram ?? false,
      consents: () => new Set(consents),
      now: () => new Date(),
      signal: new AbortController().signal,
      onStep: () => {},
      ...(process.env.MATRIX_TRANSCRIPTS === undefined
        ? {}
        : { transcriptDir: process.env.MATRIX_TRANSCRIPTS }),
    });
  }

  async #device(name: string, release: Release, row: Row, router: VirtualRouter, ca: LabCa): Promise<Device> {
    const knownHosts = path.join(this.#dir, `${name}.known_hosts`);
    await writeFile(knownHosts, `${router.hostKeyLine}\n`);
    const { ssh, lacks } = PERSONALITIES[release];
    const inventory = parseInventory(
      path.join(this.#dir, `${name}.yaml`),
      JSON.stringify({
        defaults: { domain: DOMAIN },
        authorities: { ca: authorityOf(ca) },
        trustpoints: {
          [TRUSTPOINT]: {
            authority: 'ca',
            subject: 'CN={{fqdn}},OU=Branches,O=Example',
            revocationCheck: ['none'],
            ...(lacks.includes('hash') ? {} : { hash: 'sha256' }),
            grant: { timeout: row.grantTimeout ?? '20s' },
          },
        },
        devices: {
          [name]: {
            host: '127.0.0.1',
            port: router.port,
            ssh: {
              username: 'netops',
              password: { env: 'LOGIN' },
              enable: { env: 'ENABLE' },
              knownHosts,
              ...(ssh === 'modern' ? {} : { algorithms: 'legacy' }),
            },
            clock: { ntp: [NTP_ADDRESS], ntpWait: '1500ms' },
            timeouts: { connect: '30s', login: '30s', command: '15s' },
            trustpoints: [TRUSTPOINT],
            ...(row.health === undefined ? {} : { health: row.health }),
          },
        },
      }),
    );
    const [device] = inventory.devices;
    if (device === undefined) throw new Error('the inventory has no device');
    await openSecrets([device], {
      env: { ...SECRETS, NDES: LAB_NDES_ACCOUNT.password },
      ask: () => Promise.reject(new Error('nothing is asked')),
    });
    return device;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...Object.values(this.#cas), this.#impostor, this.#ntp].map((part) => part.close()));
    await rm(this.#dir, { recursive: true, force: true });
  }
}

function authorityOf(ca: LabCa): object {
  const ndes = {
    url: ca.adminUrl,
    username: `${LAB_NDES_ACCOUNT.domain}\\${LAB_NDES_ACCOUNT.user}`,
    password: { env: 'NDES' },
    auth: 'ntlm',
    allowInsecure: true,
  };
  return {
    scep: { url: ca.enrollmentUrl, ra: ca.profile === 'ndes' },
    fingerprint: ca.authority.pins,
    challenge: ca.profile === 'ndes' ? { ndes } : { static: { env: 'CHALLENGE' } },
  };
}

async function writeTemplatesWithoutPins(folder: string): Promise<void> {
  const own = path.resolve(import.meta.dirname, '../../templates', TRUSTPOINT_TEMPLATE);
  const template = await readFile(own, 'utf8');
  const without = template.replace(/^\{\{#if trustpoint\.fingerprint\}\}\n.*\n\{\{\/if\}\}\n/m, '');
  if (without === template) throw new Error(`${own} holds no fingerprint line to take out`);
  await mkdir(folder);
  await writeFile(path.join(folder, TRUSTPOINT_TEMPLATE), without);
}

/** One router of a cell, its CA, and the client's job for it. */
export class MatrixRouter implements AsyncDisposable {
  readonly router: VirtualRouter;
  readonly device: Device;
  readonly ca: LabCa;
  readonly impostor: LabCa;
  /** Takes every fault away. */
  readonly repair: () => void;
  /** With the row's consents, unless given others. */
  readonly enroll: (consents?: Row['consents']) => Promise<DeviceResult>;

  constructor(parts: Pick<MatrixRouter, 'router' | 'device' | 'ca' | 'impostor' | 'repair' | 'enroll'>) {
    this.router = parts.router;
    this.device = parts.device;
    this.ca = parts.ca;
    this.impostor = parts.impostor;
    this.repair = parts.repair;
    this.enroll = parts.enroll;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.router.close();
  }
}
