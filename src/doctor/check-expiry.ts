import { describeName } from '../pki/names.ts';
import type { AuthorityFacts, ShownCertificate } from './facts.ts';
import type { DoctorFinding } from './finding.ts';
import type { Wants } from './wants.ts';
import { DAY_MS, dateOf, inDays } from './words.ts';

/** Sooner than this an end wants somebody to do something. */
const SOON_MS = 90 * DAY_MS;

/** Whether CA and RA certificates last, and what comes after. */
export function checkExpiry(
  wants: Pick<Wants, 'users' | 'certificateLifeMs' | 'renewBeforeMs'>,
  { certificates, next, capabilities }: Pick<AuthorityFacts, 'certificates' | 'next' | 'capabilities'>,
  now: Date,
): readonly DoctorFinding[] {
  if (certificates === undefined || 'failed' in certificates) return [];
  const of = (...roles: readonly ShownCertificate['role'][]) =>
    certificates.value.filter(({ role }) => roles.includes(role));
  const ca = checkCa(of('ca', 'chain'), wants, now);
  const ra = of('ra');
  return [
    ca,
    checkRa(ra, now),
    checkNext(wants, { next, isSoon: ca.status !== 'pass', caps: capabilities }, now),
  ];
}

function checkCa(
  all: readonly ShownCertificate[],
  { certificateLifeMs, renewBeforeMs }: Pick<Wants, 'certificateLifeMs' | 'renewBeforeMs'>,
  now: Date,
): DoctorFinding {
  const first = firstToEnd(all);
  if (first === undefined) return { check: 'ca-expiry', status: 'skip', says: 'there is no CA certificate' };
  const says = `${nameOf(first)} ends ${dateOf(first.facts.notAfter)}, ${inDays(first.facts.notAfter, now)}`;
  const outside = notInForce(all, now);
  if (outside !== undefined) {
    const remedy =
      'nothing can be enrolled: the CA’s operator has to renew its certificate; then pin the new one';
    return { check: 'ca-expiry', status: 'fail', says: outside, remedy };
  }
  const left = first.facts.notAfter.getTime() - now.getTime();
  if (certificateLifeMs !== undefined && left < certificateLifeMs) {
    const life = Math.round(certificateLifeMs / DAY_MS);
    return {
      check: 'ca-expiry',
      status: 'warn',
      says: `${says}: before a certificate of ${life} days that is issued now`,
      remedy: 'certificates end with their CA: have the CA’s certificate renewed, and plan its rollover',
    };
  }
  if (left < Math.max(SOON_MS, renewBeforeMs)) {
    const remedy =
      'ask the CA’s operator for the next certificate and its fingerprint, and plan the rollover';
    return { check: 'ca-expiry', status: 'warn', says, remedy };
  }
  return { check: 'ca-expiry', status: 'pass', says };
}

function checkRa(all: readonly ShownCertificate[], now: Date): DoctorFinding {
  const first = firstToEnd(all);
  const outside = notInForce(all, now);
  const renew =
    'renew the registration authority’s certificates (NDES: CEP Encryption and Exchange Enrollment Agent, then restart IIS)';
  if (outside !== undefined) {
    return {
      check: 'ra-expiry',
      status: 'fail',
      says: outside,
      remedy: `${renew}: NDES answers nothing without them`,
    };
  }
  if (first === undefined)
    return { check: 'ra-expiry', status: 'pass', says: 'there is no registration authority' };
  const { notAfter } = first.facts;
  const says = `${nameOf(first)} ends ${dateOf(notAfter)}, ${inDays(notAfter, now)}`;
  return notAfter.getTime() - now.getTime() < SOON_MS
    ? { check: 'ra-expiry', status: 'warn', says, remedy: renew }
    : { check: 'ra-expiry', status: 'pass', says };
}

function checkNext(
  { users }: Pick<Wants, 'users'>,
  {
    next,
    isSoon,
    caps,
  }: {
    readonly next: AuthorityFacts['next'] | undefined;
    readonly isSoon: boolean;
    readonly caps: AuthorityFacts['capabilities'] | undefined;
  },
  now: Date,
): DoctorFinding {
  if (next === undefined) {
    const why =
      caps === undefined || 'failed' in caps
        ? 'GetCACaps gave no answer'
        : 'the CA does not offer GetNextCACert';
    const auto = users.some(({ trustpoint }) => trustpoint.autoEnroll !== undefined);
    const consequence = auto ? ', so routers with auto-enroll cannot roll over by themselves' : '';
    return isSoon
      ? {
          check: 'next-ca',
          status: 'warn',
          says: `${why}${consequence}`,
          remedy:
            'the next CA certificate has to be brought to the routers otherwise: change the pin, then enroll --replace-ca',
        }
      : { check: 'next-ca', status: 'pass', says: `${why}; its certificate has long to go` };
  }
  if ('failed' in next) {
    return {
      check: 'next-ca',
      status: 'warn',
      says: `the CA offers GetNextCACert and gives none that can be trusted: ${next.failed}`,
      remedy: 'routers that roll over by themselves will not take it either: tell the CA’s operator',
    };
  }
  const [first] = next.value;
  const from =
    first === undefined
      ? ''
      : `: ${nameOf(first)}, ${dateOf(first.facts.notBefore)} to ${dateOf(first.facts.notAfter)}`;
  const isOver = first !== undefined && first.facts.notAfter < now;
  return isOver
    ? {
        check: 'next-ca',
        status: 'warn',
        says: `the next CA certificate has ended${from}`,
        remedy: 'tell the CA’s operator',
      }
    : { check: 'next-ca', status: 'pass', says: `the next CA certificate is ready${from}` };
}

function firstToEnd(all: readonly ShownCertificate[]): ShownCertificate | undefined {
  return all.toSorted((a, b) => a.facts.notAfter.getTime() - b.facts.notAfter.getTime())[0];
}

function notInForce(all: readonly ShownCertificate[], now: Date): string | undefined {
  const ended = all.find(({ facts }) => facts.notAfter < now);
  if (ended !== undefined) {
    return `${nameOf(ended)} ended ${dateOf(ended.facts.notAfter)}, ${inDays(ended.facts.notAfter, now)}`;
  }
  const early = all.find(({ facts }) => facts.notBefore > now);
  return early === undefined
    ? undefined
    : `${nameOf(early)} is not in force before ${early.facts.notBefore.toISOString()}`;
}

function nameOf({ facts }: ShownCertificate): string {
  return describeName(facts.subject);
}
