import type { Authority, ChallengeSpec } from '../domain/trustpoint.ts';
import { ChallengeBroker } from './broker.ts';
import { commandMint } from './command.ts';
import { dailySource } from './daily.ts';
import { fileSource } from './file.ts';
import type { ChallengeMint } from './mint.ts';
import { ndesMint } from './ndes.ts';
import { noneSource } from './none.ts';
import type { ChallengeSource } from './source.ts';
import { staticSource } from './static.ts';
import { realTimers, type Timers } from './timers.ts';

export interface ChallengeSourcesOptions {
  readonly now: () => Date;
  /** Hears how many of an authority's slots are taken and how many devices wait. Must not throw. */
  onSlots?(authority: string, used: number, capacity: number, waiting: number): void;
  /** PEM of a root for https admin pages, beside NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
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
  return {
    for(authority) {
      const source = sources.get(authority.name) ?? createSource(authority, authority.challenge, options);
      sources.set(authority.name, source);
      return source;
    },
  };
}

function createSource(
  authority: Authority,
  spec: ChallengeSpec,
  options: ChallengeSourcesOptions,
): ChallengeSource {
  const from = `the ${spec.kind} challenge of ${authority.name}`;
  switch (spec.kind) {
    case 'none':
      return noneSource();
    case 'static':
      return staticSource(spec.value, from);
    case 'daily':
      return dailySource(spec, from, options.now);
    case 'file':
      return fileSource(spec.path, options.now);
    case 'command':
      return brokerFor(authority, commandMint(spec.argv, from), options, 0);
    case 'ndes':
      // After a whole validity every password that others held at first has expired.
      return brokerFor(authority, ndesMint(authority, spec, options), options, spec.validityMs);
  }
}

function brokerFor(
  { name }: Authority,
  mint: ChallengeMint,
  options: ChallengeSourcesOptions,
  patienceMs: number,
): ChallengeSource {
  return new ChallengeBroker(mint, {
    timers: options.timers ?? realTimers(options.now),
    patienceMs,
    onSlots: (used, capacity, waiting) => options.onSlots?.(name, used, capacity, waiting),
  });
}
