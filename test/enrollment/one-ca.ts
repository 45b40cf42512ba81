import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import type { Device } from '../../src/domain/device.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import {
  enrollDevice,
  type JobOptions,
  planForDevice,
  renewDevice,
  verifyDevice,
} from '../../src/enrollment/job.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import { openSecrets } from '../../src/inventory/secrets.ts';
import { LabCa, type LabCaOptions } from '../../src/lab/ca/lab-ca.ts';
import type { RouterOptions } from '../../src/lab/router/options.ts';
import type { Release } from '../../src/lab/router/personality.ts';
import { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { createRenderer } from '../../src/template/render.ts';

const SECRETS = { LOGIN: 'one-login', CHALLENGE: 'one-challenge' };

/** Of an inventory, what concerns one CA: the device gets every trustpoint, in this order. */
export interface CaInventory {
  readonly authorities: Readonly<Record<string, unknown>>;
  readonly trustpoints: Readonly<Record<string, unknown>>;
}

export interface OneCaOptions {
  readonly ca?: Partial<LabCaOptions>;
  readonly release?: Release;
  readonly inventory: (ca: LabCa) => CaInventory;
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
    const { authorities, trustpoints } = options.inventory(ca);
    const { devices } = parseInventory(
      path.join(dir, 'inventory.yaml'),
      JSON.stringify({
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
      }),
    );
    const [device] = devices;
    if (device === undefined) throw new Error('the inventory has no device');
    await openSecrets(devices, {
      env: { ...SECRETS, ...options.secrets },
      ask: () => Promise.reject(new Error('nothing is asked')),
    });
    return new OneCa(router, ca, device, dir);
  }

  enroll(more: Partial<JobOptions> = {}): Promise<DeviceResult> {
    return enrollDevice(this.device, { ...jobOptions(), ...more });
  }

  renew(more: Partial<JobOptions> = {}): Promise<DeviceResult> {
    return renewDevice(this.device, { ...jobOptions(), ...more });
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
    const { failures } = this.router.state;
    await Promise.all([this.router.close(), this.ca.close(), rm(this.#dir, { recursive: true })]);
    if (failures.length > 0) throw new AggregateError(failures, 'the lab itself failed');
  }
}

function jobOptions(): JobOptions {
  return {
    renderer: createRenderer(),
    challenges: createChallengeSources({ now: () => new Date() }),
    acceptNewHostKeys: false,
    allowOverwriteNvram: false,
    consents: () => new Set(),
    now: () => new Date(),
    monotonic: () => performance.now(),
    signal: new AbortController().signal,
    onStep: () => undefined,
  };
}
