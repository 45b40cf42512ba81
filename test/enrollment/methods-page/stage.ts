import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createChallengeSources } from '../../../src/challenge/sources.ts';
import type { Device } from '../../../src/domain/device.ts';
import type { DeviceResult } from '../../../src/domain/result.ts';
import { CaRouters } from '../../../src/enrollment/ca-router/ca-routers.ts';
import { serverGrants } from '../../../src/enrollment/ca-router/server-grants.ts';
import { serverMint } from '../../../src/enrollment/ca-router/server-mint.ts';
import { enrollDevice, type JobOptions, verifyDevice } from '../../../src/enrollment/job.ts';
import type { RouterOptions } from '../../../src/lab/router/options.ts';
import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { closeLab, devicesOf, jobOptions } from '../in-process.ts';
import type { Example } from './examples.ts';

export const NAME = 'br-0001';
const DOMAIN = 'example.net';
const LOGIN = 'one-login';
const LOCALHOST = '127.0.0.1';

/** What of an example cannot be as it stands on the page: nothing of example.net exists, and nobody knows the pins beforehand. */
export interface Setting {
  /** By authority. */
  readonly pins: Readonly<Record<string, string | readonly string[]>>;
  /** Of the CA that issues behind a connector. */
  readonly issuer?: string | readonly string[];
  /** By authority, where trustfleet itself goes there. Routers are led on: their URLs stay. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Where a host and port of the page really are: `ca.example.net:80`. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly hosts?: Readonly<Record<string, string>>;
  /** Beside the inventory. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Over the keys of a method: an address to listen at, a folder outside the inventory's. */
  readonly method?: Readonly<Record<string, unknown>>;
  readonly router?: Partial<RouterOptions>;
  /** The router that is the CA, where the example has one. */
  readonly hub?: VirtualRouter;
  /** What its CAs have issued to the router, in DER. */
  readonly issued: () => readonly Uint8Array[];
  readonly close: readonly { readonly close: () => Promise<void> }[];
}

/** One example of the page with everything around it that it takes, and whole jobs for its router. */
export class Stage implements AsyncDisposable {
  readonly router: VirtualRouter;
  readonly device: Device;
  readonly setting: Setting;
  readonly #dir: string;
  readonly #options: JobOptions;
  readonly #routers: CaRouters;

  private constructor(
    router: VirtualRouter,
    devices: readonly Device[],
    { setting, dir }: { readonly setting: Setting; readonly dir: string },
  ) {
    const device = devices.find(({ name }) => name === NAME);
    if (device === undefined) throw new Error(`the example has no ${NAME}`);
    const now = (): Date => new Date();
    const routers = new CaRouters({
      devices,
      acceptNewHostKeys: false,
      now,
      signal: new AbortController().signal,
    });
    this.router = router;
    this.device = device;
    this.setting = setting;
    this.#dir = dir;
    this.#routers = routers;
    this.#options = jobOptions({
      challenges: createChallengeSources({ now, serverMint: (_, spec) => serverMint(routers, spec) }),
      serverGrants: serverGrants(routers),
    });
  }

  static async open(example: Example, setting: Setting, dir: string): Promise<Stage> {
    const router = await VirtualRouter.start({
      hostname: NAME,
      domain: DOMAIN,
      release: '17.9',
      users: [{ name: 'netops', password: LOGIN, privilege: 15 }],
      clock: { start: 'system', authoritative: true },
      enrollDelayMs: 5,
      minuteMs: 200,
      ...setting.router,
      dial: (target, from) => {
        const there = `${target.host.replace(/^\[(?<address>.*)\]$/, '$<address>')}:${target.port}`;
        const port = setting.ports?.[there];
        setting.router?.dial?.(target, from);
        return port === undefined ? target : { host: setting.hosts?.[there] ?? LOCALHOST, port };
      },
    });
    const known = [router, ...(setting.hub === undefined ? [] : [setting.hub])];
    await writeFile(
      path.join(dir, 'known_hosts'),
      known.map(({ hostKeyLine }) => `${hostKeyLine}\n`).join(''),
    );
    for (const [name, content] of Object.entries(setting.files ?? {})) {
      await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
      await writeFile(path.join(dir, name), content);
    }
    const inventory = adapted(example, setting, router);
    const env = { LOGIN, ...setting.secrets };
    return new Stage(router, await devicesOf(path.join(dir, 'inventory.yaml'), inventory, env), {
      setting,
      dir,
    });
  }

  enroll(): Promise<DeviceResult> {
    return enrollDevice(this.device, this.#options);
  }

  verify(): Promise<DeviceResult> {
    return verifyDevice(this.device, this.#options);
  }

  /** DER of the certificates the router holds for itself. */
  get held(): readonly Uint8Array[] {
    return this.router.state.certificates
      .filter(({ kind }) => kind !== 'ca' && kind !== 'ra')
      .map(({ der }) => der);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { hub, close } = this.setting;
    await this.#routers.close();
    await closeLab({
      routers: [this.router, ...(hub === undefined ? [] : [hub])],
      cas: close,
      dir: this.#dir,
    });
  }
}

/** The example with what had to be replaced, and no more. */
function adapted({ authorities, trustpoints, devices }: Example, setting: Setting, router: VirtualRouter) {
  const { pins, issuer, urls = {}, hub, method } = setting;
  return {
    defaults: {
      domain: DOMAIN,
      ssh: { username: 'netops', password: { env: 'LOGIN' }, knownHosts: 'known_hosts' },
    },
    authorities: Object.fromEntries(
      Object.entries(authorities).map(([name, { scep, ...authority }]) => [
        name,
        {
          ...authority,
          ...(isSettings(scep) ? { scep: { ...scep, url: urls[name] ?? scep.url } } : {}),
          fingerprint: pins[name],
          ...(issuer === undefined || authority.issuer === undefined
            ? {}
            : { issuer: { fingerprint: issuer } }),
        },
      ]),
    ),
    trustpoints: Object.fromEntries(
      Object.entries(trustpoints).map(([name, trustpoint]) => [name, withMethod(trustpoint, method)]),
    ),
    devices: {
      ...(hub === undefined ? {} : { 'hub-1': { ...devices?.['hub-1'], host: LOCALHOST, port: hub.port } }),
      [NAME]: {
        trustpoints: Object.keys(trustpoints),
        ...devices?.[NAME],
        host: LOCALHOST,
        port: router.port,
      },
    },
  };
}

function withMethod(
  trustpoint: Readonly<Record<string, unknown>>,
  more: Setting['method'],
): Readonly<Record<string, unknown>> {
  const { method } = trustpoint;
  if (more === undefined || !isSettings(method)) return trustpoint;
  const [[kind, keys] = ['', {}]] = Object.entries(method);
  return { ...trustpoint, method: { [kind]: { ...(isSettings(keys) ? keys : {}), ...more } } };
}

function isSettings(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
