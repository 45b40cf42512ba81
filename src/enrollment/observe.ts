import type { Device } from '../domain/device.ts';
import { dialectOf } from '../ios/dialect/dialect.ts';
import type { ForeseenLine } from '../ios/foreseen.ts';
import type { Session } from '../ios/session.ts';
import type { RunningPki } from '../ios/show/running-pki.ts';
import type { PkiTimers } from '../ios/show/timers.ts';
import { rollsKeys } from './generations.ts';
import { commandsOf, foreseeLook, look, type Needed, type Seen } from './look.ts';
import type { Observation } from './observation.ts';

export type { Needed } from './look.ts';

const UP_TO_CLOCK = ['release', 'clock'] as const;
const STARTUP = ['startup'] as const;
const CURVES = ['curves'] as const;
const HTTPS = ['https'] as const;
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
] as const;

/** What `observe` asks first, whatever the device. */
export const FIRST_READS = commandsOf([...UP_TO_CLOCK, ...BEHIND_CLOCK, ...STARTUP]);

/** What is read only where a device has a use for it. */
export interface Further {
  /** The whole running configuration. */
  readonly whole?: boolean;
  /** Key pairs on curves. */
  readonly curves?: boolean;
  /** The lines of the HTTPS server. */
  readonly https?: boolean;
  /** The router's own timers, where it shows them. */
  readonly timers?: boolean;
  /** What the startup configuration holds, where that is known and about to be written anew; it is read otherwise. */
  readonly startup?: { readonly known: RunningPki | undefined };
}

/** What is to be read of a device besides what is read of all. */
export function furtherFor({ trustpoints }: Pick<Device, 'trustpoints'>): Further {
  return {
    // An import may replace a key pair, which lines anywhere may name.
    whole: rollsKeys({ trustpoints }) || trustpoints.some(({ method }) => method.kind === 'pkcs12'),
    curves: trustpoints.some(({ key }) => key.type === 'ec'),
    https: trustpoints.some((trustpoint) => trustpoint.https === true),
    timers: trustpoints.some(({ autoEnroll }) => autoEnroll !== undefined),
  };
}

/** Reads a router's state with show commands only. Throws as `look` does. */
export async function observe(
  session: Session,
  now: () => Date,
  needed: Needed,
  further: Further = {},
): Promise<Observation> {
  const { whole = false, curves = false, https: wantsHttps = false, timers: wantsTimers = false } = further;
  const names = namesOf(further);
  const behind = (name: keyof Seen): readonly string[] => commandsOf(names.slice(names.indexOf(name) + 1));
  const first = await look(session, UP_TO_CLOCK, needed, behind('clock'));
  const at = now();
  const rest = await look(session, BEHIND_CLOCK, needed, behind('running'));
  const { startup } =
    further.startup === undefined
      ? await look(session, STARTUP, needed, behind('startup'))
      : { startup: further.startup.known };
  const onCurves = curves ? (await look(session, CURVES, needed, behind('curves'))).curves : [];
  const { https } = wantsHttps ? await look(session, HTTPS, needed, behind('https')) : {};
  const { timers } = wantsTimers ? await look(session, TIMERS, needed, behind('timers')) : {};
  const { lines } = whole ? await look(session, WHOLE, needed) : {};
  return {
    at,
    ...first,
    ...rest,
    startup,
    keypairs: [...rest.keypairs, ...onCurves],
    ...(https === undefined ? {} : { https }),
    ...(lines === undefined ? {} : { lines }),
    ...(timers === undefined ? {} : { timers }),
    dialect: dialectOf(session),
  };
}

/** The lines that `observe` types. */
export function foreseeObserve(further: Further = {}): readonly ForeseenLine[] {
  return foreseeLook(namesOf(further));
}

/** What is looked at, in this order. */
function namesOf({
  startup,
  curves = false,
  https = false,
  timers = false,
  whole = false,
}: Further): readonly (keyof Seen)[] {
  return [
    ...UP_TO_CLOCK,
    ...BEHIND_CLOCK,
    ...(startup === undefined ? STARTUP : []),
    ...(curves ? CURVES : []),
    ...(https ? HTTPS : []),
    ...(timers ? TIMERS : []),
    ...(whole ? WHOLE : []),
  ];
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
