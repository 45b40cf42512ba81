import { type ForeseenLine, foreseeCommand } from '../ios/foreseen.ts';
import type { Session } from '../ios/session.ts';
import { readCertificates } from '../ios/show/certificates.ts';
import { readClock } from '../ios/show/clock.ts';
import { readHttpsLines } from '../ios/show/https-lines.ts';
import { type PrintedKeypair, readKeypairs } from '../ios/show/keypairs.ts';
import { readNtpStatus } from '../ios/show/ntp-status.ts';
import { readRunningLines } from '../ios/show/running-lines.ts';
import { readRunningPki } from '../ios/show/running-pki.ts';
import { readTimeLines } from '../ios/show/time-lines.ts';
import { type PkiTimers, readTimers } from '../ios/show/timers.ts';
import { readTrustpointsStatus } from '../ios/show/trustpoints-status.ts';
import { readVersion } from '../ios/show/version.ts';
import type { Observation } from './observation.ts';

/** Names of what has to be readable: what somebody else keeps on the router need not be. */
export interface Needed {
  readonly trustpoints: readonly string[];
  readonly keypairs: readonly string[];
}

/** What show commands tell, one each. */
export type Seen = Omit<Observation, 'at' | 'dialect' | 'timers' | 'lines' | 'errands' | 'https'> & {
  /** Key pairs on curves. */
  readonly curves: readonly PrintedKeypair[];
  readonly timers: PkiTimers | undefined;
  readonly lines: Observation['lines'];
  /** The `ip http …` lines. */
  readonly https: readonly string[];
};

/** A show command, and how its output is read. */
interface Look<T> {
  readonly command: string;
  /** Typed where the command is refused. */
  readonly instead?: string;
  /** The same without its filter, for releases that do not know the filter. */
  readonly whole?: string;
  read(text: string, needed: Needed): T;
  /** What a refusal says; where this is missing, a refusal stops the device. */
  readonly refused?: () => T;
}

const LOOKS: { readonly [Name in keyof Seen]: Look<Seen[Name]> } = {
  release: { command: 'show version', read: readVersion },
  // Some users may type only the short form; what is judged is in both.
  clock: { command: 'show clock detail', instead: 'show clock', read: readClock },
  ntp: {
    command: 'show ntp status',
    read: readNtpStatus,
    refused: () => ({ enabled: false, synchronized: false }),
  },
  timeLines: { command: 'show running-config | include ^clock|^ntp', read: readTimeLines },
  keypairs: {
    command: 'show crypto key mypubkey rsa',
    read: (text, { keypairs }) => readKeypairs(text, keypairs),
  },
  // A release without such keys is asked nothing else: making one is what it refuses.
  curves: {
    command: 'show crypto key mypubkey ec',
    read: (text, { keypairs }) => readKeypairs(text, keypairs),
    refused: () => [],
  },
  https: { command: 'show running-config | include ^ip http', read: readHttpsLines },
  status: {
    command: 'show crypto pki trustpoints status',
    read: readTrustpointsStatus,
    // 12.x has no such command; the certificates and the running configuration say enough there.
    refused: () => [],
  },
  certificates: { command: 'show crypto pki certificates', read: readCertificates },
  running: {
    command: 'show running-config | section crypto pki',
    whole: 'show running-config',
    read: (text, { trustpoints }) => readRunningPki(text, trustpoints),
  },
  startup: {
    command: 'show startup-config | section crypto pki',
    whole: 'show startup-config',
    read: (text, { trustpoints }) => readRunningPki(text, trustpoints),
    refused: () => undefined,
  },
  lines: { command: 'show running-config', read: readRunningLines },
  timers: { command: 'show crypto pki timers', read: readTimers, refused: () => undefined },
};

/**
 * Types these show commands, in this order, each when the output of the one before was read; `behind` will be typed
 * next. Throws DeviceError `output-unreadable` when an output makes no sense, `command-refused` when a command that nothing
 * can replace is refused.
 */
export async function look<Name extends keyof Seen>(
  session: Session,
  names: readonly Name[],
  needed: Needed = NOTHING,
  behind: readonly string[] = [],
): Promise<Pick<Seen, Name>> {
  const seen: Partial<Pick<Seen, Name>> = {};
  for (const [index, name] of names.entries()) {
    session.foresee([...commandsOf(names.slice(index)), ...behind]);
    seen[name] = await lookAt(session, LOOKS[name], needed);
  }
  return seen as Pick<Seen, Name>;
}

/** The show commands that `look` types where none is refused. */
export function commandsOf(names: readonly (keyof Seen)[]): readonly string[] {
  return names.map((name) => LOOKS[name].command);
}

/** The lines that `look` types. */
export function foreseeLook(names: readonly (keyof Seen)[]): readonly ForeseenLine[] {
  return names.map((name) => {
    const { command, instead, whole } = LOOKS[name];
    return foreseeCommand(
      command,
      [instead, whole].filter((other) => other !== undefined),
    );
  });
}

const NOTHING: Needed = { trustpoints: [], keypairs: [] };

async function lookAt<T>(session: Session, one: Look<T>, needed: Needed): Promise<T> {
  const { command, instead, whole, refused } = one;
  if (refused === undefined && instead === undefined && whole === undefined)
    return one.read(await session.show(command), needed);
  const { text, refusal } = await session.ask(command);
  if (refusal === undefined) return one.read(text, needed);
  const other = refusal.kind === 'syntax' && whole !== undefined ? whole : instead;
  if (refused === undefined) return one.read(await session.show(other ?? command), needed);
  return other === undefined ? refused() : lookInstead(session, other, one, needed, refused);
}

/** A percent sign in a whole configuration, in a banner for instance, is no refusal. */
async function lookInstead<T>(
  session: Session,
  command: string,
  one: Look<T>,
  needed: Needed,
  refused: () => T,
): Promise<T> {
  const { text, refusal } = await session.ask(command);
  return refusal === undefined || refusal.kind === 'complaint' ? one.read(text, needed) : refused();
}
