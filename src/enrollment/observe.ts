import type { ForeseenLine } from '../ios/foreseen.ts';
import type { Session } from '../ios/session.ts';
import type { RunningPki } from '../ios/show/running-pki.ts';
import { foreseeLook, look, type Needed } from './look.ts';
import type { Observation } from './observation.ts';

export type { Needed } from './look.ts';

const UP_TO_CLOCK = ['release', 'clock'] as const;
const PKI = ['status', 'certificates', 'running', 'startup'] as const;
const STARTUP = ['startup'] as const;
const BEHIND_CLOCK = ['ntp', 'timeLines', 'keypairs', ...PKI] as const;

/** Reads a router's state with show commands only. Throws as `look` does. */
export async function observe(session: Session, now: () => Date, needed: Needed): Promise<Observation> {
  const first = await look(session, UP_TO_CLOCK, needed);
  const at = now();
  return { at, ...first, ...(await look(session, BEHIND_CLOCK, needed)) };
}

/** The lines that `observe` types. */
export function foreseeObserve(): readonly ForeseenLine[] {
  return foreseeLook([...UP_TO_CLOCK, ...BEHIND_CLOCK]);
}

/** The part of an observation that enrollment changes. Throws as `look` does. */
export function observePki(
  session: Session,
  needed: Needed,
): Promise<Pick<Observation, (typeof PKI)[number]>> {
  return look(session, PKI, needed);
}

/** What a reload would find of these trustpoints; undefined when the command is refused. Throws as `look` does. */
export async function observeStartup(
  session: Session,
  trustpoints: readonly string[],
): Promise<RunningPki | undefined> {
  const { startup } = await look(session, STARTUP, { trustpoints, keypairs: [] });
  return startup;
}

/** The lines that `observeStartup` types. */
export function foreseeObserveStartup(): readonly ForeseenLine[] {
  return foreseeLook(STARTUP);
}
