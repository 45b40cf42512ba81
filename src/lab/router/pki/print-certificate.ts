import { createPublicKey } from 'node:crypto';

import { digestOfEcdsaOid } from '../../../scep/algorithms.ts';
import { readElement, readOid } from '../../../scep/asn1/read.ts';
import type { Certificate } from '../../../scep/index.ts';
import type { RouterClock } from '../clock.ts';
import type { ListingManners } from '../personality.ts';
import { crlUrls, extensionLines } from './extension-lines.ts';
import { curveBits } from './key-store.ts';
import {
  groupedHash,
  nameAttribute,
  nameParts,
  type StoredCertificate,
  serialOf,
  storageName,
} from './stored-certificate.ts';

export interface BlockOptions {
  readonly kind: 'identity' | 'self-signed' | 'rollover' | 'ca' | 'ca-rollover' | 'ra-sign' | 'ra-encrypt';
  readonly clock: RouterClock;
  readonly listing: ListingManners;
  readonly trustpoints: readonly string[];
  readonly verbose: boolean;
  /** When the certificate renews itself. */
  readonly renewAt?: Date;
}

/** One block of `show crypto pki certificates`. */
export function certificateBlock(stored: StoredCertificate, options: BlockOptions): readonly string[] {
  const { kind, clock, listing, trustpoints, verbose } = options;
  const renewAt = options.renewAt ?? (showsNoRenewal(options) ? new Date(0) : undefined);
  const { certificate } = stored;
  const urls = crlUrls(certificate);
  return [
    HEADS[kind],
    '  Status: Available',
    ...(verbose ? [`  Version: ${certificate.version}`] : []),
    `  ${listing.serialLabel}: ${serialOf(stored)}`,
    `  Certificate Usage: ${usageOf(stored, kind)}`,
    '  Issuer: ',
    ...nameLines(certificate.issuer, listing),
    ...subjectHead(stored, kind),
    ...nameLines(certificate.subject, listing),
    ...(urls.length === 0 ? [] : [`  ${listing.crlLabel}: `, ...urls.map((url) => `    ${url}`)]),
    '  Validity Date: ',
    `    start date: ${clock.formatDate(certificate.notBefore)}`,
    `    end   date: ${clock.formatDate(certificate.notAfter)}`,
    ...(renewAt === undefined ? [] : [`    renew date: ${clock.formatDate(renewAt)}`]),
    ...(verbose ? verboseLines(stored, clock) : []),
    `  Associated Trustpoints: ${trustpoints.join(' ')} `,
    ...(stored.saved ? [`  Storage: ${storageName(stored, isOwn(kind) ? 'identity' : 'ca')}`] : []),
    ...(verbose && stored.keyLabel !== undefined ? [`  Key Label: ${stored.keyLabel}`] : []),
  ];
}

// The heads of RA blocks are recalled from old examples: a listing with them is not known from captures.
const HEADS: Readonly<Record<BlockOptions['kind'], string>> = {
  identity: 'Certificate',
  'self-signed': 'Router Self-Signed Certificate',
  rollover: 'Certificate (Rollover)',
  ca: 'CA Certificate',
  'ca-rollover': 'CA Certificate (Rollover)',
  'ra-sign': 'RA Signature Certificate',
  'ra-encrypt': 'RA KeyEncipher Certificate',
};

export interface PendingBlock {
  readonly trustpoint: string;
  readonly fqdn: string | undefined;
  readonly serialNumber: string | undefined;
  readonly ipAddress: string | undefined;
  /** DER of the PKCS#10. */
  readonly request: Uint8Array;
  /** `General Purpose`, `Signature` or `Encryption`. */
  readonly usage: string;
}

/** The block of a request that is not granted yet: other indents, no names. */
export function pendingBlock(pending: PendingBlock): readonly string[] {
  const { trustpoint, fqdn, serialNumber, ipAddress, request, usage } = pending;
  return [
    'Certificate',
    '  Subject:',
    ...(fqdn === undefined ? [] : [`    Name: ${fqdn}`]),
    ...(ipAddress === undefined ? [] : [`    IP Address: ${ipAddress}`]),
    ...(serialNumber === undefined ? [] : [`    Serial Number: ${serialNumber}`]),
    '   Status: Pending',
    `   Key Usage: ${usage}`,
    `   Certificate Request Fingerprint MD5: ${groupedHash('md5', request)}`,
    `   Certificate Request Fingerprint SHA1: ${groupedHash('sha1', request)}`,
    `   Associated Trustpoint: ${trustpoint} `,
  ];
}

function usageOf({ certificate: { keyUsage } }: StoredCertificate, kind: BlockOptions['kind']): string {
  if (kind === 'ca' || kind === 'ca-rollover' || kind === 'ra-sign') return 'Signature';
  if (kind === 'ra-encrypt') return 'Encryption';
  const signs = keyUsage === undefined || keyUsage.includes('digitalSignature');
  const encrypts = keyUsage === undefined || keyUsage.includes('keyEncipherment');
  if (signs === encrypts) return 'General Purpose';
  return signs ? 'Signature' : 'Encryption';
}

function isOwn(kind: BlockOptions['kind']): boolean {
  return kind === 'identity' || kind === 'self-signed' || kind === 'rollover';
}

/** That the next CA's block has a `Name:` is inferred: a listing with shadow certificates is not known from captures. */
function subjectHead({ certificate: { subject } }: StoredCertificate, kind: BlockOptions['kind']) {
  if (isOwn(kind)) return ['  Subject:', ...ownNameLines(subject)];
  return kind === 'ca-rollover' ? ['  Subject: ', ...ownNameLines(subject)] : ['  Subject: '];
}

/** `Name:`, `Serial Number:` and `IP Address:` of a router's own certificate. */
function ownNameLines(subject: Uint8Array): readonly string[] {
  const name = nameAttribute(subject, 'unstructuredname') ?? nameAttribute(subject, 'cn');
  const lines = [
    ['Name', name],
    ['IP Address', nameAttribute(subject, 'unstructuredaddress')],
    ['Serial Number', nameAttribute(subject, 'serialnumber')],
  ] as const;
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [`    ${label}: ${value}`]));
}

/** One line a part; IOS breaks values at their commas, and the blank behind the comma stays. */
function nameLines(name: Uint8Array, { names }: ListingManners): readonly string[] {
  const parts = names === 'spaced' ? nameParts(name).map(spaced) : nameParts(name);
  return parts.flatMap((part) => part.split(',').map((piece) => `    ${piece}`));
}

/** `CN = R1`, `OID.1.2.840.113549.1.9.2 = R1.example.com` */
function spaced(part: string): string {
  return part.replace(/(^|\+)([a-z]+)=/gi, (_match, plus: string, type: string) => {
    const shown = type === 'hostname' ? 'OID.1.2.840.113549.1.9.2' : type.toUpperCase();
    return `${plus}${shown} = `;
  });
}

function showsNoRenewal({ kind, listing }: BlockOptions): boolean {
  return kind === 'identity' && listing.showsNoRenewalAs1970;
}

function verboseLines(
  { certificate, installedAt }: StoredCertificate,
  clock: RouterClock,
): readonly string[] {
  return [
    '  Subject Key Info:',
    ...keyLines(certificate),
    `  Fingerprint MD5: ${groupedHash('md5', certificate.der)}`,
    `  Fingerprint SHA1: ${groupedHash('sha1', certificate.der)}`,
    ...(certificate.extensions.length === 0 ? [] : extensionLines(certificate)),
    `  Cert install time: ${clock.formatDate(installedAt)} `,
  ];
}

/** The lines of an EC key but its size are not known from captures. */
function keyLines({ der, publicKey, signature }: Certificate): readonly string[] {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
    key: Buffer.from(publicKey),
    format: 'der',
    type: 'spki',
  });
  const signed =
    signature.digest === undefined
      ? `${ecdsaDigest(der)} with ECDSA`
      : `${signature.digest.toUpperCase()} with RSA Encryption`;
  const lines =
    asymmetricKeyType === 'ec'
      ? [
          '    Public Key Algorithm: ecEncryption',
          `    EC Public Key: (${curveBits(asymmetricKeyDetails?.namedCurve)} bit)`,
        ]
      : [
          '    Public Key Algorithm: rsaEncryption',
          `    RSA Public Key: (${asymmetricKeyDetails?.modulusLength ?? 0} bit)`,
        ];
  return [...lines, `  Signature Algorithm: ${signed}`];
}

function ecdsaDigest(der: Uint8Array): string {
  const algorithm = readElement(der, 'certificate').children[1]?.children[0];
  const digest = algorithm === undefined ? undefined : digestOfEcdsaOid(readOid(algorithm));
  return (digest ?? 'unknown').toUpperCase();
}
