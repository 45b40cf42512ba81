import type { CertificateFacts } from '../domain/certificate.ts';
import { type Fingerprint, sameFingerprint } from '../domain/fingerprint.ts';
import { describeName } from '../pki/names.ts';
import type { AuthorityFacts, ShownCertificate } from './facts.ts';
import type { DoctorFinding } from './finding.ts';
import type { Wants } from './wants.ts';
import { count } from './words.ts';

const ROLE_WORDS: Readonly<Record<ShownCertificate['role'], string>> = {
  ca: 'the issuing CA',
  chain: 'a CA above the issuing one',
  ra: 'a registration authority',
  other: 'a certificate that belongs to none of the others',
  'next-ca': 'the next CA',
};

export function roleWords(role: ShownCertificate['role']): string {
  return ROLE_WORDS[role];
}

/** The certificates of the answer: that there are some, that they are the pinned ones, and what they may be used for. */
export function checkCertificates(
  { authority }: Pick<Wants, 'authority'>,
  { certificates, next }: Pick<AuthorityFacts, 'certificates' | 'next'>,
): readonly DoctorFinding[] {
  if (certificates === undefined) return [];
  if ('failed' in certificates) {
    return [
      {
        check: 'certificates',
        status: 'fail',
        says: `GetCACert gives none: ${certificates.failed}`,
        remedy: authority.scep.ra
          ? 'check the path of scep.url (NDES: /certsrv/mscep/mscep.dll); at NDES, events 7 and 10 in the Application log tell of its certificates'
          : 'check the path of scep.url with the CA’s operator: routers append /pkiclient.exe to it',
      },
    ];
  }
  const all = certificates.value;
  const ahead = next !== undefined && 'value' in next ? next.value : [];
  return [
    {
      check: 'certificates',
      status: 'pass',
      says: `GetCACert gives ${count(all.length, 'certificate')}: ${listRoles(all)}`,
    },
    checkPins(authority.fingerprints, [...all, ...ahead]),
    checkMode(authority.scep.ra, all),
    ...checkUsage(all),
  ];
}

function listRoles(all: readonly ShownCertificate[]): string {
  const names = { ca: 'the issuing CA', ra: 'RA', chain: 'above it', other: 'unrelated', 'next-ca': 'next' };
  const roles = (['ca', 'ra', 'chain', 'other'] as const).flatMap((role) => {
    const number = all.filter((one) => one.role === role).length;
    return number === 0 ? [] : [role === 'ca' ? names.ca : `${number} ${names[role]}`];
  });
  return roles.join(', ');
}

function checkPins(pins: readonly Fingerprint[], all: readonly ShownCertificate[]): DoctorFinding {
  const has = ({ fingerprints }: CertificateFacts, pin: Fingerprint): boolean =>
    fingerprints.some((one) => sameFingerprint(one, pin));
  const hashes = pins.map(({ hash }) => hash).join(' and ');
  const ca = all.find(({ role }) => role === 'ca');
  const name = (one: ShownCertificate): string =>
    `${roleWords(one.role)} (${describeName(one.facts.subject)})`;
  const pinned = all.filter(({ facts }) => pins.every((pin) => has(facts, pin)));
  const [first] = pinned.toSorted((a, b) => Number(b.role === 'ca') - Number(a.role === 'ca'));
  if (first?.role === 'ca') {
    return {
      check: 'pins',
      status: 'pass',
      says: `${hashes} ${pins.length === 1 ? 'is' : 'are'} of ${name(first)}`,
    };
  }
  if (first !== undefined) {
    return {
      check: 'pins',
      status: 'fail',
      says: `${hashes} ${pins.length === 1 ? 'is' : 'are'} of ${name(first)}, and routers show the issuing CA’s`,
      remedy: 'pin the fingerprint of the issuing CA, listed above, after its operator has confirmed it',
    };
  }
  const half = all.filter(({ facts }) => pins.some((pin) => has(facts, pin)));
  if (half.length > 0) {
    const told = pins.map((pin) => {
      const owner = half.find(({ facts }) => has(facts, pin));
      return owner === undefined ? `${pin.hash} is of none` : `${pin.hash} is of ${name(owner)}`;
    });
    return {
      check: 'pins',
      status: 'fail',
      says: `the pins are not of one certificate: ${told.join(', ')}`,
      remedy: 'all pins of a CA must be of one certificate: ask its operator which one is right',
    };
  }
  return {
    check: 'pins',
    status: 'fail',
    says: `no certificate here has the pinned ${hashes}${ca === undefined ? '' : `; ${name(ca)} answers instead`}`,
    remedy:
      'ask the CA’s operator, on another way than this network, for the fingerprints: if they are those listed above, pin them; if not, somebody else answers here',
  };
}

function checkMode(isRaWanted: boolean, all: readonly ShownCertificate[]): DoctorFinding {
  const number = all.filter(({ role }) => role === 'ra').length;
  const seen =
    number === 0 ? 'the CA answers by itself' : `${count(number, 'certificate')} of a registration authority`;
  if (isRaWanted === number > 0) return { check: 'ra-mode', status: 'pass', says: seen };
  return {
    check: 'ra-mode',
    status: 'fail',
    says: `${seen}, and the inventory says scep.ra: ${isRaWanted}`,
    remedy: `set scep: { ra: ${!isRaWanted} } for this authority`,
  };
}

/** Requests are encrypted to the RA that may be encrypted to, or to the CA; replies are signed by either. */
function checkUsage(all: readonly ShownCertificate[]): readonly DoctorFinding[] {
  const ra = all.filter(({ role }) => role === 'ra').map(({ facts }) => facts);
  const ca = all.filter(({ role }) => role === 'ca').map(({ facts }) => facts);
  const responsible = ra.length > 0 ? ra : ca;
  const who = ra.length > 0 ? 'registration authority' : 'CA';
  const may = (usage: string) => (one: CertificateFacts) => one.keyUsage?.includes(usage) ?? true;
  const opens = responsible.filter(may('keyEncipherment'));
  const signs = responsible.filter(may('digitalSignature'));
  const lacking = [
    ...(opens.length === 0 ? ['keyEncipherment'] : []),
    ...(signs.length === 0 ? ['digitalSignature'] : []),
  ];
  const noRsa = [...new Set([...opens, ...signs])].find(({ keyAlgorithm }) => keyAlgorithm !== 'rsa');
  if (noRsa !== undefined) {
    return [
      {
        check: 'ra-usage',
        status: 'fail',
        says: `${describeName(noRsa.subject)} has ${noRsa.keyAlgorithm === 'ec' ? 'an elliptic curve' : 'another'} key, and SCEP needs RSA`,
        remedy: 'put a registration authority with RSA keys before the CA',
      },
    ];
  }
  if (lacking.length > 0) {
    return [
      {
        check: 'ra-usage',
        status: ra.length > 0 ? 'fail' : 'warn',
        says: `no certificate of the ${who} has the key usage ${lacking.join(' and ')} (RFC 8894 3.1)`,
        remedy:
          ra.length > 0
            ? 'renew the registration authority’s certificates from the right templates (NDES: CEP Encryption, and Exchange Enrollment Agent (Offline request))'
            : 'many CAs lack it and routers take it; where enrollment fails, have the CA certificate made with it',
      },
    ];
  }
  const bits = Math.min(...[...opens, ...signs].map(({ keyBits }) => keyBits));
  const says = `${count(opens.length, 'certificate')} of the ${who} may be encrypted to, ${signs.length} may sign; RSA, ${bits} bits at least`;
  if (bits >= 2048) return [{ check: 'ra-usage', status: 'pass', says }];
  const remedy = 'have its keys made anew with 2048 bits or more';
  return [{ check: 'ra-usage', status: 'warn', says, remedy }];
}
