import type { Session } from '../ios/session.ts';
import { readCertificates } from '../ios/show/certificates.ts';
import { type Clock, readClock } from '../ios/show/clock.ts';
import { readKeypairs } from '../ios/show/keypairs.ts';
import { readNtpStatus } from '../ios/show/ntp-status.ts';
import { readRunningPki } from '../ios/show/running-pki.ts';
import { readTimeLines } from '../ios/show/time-lines.ts';
import { readTrustpointsStatus } from '../ios/show/trustpoints-status.ts';
import { readVersion } from '../ios/show/version.ts';
import type { Observation } from './observation.ts';

export const SHOW = {
  version: 'show version',
  clock: 'show clock detail',
  shortClock: 'show clock',
  ntp: 'show ntp status',
  timeLines: 'show running-config | include ^clock|^ntp',
  keypairs: 'show crypto key mypubkey rsa',
  status: 'show crypto pki trustpoints status',
  certificates: 'show crypto pki certificates',
  running: 'show running-config | section crypto pki',
  startup: 'show startup-config | section crypto pki',
} as const;

/** Names of what has to be readable: what somebody else keeps on the router need not be. */
export interface Needed {
  readonly trustpoints: readonly string[];
  readonly keypairs: readonly string[];
}

/**
 * Reads a router's state with show commands only.
 * Throws DeviceError `output-unreadable` when a command's output makes no sense, `command-refused` when one that
 * nothing can replace is refused.
 */
export async function observe(session: Session, now: () => Date, needed: Needed): Promise<Observation> {
  const release = readVersion(await session.show(SHOW.version));
  const clock = await observeClock(session);
  const at = now();
  const ntp = await session.ask(SHOW.ntp);
  return {
    at,
    release,
    clock,
    ntp: ntp.refusal === undefined ? readNtpStatus(ntp.text) : { enabled: false, synchronized: false },
    timeLines: readTimeLines(await session.show(SHOW.timeLines)),
    keypairs: readKeypairs(await session.show(SHOW.keypairs), needed.keypairs),
    ...(await observePki(session, needed)),
  };
}

/** Some users may type only the short form; what is judged is in both. Throws as `observe` does. */
export async function observeClock(session: Session): Promise<Clock> {
  const detailed = await session.ask(SHOW.clock);
  return readClock(detailed.refusal === undefined ? detailed.text : await session.show(SHOW.shortClock));
}

/** The part of an observation that enrollment changes. Throws as `observe` does. */
export async function observePki(
  session: Session,
  { trustpoints }: Needed,
): Promise<Pick<Observation, 'status' | 'certificates' | 'running' | 'startup'>> {
  const status = await session.ask(SHOW.status);
  const certificates = readCertificates(await session.show(SHOW.certificates));
  const running = readRunningPki(await session.show(SHOW.running), trustpoints);
  const startup = await session.ask(SHOW.startup);
  return {
    // 12.x has no such command; the certificates and the running configuration say enough there.
    status: status.refusal === undefined ? readTrustpointsStatus(status.text) : [],
    certificates,
    running,
    startup: startup.refusal === undefined ? readRunningPki(startup.text, trustpoints) : undefined,
  };
}
