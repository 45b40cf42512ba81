import type { Device } from '../domain/device.ts';
import { type ScepAuthority, speaksScep, type Trustpoint } from '../domain/trustpoint.ts';
import { type RouterAlgorithms, routerAlgorithms } from './router-algorithms.ts';

/** What is known of a router from the last run that read it. */
export interface LastSeen {
  /** `ios 15.2(4)M7`, `ios-xe 17.09.04a` */
  readonly release: string;
  /** How far its clock was ahead of this machine's, in milliseconds; absent when it was set since, or cannot be told. */
  readonly clockOffsetMs?: number;
  readonly at: Date;
  /** How long its certificates live, in milliseconds, by trustpoint. */
  readonly lives: ReadonlyMap<string, number>;
}

/** A way of encrypting and signing requests, and who needs it. */
export interface WantedAlgorithms extends RouterAlgorithms {
  /** As they were read or given, each once. */
  readonly releases: readonly string[];
}

/** What the selected devices want of one authority. */
export interface Wants {
  readonly authority: ScepAuthority;
  readonly users: readonly { readonly device: Device; readonly trustpoint: Trustpoint }[];
  /** The weakest first; empty when no release is known. */
  readonly algorithms: readonly WantedAlgorithms[];
  /** Of the longest RSA key asked for, in bits: it decides how long requests are. */
  readonly keyBits: number;
  /** Certificates of this fleet live so long at most, in milliseconds, as far as earlier runs saw some. */
  readonly certificateLifeMs?: number;
  /** The longest time before its end at which one is renewed, in milliseconds. */
  readonly renewBeforeMs: number;
  /** The strictest of the devices' `clock.maxSkew`, in milliseconds. */
  readonly maxSkewMs: number;
  /** Clocks that earlier runs read. */
  readonly clocks: readonly { readonly device: string; readonly offsetMs: number; readonly at: Date }[];
}

/** By authority that speaks SCEP, in the order of the devices. `releases` are asked for beside those that were seen. */
export function wantsOf(
  devices: readonly Device[],
  seen: ReadonlyMap<string, LastSeen>,
  releases: readonly string[] = [],
): readonly Wants[] {
  const users = new Map<string, Wants['users'][number][]>();
  for (const device of devices) {
    for (const trustpoint of device.trustpoints) {
      const { name } = trustpoint.authority;
      users.set(name, [...(users.get(name) ?? []), { device, trustpoint }]);
    }
  }
  return [...users.values()].flatMap((list) => wantsFrom(list, seen, releases));
}

function wantsFrom(
  users: Wants['users'],
  seen: ReadonlyMap<string, LastSeen>,
  releases: readonly string[],
): readonly Wants[] {
  const [first] = users;
  const authority = first?.trustpoint.authority;
  if (authority === undefined || !speaksScep(authority)) return [];
  const lives = users.flatMap(({ device, trustpoint }) => {
    const life = seen.get(device.name)?.lives.get(trustpoint.name);
    return life === undefined ? [] : [life];
  });
  const devices = new Map(users.map(({ device }) => [device.name, device] as const));
  return [
    {
      authority,
      users,
      algorithms: algorithmsOf(users, seen, releases),
      keyBits: Math.max(...users.map(({ trustpoint }) => trustpoint.key.size)),
      ...(lives.length === 0 ? {} : { certificateLifeMs: Math.max(...lives) }),
      renewBeforeMs: Math.max(
        0,
        ...users.map(({ trustpoint: { renew } }) =>
          renew.before.kind === 'duration' ? renew.before.milliseconds : 0,
        ),
      ),
      maxSkewMs: Math.min(...[...devices.values()].map(({ clock }) => clock.maxSkewMs)),
      clocks: [...devices.keys()].flatMap((device) => {
        const { clockOffsetMs, at } = seen.get(device) ?? {};
        return clockOffsetMs === undefined || at === undefined
          ? []
          : [{ device, offsetMs: clockOffsetMs, at }];
      }),
    },
  ];
}

function algorithmsOf(
  users: Wants['users'],
  seen: ReadonlyMap<string, LastSeen>,
  given: readonly string[],
): readonly WantedAlgorithms[] {
  const found = new Map<string, RouterAlgorithms & { readonly releases: Set<string> }>();
  for (const { device, trustpoint } of users) {
    const release = seen.get(device.name)?.release;
    for (const one of [...(release === undefined ? [] : [release]), ...given]) {
      const algorithms = routerAlgorithms(one, trustpoint.hash);
      const key = `${algorithms.cipher} ${algorithms.digest}`;
      const known = found.get(key) ?? { ...algorithms, releases: new Set<string>() };
      known.releases.add(one);
      found.set(key, known);
    }
  }
  return [...found.values()]
    .map(({ releases, ...algorithms }) => ({ ...algorithms, releases: [...releases].toSorted() }))
    .toSorted((a, b) => strength(a) - strength(b));
}

const DIGESTS = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];

function strength({ cipher, digest }: RouterAlgorithms): number {
  return (cipher === 'des' ? 0 : DIGESTS.length) + DIGESTS.indexOf(digest);
}
