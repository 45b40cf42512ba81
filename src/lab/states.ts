import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { encodeName, keyUsage, nameFromText, publicKeyInfo } from '../scep/index.ts';
import { LabAuthority } from './ca/authority.ts';
import type { LabCa } from './ca/lab-ca.ts';
import type { PresetTrustpoint } from './router/options.ts';
import { PERSONALITIES, type Release } from './router/personality.ts';

/** What a router may hold before anybody works on it: "the router ...". */
export const STATES = {
  /** The key pair of the inventory's label is there, and another trustpoint names it. */
  'key-of-another': 'has the key pair already, in use by another trustpoint',
  /** The trustpoint is there with lines that the inventory does not ask for and that do no harm. */
  'other-lines': 'has the trustpoint already, with lines of its own',
  /** The trustpoint is there with a stored challenge password. */
  'spoiling-lines': 'has the trustpoint already, with a password of its own',
  /** The trustpoint trusts another CA. */
  'other-ca': 'trusts another CA already',
  /** The CA was accepted, a key made, and nothing asked for. */
  authenticated: 'is authenticated, not enrolled',
  /** A request was sent yesterday; the router has given up asking for its answer. */
  pending: 'has a request pending since yesterday',
  /** The certificate ended yesterday. */
  expired: 'holds a certificate that ended yesterday',
} as const;

export type StateName = keyof typeof STATES;

/** Who the router is to be, for its CA. */
export interface StateFacts {
  readonly release: Release;
  readonly trustpoint: string;
  readonly fqdn: string;
  readonly ca: LabCa;
  readonly now: Date;
}

/** A certificate of so many days' age, with so many days left. */
export interface CertificateAge {
  readonly daysOld: number;
  readonly daysLeft: number;
}

const DAY_MS = 86_400_000;
const makeKeyPair = promisify(generateKeyPair);

/** The trustpoints a router in that state has when it starts. */
export async function trustpointsIn(state: StateName, facts: StateFacts): Promise<PresetTrustpoint[]> {
  const { trustpoint, ca } = facts;
  const lines = presetLines(facts);
  const trusted = { ca: ca.authority.ca.certificate, ras: raCertificates(ca) };
  const key = { label: trustpoint, privateKey: await newKey() };
  switch (state) {
    case 'key-of-another':
      return [
        { trustpoint: 'VPN', lines: ['enrollment url http://192.0.2.9', `rsakeypair ${trustpoint}`], key },
      ];
    case 'other-lines':
      return [{ trustpoint, lines: [...lines, 'usage ike', 'enrollment retry count 20'] }];
    case 'spoiling-lines':
      return [{ trustpoint, lines: [...lines, 'password 0 left-behind'] }];
    case 'other-ca': {
      const other = await LabAuthority.create({ name: 'CN=Old CA,O=Example', withRa: false, now: facts.now });
      return [
        {
          trustpoint,
          lines: lines.filter((line) => !line.startsWith('fingerprint')),
          ca: other.ca.certificate,
          key,
        },
      ];
    }
    case 'authenticated':
      return [{ trustpoint, lines, key, ...trusted }];
    case 'pending':
      return [{ trustpoint, lines, key, ...trusted, pending: true }];
    case 'expired':
      return [await enrolledTrustpoint(facts, { daysOld: 366, daysLeft: -1 })];
  }
}

/** A certificate that an earlier enrollment brought, with its key and the trustpoint as it was configured then. */
export async function enrolledTrustpoint(facts: StateFacts, age: CertificateAge): Promise<PresetTrustpoint> {
  const { trustpoint, ca, fqdn, now } = facts;
  const privateKey = await newKey();
  const certificate = ca.authority.grant(
    {
      der: new Uint8Array(),
      subject: encodeName([...nameFromText(subjectName(fqdn)), [{ type: 'unstructuredname', value: fqdn }]]),
      publicKey: publicKeyInfo(privateKey),
      extensions: [keyUsage(['digitalSignature', 'keyEncipherment'])],
    },
    {
      notBefore: new Date(now.getTime() - age.daysOld * DAY_MS),
      notAfter: new Date(now.getTime() + age.daysLeft * DAY_MS),
    },
    { challenge: undefined, transactionId: `preset-${fqdn}`, renewal: false },
  );
  return {
    trustpoint,
    lines: presetLines(facts),
    key: { label: trustpoint, privateKey },
    certificate,
    ca: ca.authority.ca.certificate,
    ras: raCertificates(ca),
  };
}

function presetLines({ ca, trustpoint, fqdn, release }: StateFacts): readonly string[] {
  const { lacks } = PERSONALITIES[release];
  return [
    `enrollment url ${ca.enrollmentUrl}`,
    ...(ca.profile === 'ndes' ? ['enrollment mode ra'] : []),
    'serial-number none',
    `fqdn ${fqdn}`,
    'ip-address none',
    `subject-name ${subjectName(fqdn)}`,
    ...(lacks.includes('fingerprint') ? [] : [`fingerprint ${ca.authority.fingerprint('sha1')}`]),
    lacks.includes('revocation-check') ? 'crl optional' : 'revocation-check none',
    `rsakeypair ${trustpoint} 2048`,
    ...(lacks.includes('hash') ? [] : ['hash sha256']),
  ];
}

function subjectName(fqdn: string): string {
  return `CN=${fqdn},OU=Branches,O=Example`;
}

function raCertificates({ authority: { ra } }: LabCa): readonly Uint8Array[] {
  return ra === undefined ? [] : [ra.signing.certificate, ra.encryption.certificate];
}

async function newKey(): Promise<KeyObject> {
  const { privateKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  return privateKey;
}
