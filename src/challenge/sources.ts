import { createHash } from 'node:crypto';
import { DeviceError } from '../domain/errors.ts';
import { formatFingerprint } from '../domain/fingerprint.ts';
import type { Secret } from '../domain/secret.ts';
import type { Authority, ChallengeSpec, IosServerChallengeSpec } from '../domain/trustpoint.ts';
import { ChallengeBroker } from './broker.ts';
import { commandMint } from './command.ts';
import { dailySource } from './daily.ts';
import { fileSource } from './file.ts';
import type { ChallengeLedger, ChallengeService } from './ledger.ts';
import type { ChallengeMint } from './mint.ts';
import { ndesMint } from './ndes.ts';
import { noneSource } from './none.ts';
import { SharedService } from './shared-service.ts';
import type { ChallengeSource } from './source.ts';
import { staticSource } from './static.ts';
import { realTimers, type Timers } from './timers.ts';

export interface ChallengeSourcesOptions {
  readonly now: () => Date;
  /** Hears how many of an authority's slots are taken, how many devices wait, and until when all are taken. Must not throw. */
  onSlots?(authority: string, used: number, capacity: number, waiting: number, fullUntil?: Date): void;
  /** What all runs know of the one-time passwords of a service; without it this run is alone in the world. */
  ledger?(service: ChallengeService): ChallengeLedger;
  /** PEM of a root for https admin pages, beside NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  /** Reads a secret once more where it comes from; undefined where that gives nothing new. Without it a day's password ends with the day. */
  readonly reread?: (secret: Secret) => Promise<Secret | undefined>;
  /** Has a router with a certificate server make passwords. Without it there are none of that kind. */
  readonly serverMint?: (authority: Authority, spec: IosServerChallengeSpec) => ChallengeMint;
  /** How waits are made; the real clock unless said otherwise. */
  readonly timers?: Timers;
}

/** The challenge sources of one run. */
export interface ChallengeSources {
  /** One source for each authority (by its name), shared by all devices of the run. */
  for(authority: Authority): ChallengeSource;
}

export function createChallengeSources(options: ChallengeSourcesOptions): ChallengeSources {
  const sources = new Map<string, ChallengeSource>();
  const services = new Map<string, SharedService>();
  return {
    for(authority) {
      const source =
        sources.get(authority.name) ?? createSource(authority, authority.challenge, { ...options, services });
      sources.set(authority.name, source);
      return source;
    },
  };
}

interface Surroundings extends ChallengeSourcesOptions {
  /** The services that have been asked in this run, by their keys. */
  readonly services: Map<string, SharedService>;
}

function createSource(authority: Authority, spec: ChallengeSpec, options: Surroundings): ChallengeSource {
  const from = `the ${spec.kind} challenge of ${authority.name}`;
  switch (spec.kind) {
    case 'none':
      return noneSource();
    case 'static':
      return staticSource(spec.value, from);
    case 'daily':
      return dailySource(spec, from, { now: options.now, reread: options.reread });
    case 'file':
      return fileSource(spec.path, options.now);
    case 'command':
      return brokerFor(authority, commandMint(spec, from), options, {
        key: `command ${digestOf(spec.argv)}`,
        patienceMs: 0,
        ...(spec.validityMs === undefined ? {} : { lifeMs: spec.validityMs }),
      });
    case 'ios-cs': {
      if (options.serverMint === undefined) return refusingSource(from);
      const lifeMs = spec.minutes * 60_000;
      // A server knows one password at a time, so what others hold is gone when it has ended.
      return brokerFor(authority, options.serverMint(authority, spec), options, {
        key: `ios-cs ${spec.device} ${spec.server}`,
        patienceMs: lifeMs,
        lifeMs,
      });
    }
    case 'ndes':
      // After a whole validity every password that others held at first has expired.
      return brokerFor(authority, ndesMint(authority, spec, options), options, {
        key: `ndes ${placeOf(spec.url)}`,
        patienceMs: spec.validityMs,
        lifeMs: spec.validityMs,
      });
  }
}

function refusingSource(from: string): ChallengeSource {
  return {
    capacity: 0,
    acquire: () =>
      Promise.reject(new DeviceError('challenge-unavailable', `${from}: nobody here logs in to its router`)),
  };
}

function brokerFor(
  { name, fingerprints }: Authority,
  mint: ChallengeMint,
  options: Surroundings,
  { patienceMs, ...about }: Pick<ChallengeService, 'key' | 'lifeMs'> & { readonly patienceMs: number },
): ChallengeSource {
  const ledger = options.ledger?.({ ...about, authority: name, capacity: mint.capacity });
  const timers = options.timers ?? realTimers(options.now);
  const service = options.services.get(about.key) ?? new SharedService({ timers, patienceMs });
  options.services.set(about.key, service);
  return new ChallengeBroker(mint, {
    timers,
    patienceMs,
    service,
    // The page was compared with the pins of the authority it was opened for.
    scope: fingerprints.map(formatFingerprint).toSorted().join(),
    authority: name,
    ...(ledger === undefined ? {} : { ledger }),
    onSlots: (...slots) => options.onSlots?.(name, ...slots),
  });
}

/** The parameters of a command may be nobody else's business. */
function digestOf(argv: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(argv)).digest('hex').slice(0, 16);
}

/** Without an account or a query: they may change, the service is the same. */
function placeOf(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}
