import { dialectOf } from '../ios/dialect/dialect.ts';
import type { ForeseenLine } from '../ios/foreseen.ts';
import type { Session } from '../ios/session.ts';
import type { RunningPki } from '../ios/show/running-pki.ts';
import type { PkiTimers } from '../ios/show/timers.ts';
import { foreseeLook, look, type Needed } from './look.ts';
import type { Observation } from './observation.ts';

export type { Needed } from './look.ts';

const UP_TO_CLOCK = ['release', 'clock'] as const;
const STARTUP = ['startup'] as const;
const WHOLE = ['lines'] as const;
const TIMERS = ['timers'] as const;
const BEHIND_CLOCK = [
  'ntp',
  'timeLines',
  'keypairs',
  // Before the rest of PKI: every release lists them, and shows with it which words it knows.
  'certificates',
  'status',
  'running',
  'startup',
] as const;

/**
 * Reads a router's state with show commands only; `whole` reads the whole running configuration besides. Throws as `look`
 * does.
 */
export async function observe(
  session: Session,
  now: () => Date,
  needed: Needed,
  { whole = false }: { readonly whole?: boolean } = {},
): Promise<Observation> {
  const first = await look(session, UP_TO_CLOCK, needed);
  const at = now();
  const rest = await look(session, BEHIND_CLOCK, needed);
  const { lines } = whole ? await look(session, WHOLE, needed) : {};
  return {
    at,
    ...first,
    ...rest,
    ...(lines === undefined ? {} : { lines }),
    dialect: dialectOf(session),
  };
}

/** The lines that `observe` types. */
export function foreseeObserve({
  whole = false,
}: {
  readonly whole?: boolean;
} = {}): readonly ForeseenLine[] {
  return foreseeLook([...UP_TO_CLOCK, ...BEHIND_CLOCK, ...(whole ? WHOLE : [])]);
}

/** What a reload would find of these trustpoints; undefined when the command is refused. Throws as `look` does. */
export async function observeStartup(
  session: Session,
  trustpoints: readonly string[],
): Promise<RunningPki | undefined> {
  const { startup } = await look(session, STARTUP, { trustpoints, keypairs: [] });
  return startup;
}

/** The router's own timers, where it shows them. Throws as `look` does. */
export async function observeTimers(session: Session): Promise<PkiTimers | undefined> {
  const { timers } = await look(session, TIMERS);
  return timers;
}

/** The lines that `observeStartup` types. */
export function foreseeObserveStartup(): readonly ForeseenLine[] {
  return foreseeLook(STARTUP);
}
