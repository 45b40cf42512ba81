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

/** The CA certificate with every pinned fingerprint. */
export function pinnedAuthority({ authorities, expected }: Evidence): DecodedCertificate | undefined {
  return findPinned(authorities, expected.pins);
}

function findPinned(
  certificates: readonly DecodedCertificate[],
  pins: readonly Fingerprint[],
): DecodedCertificate | undefined {
  if (pins.length === 0) return undefined;
  return certificates.find((each) => pins.every((pin) => hasFingerprint(each, pin)));
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
  const way = wayUp(evidence);
  if ('broken' in way) return { ...way.broken, expected: way.expected };
  const { pool, stations } = way;
  const top = stations.at(-1);
  if (top === undefined) return { status: 'unknown', expected: way.expected, actual: 'there is no CA' };
  const path = findPath(identity, pool, top.certificate, evidence);
  if ('broken' in path) return { status: 'fail', expected: way.expected, actual: path.broken };
  const names = path.certificates.map(({ subject }) => describeName(subject)).join(' < ');
  const left = stations.find(
    ({ certificate: { der } }) => !path.certificates.some((each) => Buffer.compare(each.der, der) === 0),
  );
  if (left !== undefined) {
    const actual = `${names}; ${describeName(left.certificate.subject)}, ${left.what}, is not on the way`;
    return { status: 'fail', expected: way.expected, actual };
  }
  return path.notes.length === 0
    ? { status: 'pass', expected: way.expected, actual: names }
    : { status: 'note', expected: way.expected, actual: `${names}; ${path.notes.join('; ')}` };
}

/** A certificate that the way from the router's own has to pass. */
interface Station {
  readonly certificate: DecodedCertificate;
  readonly what: string;
}

type Way =
  | {
      readonly expected: string;
      readonly pool: readonly DecodedCertificate[];
      readonly stations: readonly Station[];
    }
  | { readonly expected: string; readonly broken: Pick<Verdict, 'status' | 'actual'> };

/** The pinned CAs from the one that signs to the root, as far as the inventory has trustpoints for them. */
function wayUp(evidence: Evidence): Way {
  const { authorities, above, others, expected: wanted } = evidence;
  const { issuerPins } = wanted;
  const top = above.at(-1);
  const signer = issuerPins === undefined ? 'the pinned CA' : 'the pinned CA that issues';
  const expected = `signed by ${signer}${top === undefined ? '' : `, up to that of ${top.trustpoint}`}`;
  const first =
    issuerPins === undefined
      ? pinnedAuthority(evidence)
      : findPinned([...authorities, ...others], issuerPins);
  if (first === undefined) {
    // Without the pinned CA there is nothing a path could lead to; whether it exists is the check before this one.
    const { status } = checkPinned(evidence);
    const actual =
      issuerPins === undefined
        ? 'the pinned CA certificate is not at hand'
        : 'the router holds no CA certificate with the pinned fingerprint of the issuer: a ca-only trustpoint of that CA brings it';
    return { expected, broken: { status: issuerPins === undefined ? status : 'fail', actual } };
  }
  const stations: Station[] = [{ certificate: first, what: signer }];
  for (const { trustpoint, pins, certificates } of above) {
    const certificate = findPinned(certificates, pins);
    if (certificate === undefined)
      return {
        expected,
        broken: { status: 'fail', actual: `the pinned CA certificate of ${trustpoint} is not at hand` },
      };
    stations.push({ certificate, what: `the CA of ${trustpoint}` });
  }
  const pool = [
    ...authorities,
    ...above.flatMap(({ certificates }) => certificates),
    ...(issuerPins === undefined ? [] : others),
  ];
  return { expected, pool, stations };
}
