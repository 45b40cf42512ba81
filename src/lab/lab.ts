import { randomBytes } from 'node:crypto';
import { LabCa } from './ca/lab-ca.ts';
import { caFacts } from './ca-facts.ts';
import { claimFolder, type FolderClaim } from './folder-claim.ts';
import { refuseBesideHub, startHub } from './hub.ts';
import { LAB_HOST, writeLabFiles } from './lab-files.ts';
import { LabNtpServer } from './ntp-server.ts';
import { type Role, rolesOf } from './roles.ts';
import type { DialTarget, PresetTrustpoint } from './router/options.ts';
import { PERSONALITIES, type Release } from './router/personality.ts';
import type { KeyFactory } from './router/pki/key-store.ts';
import { VirtualRouter } from './router/virtual-router.ts';
import { enrolledTrustpoint, trustpointsIn } from './states.ts';

export interface LabOptions {
  /** Where inventory, known hosts and secrets are written. */
  readonly dir: string;
  /** How many routers; not counted when `releases` says it. */
  readonly routers: number;
  /** How many routers of which release, in the order of their names; all of 15.7 unless said otherwise. */
  readonly releases?: readonly { readonly release: Release; readonly count: number }[];
  /** `ios-cs`: a router of the lab is the CA, see `hub`. */
  readonly ca: 'ndes' | 'generic' | 'ios-cs';
  /** How many CAs stand above one another; not with `ios-cs`. */
  readonly tiers?: 1 | 2 | 3;
  /** `manual`: requests wait for the CA's operator, at `ca.desk` or at the hub. */
  readonly approval?: 'automatic' | 'manual';
  /** The same seed gives the same routers: clocks, sites, serial numbers. Keys are always new. */
  readonly seed?: number;
  /** `demo` casts routers in the parts that `npm run demo` tells of. */
  readonly scenario?: 'plain' | 'demo';
  /** Parts for single routers, by name, over what the scenario gives them. */
  readonly cast?: Readonly<Record<string, Partial<Role>>>;
  /** How long a minute of `enrollment retry period` lasts on the routers, in milliseconds; 60,000 by default. */
  readonly minuteMs?: number;
  /** How long a one-time password of the CA lives, in milliseconds; an hour by default. The inventory says the same. */
  readonly passwordValidityMs?: number;
  /** The CA is near its rollover and answers GetNextCACert. */
  readonly nextCa?: boolean;
  /** Where the routers' RSA keys come from; each is made when it is wanted unless said otherwise. */
  readonly keygen?: KeyFactory;
  readonly now?: () => Date;
}

/** A router of the lab with the part it plays. */
export interface LabRouter {
  readonly name: string;
  readonly role: Role;
  readonly router: VirtualRouter;
}

const DOMAIN = 'branch.example.net';
const TRUSTPOINT = 'BRANCH';
/** For releases without a `hash` line. */
const OLD_TRUSTPOINT = 'BRANCH-OLD';
/** The address the routers know the lab's time server by (RFC 5737). */
const NTP_ADDRESS = '192.0.2.123';
const USERNAME = 'netops';
/** Of routers nobody gave a release. */
export const DEFAULT_RELEASE: Release = '15.7';
const STARTED_AT_ONCE = 16;

/** A whole network on one machine: virtual routers, a CA, a time server, and the files to work with them. */
export class Lab implements AsyncDisposable {
  readonly inventoryFile: string;
  /** The router that is the CA, with `ios-cs`. */
  readonly hub: VirtualRouter | undefined;
  /** The CA that intercepted routers reach instead. */
  readonly impostor: LabCa | undefined;
  readonly routers: readonly LabRouter[];
  /**
   * Where the routers' TFTP goes, whatever address their URLs name: nobody may listen on port 69. May be set when the
   * server is there; until then connections go where they say.
   */
  readonly tftp: { port: number | undefined };
  private readonly scepCa: LabCa | undefined;
  private readonly closers: readonly (() => Promise<void>)[];

  private constructor(
    parts: Pick<Lab, 'inventoryFile' | 'hub' | 'impostor' | 'routers' | 'tftp'> & {
      readonly ca: LabCa | undefined;
    },
    closers: readonly (() => Promise<void>)[],
  ) {
    this.inventoryFile = parts.inventoryFile;
    this.scepCa = parts.ca;
    this.hub = parts.hub;
    this.impostor = parts.impostor;
    this.routers = parts.routers;
    this.tftp = parts.tftp;
    this.closers = closers;
  }

  /**
   * Starts everything on loopback, ports from the system. Throws InputError when the folder holds anything but an earlier
   * lab, or another lab is running in it.
   */
  static async create(options: LabOptions): Promise<Lab> {
    const claim = await claimFolder(options.dir);
    try {
      return await Lab.start(options, claim);
    } catch (error) {
      await claim.release();
      throw error;
    }
  }

  private static async start(options: LabOptions, claim: FolderClaim): Promise<Lab> {
    const now = options.now ?? (() => new Date());
    const login = { username: USERNAME, password: secretWord(), enable: secretWord() };
    const challenge = secretWord();
    const roles = rolesOf(releasesOf(options), options.scenario ?? 'plain', options.seed ?? 1).map(
      (role) => ({
        ...role,
        ...options.cast?.[role.name],
      }),
    );
    if (options.ca === 'ios-cs') refuseBesideHub(options, roles);
    const { passwordValidityMs } = options;
    const passwords = passwordValidityMs === undefined ? {} : { passwordValidityMs };
    const ca =
      options.ca === 'ios-cs'
        ? undefined
        : await LabCa.start({
            profile: options.ca,
            challenge,
            now,
            ...passwords,
            nextCa: options.nextCa === true,
            tiers: options.tiers ?? 1,
            ...(options.approval === 'manual' ? { approval: 'manual' } : {}),
          });
    const hub =
      ca === undefined
        ? await startHub({
            domain: DOMAIN,
            user: { name: login.username, password: login.password, privilege: 15 },
            enable: login.enable,
            now,
            ...(options.minuteMs === undefined ? {} : { minuteMs: options.minuteMs }),
          })
        : undefined;
    // Whoever stands between a router and its CA has a CA of his own, of the same name.
    const impostor =
      ca !== undefined && roles.some(({ intercepted }) => intercepted)
        ? await LabCa.start({ profile: ca.profile, challenge, now })
        : undefined;
    const ntp = await LabNtpServer.start(now);
    const tftp: Lab['tftp'] = { port: undefined };
    const routers = await startAll(roles, (role) =>
      startRouter(role, { ca, impostor, tftp, ntpPort: ntp.port, login, options, now }),
    );
    const inventoryFile = await writeLabFiles(options.dir, {
      ca: { ...caFacts(ca, hub), isManual: options.approval === 'manual', challenge, ...passwords },
      login,
      ntpAddress: NTP_ADDRESS,
      domain: DOMAIN,
      trustpoint: TRUSTPOINT,
      oldTrustpoint: OLD_TRUSTPOINT,
      routers: routers.map(({ role, router }) => ({
        name: role.name,
        trustpoint: trustpointFor(role.release),
        algorithms: PERSONALITIES[role.release].ssh === 'modern' ? ('modern' as const) : ('legacy' as const),
        site: role.site,
        port: router.port,
        hostKeyLine: router.hostKeyLine,
      })),
    });
    const parts = {
      inventoryFile,
      ca,
      hub,
      impostor,
      tftp,
      routers: routers.map(({ role, router }) => ({ name: role.name, role, router })),
    };
    return new Lab(parts, [
      ...routers.map(
        ({ router }) =>
          () =>
            router.close(),
      ),
      async () => ca?.close(),
      async () => hub?.close(),
      async () => impostor?.close(),
      () => ntp.close(),
      () => claim.release(),
    ]);
  }

  /** Throws when a router is the CA: that is `hub`. */
  get ca(): LabCa {
    if (this.scepCa === undefined) throw new Error('the CA of this lab is its router hub-1');
    return this.scepCa;
  }

  router(name: string): VirtualRouter {
    const found = this.routers.find((router) => router.name === name);
    if (found === undefined) throw new Error(`the lab has no router ${name}`);
    return found.router;
  }

  async close(): Promise<void> {
    await Promise.all(this.closers.map((close) => close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

interface Surroundings {
  readonly ca: LabCa | undefined;
  readonly impostor: LabCa | undefined;
  readonly tftp: Lab['tftp'];
  readonly ntpPort: number;
  readonly login: { readonly username: string; readonly password: string; readonly enable: string };
  readonly options: Pick<LabOptions, 'minuteMs' | 'keygen'>;
  readonly now: () => Date;
}

async function startAll<T>(
  roles: readonly Role[],
  start: (role: Role) => Promise<T>,
): Promise<{ role: Role; router: T }[]> {
  const started: { role: Role; router: T }[] = [];
  for (let at = 0; at < roles.length; at += STARTED_AT_ONCE) {
    const batch = roles.slice(at, at + STARTED_AT_ONCE);
    started.push(...(await Promise.all(batch.map(async (role) => ({ role, router: await start(role) })))));
  }
  return started;
}

async function startRouter(role: Role, around: Surroundings): Promise<VirtualRouter> {
  const { ca, ntpPort, login, options, now } = around;
  const { minuteMs, keygen } = options;
  return VirtualRouter.start({
    hostname: role.name,
    domain: DOMAIN,
    release: role.release,
    users: [{ name: login.username, password: login.password, privilege: role.privilege }],
    enableSecret: login.enable,
    clock: role.clock,
    serialNumber: role.serialNumber,
    faults: role.faults,
    ntp: {
      resolve: (address) => (address === NTP_ADDRESS ? { host: LAB_HOST, port: ntpPort } : undefined),
      syncDelayMs: role.ntpDelayMs,
    },
    now,
    ...(minuteMs === undefined ? {} : { minuteMs }),
    ...(keygen === undefined ? {} : { keygen }),
    ...withLines(await startingPoint(role, ca, now()), role.running),
    dial: (target) => leadOn(target, role, around),
  });
}

const TFTP_PORT = 69;

/** Where a router's connection really goes. */
function leadOn(target: DialTarget, { intercepted }: Role, { ca, impostor, tftp }: Surroundings): DialTarget {
  if (target.port === TFTP_PORT && tftp.port !== undefined) return { host: LAB_HOST, port: tftp.port };
  if (intercepted && impostor !== undefined && target.port === ca?.port)
    return { host: target.host, port: impostor.port };
  return target;
}

interface StartingPoint {
  readonly running?: readonly string[];
  readonly preset?: readonly PresetTrustpoint[];
}

function withLines(start: StartingPoint, lines: readonly string[] = []): StartingPoint {
  return lines.length === 0 ? start : { ...start, running: [...(start.running ?? []), ...lines] };
}

/** What the router was made to hold by an earlier life. */
async function startingPoint(
  { name, release, certificate, state }: Role,
  ca: LabCa | undefined,
  now: Date,
): Promise<StartingPoint> {
  if (state === undefined && certificate === undefined) return {};
  if (ca === undefined) throw new Error(`${name} cannot hold anything of a CA that is a router`);
  const facts = { release, trustpoint: trustpointFor(release), fqdn: `${name}.${DOMAIN}`, ca, now };
  if (state !== undefined) return { preset: await trustpointsIn(state, facts) };
  if (certificate === undefined) return {};
  return {
    running: [`ntp server ${NTP_ADDRESS}`],
    preset: [await enrolledTrustpoint(facts, certificate)],
  };
}

function trustpointFor(release: Release): string {
  return PERSONALITIES[release].lacks.includes('hash') ? OLD_TRUSTPOINT : TRUSTPOINT;
}

function releasesOf({ routers, releases }: LabOptions): readonly Release[] {
  return (releases ?? [{ release: DEFAULT_RELEASE, count: routers }]).flatMap(({ release, count }) =>
    Array.from({ length: count }, () => release),
  );
}

function secretWord(): string {
  return randomBytes(12).toString('hex');
}
