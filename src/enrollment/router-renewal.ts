import type { Finding } from '../domain/finding.ts';
import { formatFingerprint } from '../domain/fingerprint.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { findPath } from '../pki/chain.ts';
import type { DecodedCertificate } from '../pki/decode.ts';
import { describeName } from '../pki/names.ts';
import { recallCertificate } from '../pki/recall.ts';
import { judgeAutoEnroll } from './auto-enroll.ts';
import { caEndsOf } from './ca-ends.ts';
import { type Observation, type TrustpointView, viewTrustpoint } from './observation.ts';

type Verdict = Pick<Finding, 'status' | 'expected' | 'actual'>;

/**
 * What becomes of a certificate by itself: whether the router's own renewal will work, where it is set, and whether what it
 * keeps for the CA's rollover fits together. Nothing where neither is. Pure.
 */
export function examineOwnRenewal(
  trustpoint: Trustpoint,
  observation: Observation,
  { maxSkewMs }: { readonly maxSkewMs: number },
): readonly Finding[] {
  const view = viewTrustpoint(observation, trustpoint.name);
  const about = { trustpoint: trustpoint.name } as const;
  const itself = autoEnrollVerdict(trustpoint, view, observation);
  const shadow = rolloverVerdict(observation, view, trustpoint.name, maxSkewMs);
  return [
    ...(itself === undefined ? [] : [{ check: 'auto-enroll-works' as const, ...about, ...itself }]),
    ...(shadow === undefined ? [] : [{ check: 'rollover-fits' as const, ...about, ...shadow }]),
  ];
}

/** A line of the router's own that the inventory does not ask for is told of, and fails nothing. */
function autoEnrollVerdict(
  trustpoint: Trustpoint,
  view: TrustpointView,
  observation: Observation,
): Verdict | undefined {
  const isAsked = trustpoint.autoEnroll !== undefined;
  if (view.identity?.der === undefined || (!isAsked && observation.timers === undefined)) return undefined;
  const life = tryDecode(view.identity.der);
  if (life === undefined) return undefined;
  const itself = judgeAutoEnroll(trustpoint, view, observation, {
    life,
    caEnd: caEndsOf(trustpoint, view, observation).first,
  });
  if (itself === undefined) return undefined;
  const expected = 'renewed by the router itself before it ends';
  if (itself.works) return { status: 'pass', expected, actual: `the router’s timer ends ${day(itself.at)}` };
  // A user who may not see the timers is no fault of the renewal.
  const isJudged = isAsked && observation.timers !== undefined;
  return { status: isJudged ? 'fail' : 'note', expected, actual: itself.why };
}

/** The certificates that wait for the CA's rollover (`auto-rollover`, IOS security command reference). */
function rolloverVerdict(
  { running, at }: Observation,
  { identity }: TrustpointView,
  name: string,
  maxSkewMs: number,
): Verdict | undefined {
  const chain = running.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  const held = chain.filter(({ kind }) => kind === 'rollover' || kind === 'rollover-ca');
  if (held.length === 0) return undefined;
  const expected = 'the next certificate, signed by the next CA';
  const nextCa = decoded(held.find(({ kind }) => kind === 'rollover-ca')?.der);
  const own = held.find(({ kind }) => kind === 'rollover');
  const next = decoded(own?.der);
  if (nextCa === undefined)
    return { status: 'fail', expected, actual: 'the next CA certificate cannot be read' };
  const sha256 = nextCa.fingerprints.find(({ hash }) => hash === 'SHA256');
  const print = sha256 === undefined ? '' : `, ${formatFingerprint(sha256)}`;
  const taking = `${describeName(nextCa.subject)} takes over ${day(nextCa.notBefore)}${print}: pin it, too`;
  if (own === undefined)
    return { status: 'note', expected, actual: `${taking}; the router has no certificate of it yet` };
  if (next === undefined) return { status: 'fail', expected, actual: 'the next certificate cannot be read' };
  const present = decoded(identity?.der);
  if (present !== undefined && Buffer.compare(present.subjectDer, next.subjectDer) !== 0) {
    const actual = `the next certificate is for ${describeName(next.subject)}, not for ${describeName(present.subject)}`;
    return { status: 'fail', expected, actual };
  }
  const now = new Date(Math.max(at.getTime(), next.notBefore.getTime(), nextCa.notBefore.getTime()));
  const path = findPath(next, [nextCa], nextCa, { now, maxSkewMs });
  if ('broken' in path) return { status: 'fail', expected, actual: path.broken };
  return {
    status: 'note',
    expected,
    actual: `${taking}; the router’s next certificate ends ${day(next.notAfter)}`,
  };
}

function decoded(der: Uint8Array | undefined): DecodedCertificate | undefined {
  return der === undefined ? undefined : tryDecode(der);
}

/** What cannot be read is told by the checks of the certificate itself. */
function tryDecode(der: Uint8Array): DecodedCertificate | undefined {
  try {
    return recallCertificate(der);
  } catch {
    return undefined;
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
