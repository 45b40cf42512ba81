import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Device } from '../../src/domain/device.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import {
  enrollDevice,
  type JobOptions,
  planForDevice,
  renewDevice,
  verifyDevice,
} from '../../src/enrollment/job.ts';
import { LabCa, type LabCaOptions } from '../../src/lab/ca/lab-ca.ts';
import type { RouterOptions } from '../../src/lab/router/options.ts';
import type { Release } from '../../src/lab/router/personality.ts';
import { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { closeLab, devicesOf, jobOptions } from './in-process.ts';

const SECRETS = { LOGIN: 'one-login', CHALLENGE: 'one-challenge' };

/** Of an inventory, what concerns one CA: the device gets every trustpoint, in this order. */
export interface CaInventory {
  readonly authorities: Readonly<Record<string, unknown>>;
  readonly trustpoints: Readonly<Record<string, unknown>>;
}

/** One trustpoint that gets its certificate from the CA, and whose request brings its challenge. */
export function usualInventory(
  ca: LabCa,
  {
    authority = {},
    trustpoint = {},
  }: {
    readonly authority?: Readonly<Record<string, unknown>>;
    readonly trustpoint?: Readonly<Record<string, unknown>>;
  } = {},
): CaInventory {
  return {
    authorities: {
      ca: {
        scep: { url: ca.enrollmentUrl },
        fingerprint: ca.authority.pins,
        challenge: { static: { env: 'CHALLENGE' } },
        ...authority,
      },
    },
    trustpoints: { BRANCH: { ...USUAL_TRUSTPOINT, authority: 'ca', ...trustpoint } },
  };
}

/** Without its authority. */
export const USUAL_TRUSTPOINT = {
  subject: 'CN={{fqdn}}',
  revocationCheck: ['none'],
  hash: 'sha256',
  grant: { timeout: '20s' },
} as const;

export interface OneCaOptions {
  readonly ca?: Partial<LabCaOptions>;
  readonly release?: Release;
  /** `usualInventory` unless given. */
  readonly inventory?: (ca: LabCa) => CaInventory;
  readonly router?: Partial<RouterOptions>;
  /** Environment variables of the inventory, beside LOGIN and CHALLENGE. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Beside the inventory, by name. */
  readonly files?: (ca: LabCa) => Readonly<Record<string, string | Uint8Array>>;
}

/** A CA of any kind and a router whose inventory is all the caller's: whole jobs in this process, over SSH and SCEP. */
export class OneCa implements AsyncDisposable {
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

  static async start(options: OneCaOptions): Promise<OneCa> {
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-ca-'));
    const { release = '15.7' } = options;
    const ca = await LabCa.start({
      profile: 'generic',
      challenge: SECRETS.CHALLENGE,
      keyBits: 2048,
      ...options.ca,
    });
    const router = await VirtualRouter.start({
      hostname: 'br-1',
      domain: 'branch.example.net',
      release,
      users: [{ name: 'netops', password: SECRETS.LOGIN, privilege: 15 }],
      clock: { start: 'system', authoritative: true },
      enrollDelayMs: 5,
      minuteMs: 200,
      ...options.router,
    });
    const knownHosts = path.join(dir, 'known_hosts');
    await writeFile(knownHosts, `${router.hostKeyLine}\n`);
    for (const [name, content] of Object.entries(options.files?.(ca) ?? {}))
      await writeFile(path.join(dir, name), content);
    const { authorities, trustpoints } = (options.inventory ?? usualInventory)(ca);
    const inventory = {
      defaults: { domain: 'branch.example.net' },
      authorities,
      trustpoints,
      devices: {
        'br-1': {
          host: '127.0.0.1',
          port: router.port,
          ssh: { username: 'netops', password: { env: 'LOGIN' }, knownHosts },
          trustpoints: Object.keys(trustpoints),
        },
      },
    };
    const file = path.join(dir, 'inventory.yaml');
    const [device] = await devicesOf(file, inventory, { ...SECRETS, ...options.secrets });
    if (device === undefined) throw new Error('the inventory has no device');
    return new OneCa(router, ca, device, dir);
  }

  enroll(more: Partial<JobOptions> = {}, device = this.device): Promise<DeviceResult> {
    return enrollDevice(device, jobOptions(more));
  }

  renew(more: Partial<JobOptions> = {}): Promise<DeviceResult> {
    return renewDevice(this.device, jobOptions(more));
  }

  plan(): Promise<DeviceResult> {
    return planForDevice(this.device, {
      ...jobOptions(),
      purpose: { kind: 'enroll' },
      onPlan: () => undefined,
    });
  }

  verify(): Promise<DeviceResult> {
    return verifyDevice(this.device, jobOptions());
  }

  get typed(): readonly string[] {
    return this.router.state.typed.map(({ text }) => text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeLab({ routers: [this.router], cas: [this.ca], dir: this.#dir });
  }
}
