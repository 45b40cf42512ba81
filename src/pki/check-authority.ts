import { type Fingerprint, formatFingerprint, sameFingerprint } from '../domain/fingerprint.ts';
import { findPath, isSignedByItself } from './chain.ts';
import type { DecodedCertificate } from './decode.ts';
import { describeName } from './names.ts';
import type { Evidence, Verdict } from './verify.ts';

/** Every pin must be a fingerprint of one and the same CA certificate. */
export function checkAuthority(evidence: Evidence): Verdict | undefined {
  return evidence.expected.selfSigned === true ? undefined : checkPinned(evidence);
}

function checkPinned(evidence: Evidence): Verdict {
  const { authorities, unreadableAuthorities } = evidence;
  const { pins } = evidence.expected;
  const expected = pins.map(formatFingerprint).join(', ');
  if (pins.length === 0)
    return { status: 'fail', expected: 'a pinned fingerprint', actual: 'none is pinned' };
  const pinned = pinnedAuthority(evidence);
  if (pinned !== undefined) return { status: 'pass', expected, actual: describeName(pinned.subject) };
  if (unreadableAuthorities > 0) {
    const actual = `${unreadableAuthorities} of the router’s CA certificates cannot be read`;
    return { status: 'unknown', expected, actual };
  }
  if (authorities.length === 0) {
    return { status: 'fail', expected, actual: 'the router holds no CA certificate' };
  }
  return { status: 'fail', expected, actual: authorities.map((each) => showHashes(each, pins)).join('; ') };
}

function pinnedAuthority({ authorities, expected }: Evidence): DecodedCertificate | undefined {
  if (expected.pins.length === 0) return undefined;
  return authorities.find((each) => expected.pins.every((pin) => hasFingerprint(each, pin)));
}

function hasFingerprint({ fingerprints }: DecodedCertificate, pin: Fingerprint): boolean {
  return fingerprints.some((each) => sameFingerprint(each, pin));
}

/** The same hashes as the pins, so that the two can be laid side by side. */
function showHashes(authority: DecodedCertificate, pins: readonly Fingerprint[]): string {
  const hashes = new Set(pins.map(({ hash }) => hash));
  const shown = authority.fingerprints.filter(({ hash }) => hashes.has(hash)).map(formatFingerprint);
  return `${describeName(authority.subject)} has ${shown.join(', ')}`;
}

/** From the router's certificate to the pinned CA, or to itself where the router signs. */
export function checkChain(evidence: Evidence): Verdict {
  const { identity } = evidence;
  const expected = evidence.expected.selfSigned === true ? 'signed by itself' : 'signed by the pinned CA';
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  if (evidence.expected.selfSigned === true) {
    return isSignedByItself(identity)
      ? { status: 'pass', expected, actual: describeName(identity.subject) }
      : { status: 'fail', expected, actual: `its issuer is ${describeName(identity.issuer)}` };
  }
  const anchor = pinnedAuthority(evidence);
  if (anchor === undefined) {
    // Without the pinned CA there is nothing a path could lead to; whether it exists is the check before this one.
    const { status } = checkPinned(evidence);
    return { status, expected, actual: 'the pinned CA certificate is not at hand' };
  }
  const path = findPath(identity, evidence.authorities, anchor, evidence);
  if ('broken' in path) return { status: 'fail', expected, actual: path.broken };
  const way = path.certificates.map(({ subject }) => describeName(subject)).join(' < ');
  return path.notes.length === 0
    ? { status: 'pass', expected, actual: way }
    : { status: 'note', expected, actual: `${way}; ${path.notes.join('; ')}` };
}
