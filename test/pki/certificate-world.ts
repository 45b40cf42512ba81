import type { Finding } from '../../src/domain/finding.ts';
import type { PrintedCertificate, PrintedDate } from '../../src/domain/printed-certificate.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { type ReplacedCertificate, type VerificationInput, verifyCertificate } from '../../src/pki/verify.ts';
import {
  type CertificateRequest,
  CRL_SIGN,
  DIGITAL_SIGNATURE,
  fingerprintOf,
  issue,
  KEY_CERT_SIGN,
  KEY_ENCIPHERMENT,
  type Made,
  rsaKeys,
} from './make-certificate.ts';

export const [ROUTER_KEYS, ROOT_KEYS, OTHER_KEYS] = [rsaKeys(2048), rsaKeys(), rsaKeys()];
export const CA_REQUEST = {
  subject: ['O=Example', 'CN=Branch CA'],
  ca: true,
  usage: [KEY_CERT_SIGN, CRL_SIGN],
  serial: '01',
};
export const ROOT = issue({ ...CA_REQUEST, keys: ROOT_KEYS });
export const IMPOSTOR = issue({ ...CA_REQUEST, keys: OTHER_KEYS });
export const HOST = 'br-1.example.net';
export const REQUEST: CertificateRequest = {
  subject: ['O=Example', 'OU=Branches', `CN=${HOST}`, `serialNumber=9HI3+unstructuredName=${HOST}`],
  issuer: ROOT,
  keys: ROUTER_KEYS,
  serial: '1A2B',
  usage: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT],
  dnsNames: [HOST],
};
export const NOW = new Date('2026-11-21T12:00:00Z');

/** A date as a router prints it that lives `minutes` east of UTC. */
export function print(instant: Date, minutes: number, zone = 'CET'): PrintedDate {
  const local = new Date(instant.getTime() + minutes * 60_000);
  return {
    text: `${local.toISOString().slice(11, 19)} ${zone} ${local.toDateString().slice(4)}`,
    local,
    zone,
  };
}

/** What a router would print of a certificate: its names backwards, `hostname` spelt out by the reader. */
export function printOf(made: Made, changes: Partial<PrintedCertificate> = {}): PrintedCertificate {
  const { serial, subject, issuer, notBefore, notAfter } = decodeCertificate(made.der);
  return {
    kind: 'identity',
    head: 'Certificate',
    rollover: false,
    status: 'Available',
    serial,
    subject: subject.toReversed(),
    issuer: issuer.toReversed(),
    startDate: print(notBefore, 60),
    endDate: print(notAfter, 60),
    trustpoints: ['BRANCH', 'OTHER'],
    fingerprints: [],
    requestFingerprints: [],
    notUnderstood: [],
    ...changes,
  };
}

export function inputFor(made: Made, changes: Partial<VerificationInput> = {}): VerificationInput {
  return {
    trustpoint: 'BRANCH',
    expected: {
      subject: `CN=${HOST},OU=Branches,O=Example`,
      fqdn: HOST,
      serialNumberAsked: true,
      keyBits: 2048,
      pins: [fingerprintOf(ROOT, 'SHA1'), fingerprintOf(ROOT, 'SHA256')],
    },
    identityDer: made.der,
    chainDers: [ROOT.der],
    printed: printOf(made),
    routerKey: made.spki,
    routerNow: NOW,
    now: NOW,
    maxSkewMs: 60_000,
    previous: replaced({ publicKey: made.spki }),
    https: { missing: [] },
    startup: { serials: ['1A2B', '01'] },
    ...changes,
  };
}

/** A certificate of the same key that ended earlier. */
export function replaced(changes: Partial<ReplacedCertificate>): ReplacedCertificate {
  return {
    serial: '0A',
    notAfter: new Date('2026-12-01T00:00:00Z'),
    publicKey: GOOD.spki,
    keyWanted: 'same',
    ...changes,
  };
}

export const GOOD = issue(REQUEST);
export const { usage: _usage, ...WITHOUT_USAGE } = REQUEST;
export const { endDate: _end, ...WITHOUT_END } = printOf(GOOD);
export const asked = (changes: Partial<VerificationInput['expected']>): Partial<VerificationInput> => ({
  expected: { ...inputFor(GOOD).expected, ...changes },
});
/** A certificate that differs from the good one, held against the same expectations. */
export const given = (changes: Partial<CertificateRequest>): VerificationInput =>
  inputFor(issue({ ...REQUEST, ...changes }));
export const held = (changes: Partial<VerificationInput>): VerificationInput => inputFor(GOOD, changes);
export const printed = (changes: Partial<PrintedCertificate>): VerificationInput =>
  held({ printed: printOf(GOOD, changes) });

/** The findings that are no plain pass: `check: status`. */
export function unusual(findings: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(
    findings.filter(({ status }) => status !== 'pass').map(({ check, status }) => [check, status]),
  );
}

export function actual(input: VerificationInput, check: Finding['check']): string {
  return verifyCertificate(input).find((finding) => finding.check === check)?.actual ?? '';
}

export const SUB_KEYS = rsaKeys();
export const sub = (changes: Partial<CertificateRequest> = {}): Made =>
  issue({
    subject: ['O=Example', 'CN=Sub CA'],
    issuer: ROOT,
    keys: SUB_KEYS,
    ca: true,
    usage: [KEY_CERT_SIGN],
    serial: '05',
    ...changes,
  });
export const underSub = (
  middle: Made,
  root = ROOT,
  changes: Partial<VerificationInput> = {},
): VerificationInput =>
  inputFor(issue({ ...REQUEST, issuer: middle }), {
    chainDers: [root.der, middle.der],
    ...asked({ pins: [fingerprintOf(root, 'MD5')] }),
    ...changes,
  });
export const underRoot = (root: Made, pins = [fingerprintOf(root, 'SHA256')]): VerificationInput =>
  inputFor(issue({ ...REQUEST, issuer: root }), { chainDers: [root.der], ...asked({ pins }) });
export const root = (changes: Partial<CertificateRequest>): Made =>
  issue({ ...CA_REQUEST, keys: ROOT_KEYS, ...changes });
