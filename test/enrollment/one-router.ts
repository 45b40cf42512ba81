import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Device } from '../../src/domain/device.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import type { RenewBefore } from '../../src/domain/trustpoint.ts';
import {
  enrollDevice,
  type JobOptions,
  planForDevice,
  renewDevice,
  verifyDevice,
} from '../../src/enrollment/job.ts';
import type { DevicePlan } from '../../src/enrollment/planning/device-plan.ts';
import { LabCa } from '../../src/lab/ca/lab-ca.ts';
import type { RouterFault } from '../../src/lab/router/faults.ts';
import type { PresetTrustpoint, RouterOptions } from '../../src/lab/router/options.ts';
import { PERSONALITIES, type Release } from '../../src/lab/router/personality.ts';
import { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import type { StateFacts } from '../../src/lab/states.ts';
import { closeLab, devicesOf, jobOptions } from './in-process.ts';

const NAME = 'br-0001';
const DOMAIN = 'branch.example.net';
const SECRETS = { LOGIN: 'one-login', CHALLENGE: 'one-challenge' };

export interface OneRouterOptions {
  /** Of the router; 15.7 unless given. */
  readonly release?: Release;
  /** More keys of every trustpoint in the inventory, over those that there are. */
  readonly trustpoint?: Readonly<Record<string, unknown>>;
  /** Trustpoints of the inventory, each with a key pair of its own name. */
  readonly trustpoints?: readonly string[];
  readonly faults?: readonly RouterFault[];
  /** What the router holds already; the facts want the name of a trustpoint. */
  readonly preset?: (facts: Omit<StateFacts, 'trustpoint'>) => Promise<readonly PresetTrustpoint[]>;
  /** Pins of the inventory; those of the CA unless given. */
  readonly pins?: (ca: LabCa) => readonly string[];
  /** The authority of the inventory, in place of the CA that is started. */
  readonly authority?: Readonly<Record<string, unknown>>;
  /** The URL of the inventory; the CA's unless given. */
  readonly url?: (ca: LabCa) => string;
  /** Authorities and trustpoints that stand in the inventory beside the usual ones, and on the device in front of them. */
  readonly beside?: {
    readonly authorities: Readonly<Record<string, unknown>>;
    readonly trustpoints: Readonly<Record<string, unknown>>;
  };
  /** Whether the router asks for host and name at each transfer of a file. */
  readonly fileQuestions?: boolean;
  /** Configuration lines of the router. */
  readonly running?: readonly string[];
  /** How long a minute of the router's timers lasts, in milliseconds; 500 unless given. */
  readonly minuteMs?: number;
  /** More keys of the device in the inventory. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly dial?: (ca: LabCa) => NonNullable<RouterOptions['dial']>;
}

/** A virtual router, its CA, and whole jobs for it in this process: over real SSH, with real SCEP. */
export class OneRouter implements AsyncDisposable {
  readonly router: VirtualRouter;
  readonly ca: LabCa;
  readonly device: Device;
  readonly #dir: string;

  private constructor(router: VirtualRouter, ca: LabCa, device: Device, dir: string) {
    this.router = router;
    this.ca = ca;
    this.device = device;
    this.#dir = dir;
  }

  static async start(options: OneRouterOptions = {}): Promise<OneRouter> {
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-one-'));
    const ca = await LabCa.start({ profile: 'generic', challenge: SECRETS.CHALLENGE });
    const { release = '15.7' } = options;
    const facts = { release, fqdn: `${NAME}.${DOMAIN}`, ca, now: new Date() };
    const router = await VirtualRouter.start({
      hostname: NAME,
      domain: DOMAIN,
      release,
      users: [{ name: 'netops', password: SECRETS.LOGIN, privilege: 15 }],
      clock: { start: 'system', authoritative: true },
      enrollDelayMs: 5,
      minuteMs: options.minuteMs ?? 500,
      running: options.running ?? [],
      faults: options.faults ?? [],
      preset: (await options.preset?.(facts)) ?? [],
      ...(options.fileQuestions === undefined ? {} : { fileQuestions: options.fileQuestions }),
      ...(options.dial === undefined ? {} : { dial: options.dial(ca) }),
    });
    return new OneRouter(router, ca, await deviceFor(dir, router, ca, options), dir);
  }

  enroll(more: Partial<JobOptions> = {}, device = this.device): Promise<DeviceResult> {
    return enrollDevice(device, jobOptions(more));
  }

  renew(before?: RenewBefore, more: Partial<JobOptions> = {}): Promise<DeviceResult> {
    const orders = before === undefined ? {} : { before };
    return renewDevice(this.device, { ...jobOptions(more), orders });
  }

  verify(): Promise<DeviceResult> {
    return verifyDevice(this.device, jobOptions());
  }

  /** What an enrollment would do; nothing is typed but show commands. */
  async plan(): Promise<{ readonly result: DeviceResult; readonly plan: DevicePlan | undefined }> {
    let plan: DevicePlan | undefined;
    const onPlan = (told: DevicePlan): void => {
      plan = told;
    };
    const result = await planForDevice(this.device, { ...jobOptions(), purpose: { kind: 'enroll' }, onPlan });
    return { result, plan };
  }

  /** DER of the certificates the router holds for itself, by trustpoint. */
  get held(): ReadonlyMap<string, Uint8Array> {
    return new Map(
      this.router.state.certificates.flatMap(({ trustpoint, kind, der }) =>
        kind === 'identity' ? [[trustpoint, der] as const] : [],
      ),
    );
  }

  /** The lines typed so far, in order. */
  get typed(): readonly string[] {
    return this.router.state.typed.map(({ text }) => text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeLab({ routers: [this.router], cas: [this.ca], dir: this.#dir });
  }
}

async function deviceFor(
  dir: string,
  router: VirtualRouter,
  ca: LabCa,
  options: OneRouterOptions,
): Promise<Device> {
  const { release = '15.7', trustpoints = ['BRANCH'], trustpoint: more, pins, url, settings } = options;
  const { authority, beside = { authorities: {}, trustpoints: {} } } = options;
  const knownHosts = path.join(dir, 'known_hosts');
  await writeFile(knownHosts, `${router.hostKeyLine}\n`);
  const { lacks, ssh } = PERSONALITIES[release];
  const trustpoint = {
    authority: 'ca',
    subject: 'CN={{fqdn}},OU=Branches,O=Example',
    revocationCheck: ['none'],
    ...(lacks.includes('hash') ? {} : { hash: 'sha256' }),
    grant: { timeout: '20s' },
    ...more,
  };
  const algorithms = ssh === 'modern' ? {} : { algorithms: 'legacy' };
  const inventory = {
    defaults: { domain: DOMAIN },
    authorities: {
      ...beside.authorities,
      ca: authority ?? {
        scep: { url: url?.(ca) ?? ca.enrollmentUrl, ra: false },
        fingerprint: pins?.(ca) ?? ca.authority.pins,
        challenge: { static: { env: 'CHALLENGE' } },
      },
    },
    trustpoints: {
      ...beside.trustpoints,
      ...Object.fromEntries(trustpoints.map((name) => [name, trustpoint])),
    },
    devices: {
      [NAME]: {
        host: '127.0.0.1',
        port: router.port,
        ssh: { username: 'netops', password: { env: 'LOGIN' }, knownHosts, ...algorithms },
        trustpoints: [...Object.keys(beside.trustpoints), ...trustpoints],
        ...settings,
      },
    },
  };
  const [device] = await devicesOf(path.join(dir, 'inventory.yaml'), inventory, SECRETS);
  if (device === undefined) throw new Error('the inventory has no device');
  return device;
}
