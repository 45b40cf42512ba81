import type { KeyUse } from '../domain/key-use.ts';
import type { PrintedCertificate } from '../domain/printed-certificate.ts';
import type { EnrollmentStage } from '../domain/step.ts';
import type { Dialect } from '../ios/dialect/dialect.ts';
import type { Clock } from '../ios/show/clock.ts';
import type { PrintedKeypair } from '../ios/show/keypairs.ts';
import type { NtpStatus } from '../ios/show/ntp-status.ts';
import type { PlacedLine } from '../ios/show/running-lines.ts';
import type { ConfiguredCertificate, ConfiguredTrustpoint, RunningPki } from '../ios/show/running-pki.ts';
import type { PkiTimers } from '../ios/show/timers.ts';
import type { TrustpointStatus } from '../ios/show/trustpoints-status.ts';
import type { Version } from '../ios/show/version.ts';
import { type HeldIdentity, identitiesOf } from './identities.ts';

/** Everything a router's own show commands said of it, at one moment. */
export interface Observation {
  /** This machine's time when the router's clock was read. */
  readonly at: Date;
  readonly release: Version;
  /** Which word its PKI commands have; absent where no router was asked, for today's. */
  readonly dialect?: Dialect;
  readonly clock: Clock;
  readonly ntp: NtpStatus;
  /** The `clock …` and `ntp …` lines of the running configuration. */
  readonly timeLines: readonly string[];
  readonly keypairs: readonly PrintedKeypair[];
  readonly status: readonly TrustpointStatus[];
  readonly certificates: readonly PrintedCertificate[];
  readonly running: RunningPki;
  /** The `ip http …` lines of the running configuration, where the HTTPS server is to show a certificate. */
  readonly https?: readonly string[];
  /** Undefined when the startup configuration could not be read. */
  readonly startup: RunningPki | undefined;
  /** Read for renewals, where the router is set to renew by itself; absent where it refused to show them. */
  readonly timers?: PkiTimers;
  /** What an offline CA has of trustpoints, by their names. */
  readonly errands?: ReadonlyMap<string, StandingErrand>;
  /** The whole running configuration, where the device has keys that are rolled. */
  readonly lines?: readonly PlacedLine[];
}

/** A request that an earlier run took to an offline CA, or the certificates that came for it. */
export interface StandingErrand {
  readonly kind: 'asked' | 'answered';
  /** Files, for people. */
  readonly where: string;
}

/** What an observation says of one trustpoint. */
export interface TrustpointView {
  readonly lines: ConfiguredTrustpoint | undefined;
  readonly stage: EnrollmentStage;
  /** The router's own certificate as it is printed and as it stands in the running configuration; with usage keys the first. */
  readonly printed: PrintedCertificate | undefined;
  readonly identity: ConfiguredCertificate | undefined;
  /** All of the router's own certificates: with usage keys one for signatures, and one for encryption behind it. */
  readonly identities: readonly HeldIdentity[];
  /** CA and RA certificates of the chain. */
  readonly authorities: readonly ConfiguredCertificate[];
  readonly pending: PrintedCertificate | undefined;
  readonly errand: StandingErrand | undefined;
  readonly status: TrustpointStatus | undefined;
}

/** One trustpoint's part of an observation. The stage comes from the router's own status, or what an offline CA has; never from memory. */
export function viewTrustpoint(observation: Observation, name: string): TrustpointView {
  const own = observation.certificates.filter(({ trustpoints }) => trustpoints.includes(name));
  const chain = observation.running.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  const lines = observation.running.trustpoints.find((trustpoint) => trustpoint.name === name);
  // A self-signed certificate is the trustpoint's own where the router was told to sign it.
  const identityKinds = new Set(lines?.lines.some(isSelfSigning) === true ? ['self-signed'] : ['identity']);
  const printed = own.filter(
    ({ kind, status, rollover }) => identityKinds.has(kind) && status !== 'Pending' && !rollover,
  );
  const configured = chain.filter(({ kind }) => identityKinds.has(kind));
  const identities = identitiesOf(configured, printed, observation.keypairs);
  const view = {
    lines,
    printed: identities.find((each) => each.printed !== undefined)?.printed,
    pending: own.find(({ status }) => status === 'Pending'),
    identity: identities.find((each) => each.configured !== undefined)?.configured,
    identities,
    authorities: chain.filter(({ kind }) => kind === 'ca' || kind === 'ra-sign' || kind === 'ra-encrypt'),
    errand: observation.errands?.get(name),
    status: observation.status.find((status) => status.name === name),
  };
  return { ...view, stage: stageOf(view) };
}

/** The certificate of a trustpoint for one use; for the general one whichever there is. */
export function identityFor({ identities }: TrustpointView, use: KeyUse): HeldIdentity | undefined {
  return use === 'general' ? identities[0] : identities.find((each) => each.use === use);
}

function isSelfSigning(line: string): boolean {
  return /^\s*enrollment selfsigned\b/.test(line);
}

function stageOf({
  lines,
  printed,
  pending,
  errand,
  identity,
  authorities,
  status,
}: Omit<TrustpointView, 'stage'>): EnrollmentStage {
  if (pending !== undefined || errand !== undefined) return 'pending';
  if (printed !== undefined || identity !== undefined) return 'granted';
  if (/reject/i.test(status?.lastEnrollment ?? '')) return 'rejected';
  if (authorities.length > 0 || status?.caAuthenticated === true) return 'ca-authenticated';
  if (status?.keysGenerated === true) return 'keys-generated';
  return lines === undefined ? 'unconfigured' : 'configured';
}

/** What the readers could not make sense of, as notes for the operator: nothing a router says is dropped silently. */
export function notUnderstood(observation: Observation): readonly string[] {
  const { clock, keypairs, status, certificates, running } = observation;
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['the clock', clock.notUnderstood],
    ['the key pairs', keypairs.flatMap((keypair) => keypair.notUnderstood)],
    ['the trustpoints', status.flatMap((trustpoint) => trustpoint.notUnderstood)],
    ['the certificates', certificates.flatMap((certificate) => certificate.notUnderstood)],
    ['the configuration', running.notUnderstood],
  ];
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(
      ([where, lines]) =>
        `not understood in ${where}: ${lines
          .slice(0, 5)
          .map((line) => line.trim())
          .join(' / ')}`,
    );
}
