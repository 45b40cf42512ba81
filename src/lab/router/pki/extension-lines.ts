import { type Element, readElement, readOid } from '../../../scep/asn1/read.ts';
import { contextTag, TAG } from '../../../scep/asn1/tags.ts';
import type { Certificate } from '../../../scep/index.ts';
import { grouped } from './stored-certificate.ts';

const KEY_USAGE_WORDS: readonly (readonly [string, string])[] = [
  ['digitalSignature', 'Digital Signature'],
  ['nonRepudiation', 'Non Repudiation'],
  ['keyEncipherment', 'Key Encipherment'],
  ['dataEncipherment', 'Data Encipherment'],
  ['keyAgreement', 'Key Agreement'],
  ['keyCertSign', 'Key Cert Sign'],
  ['cRLSign', 'CRL Signature'],
  ['encipherOnly', 'Encipher Only'],
  ['decipherOnly', 'Decipher Only'],
];

const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'Server Auth',
  '1.3.6.1.5.5.7.3.2': 'Client Auth',
  '1.3.6.1.5.5.7.3.3': 'Code Signing',
  '1.3.6.1.5.5.7.3.4': 'Email Protection',
  '1.3.6.1.5.5.7.3.5': 'IPSEC End System',
  '1.3.6.1.5.5.7.3.6': 'IPSEC Tunnel',
  '1.3.6.1.5.5.7.3.7': 'IPSEC User',
  '1.3.6.1.5.5.7.3.8': 'Time Stamping',
  '1.3.6.1.5.5.7.3.9': 'OCSP Signing',
};

const OID = {
  keyUsage: '2.5.29.15',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  crlPoints: '2.5.29.31',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** The `X509v3 extensions:` part of a verbose listing. */
export function extensionLines(certificate: Certificate): readonly string[] {
  return [
    '  X509v3 extensions:',
    ...keyUsageLines(certificate),
    ...keyIdLine('X509v3 Subject Key ID', subjectKeyId(certificate)),
    ...(certificate.isCa ? ['    X509v3 Basic Constraints:', '        CA: TRUE'] : []),
    ...keyIdLine('X509v3 Authority Key ID', authorityKeyId(certificate)),
    '    Authority Info Access:',
    ...purposeLines(certificate),
  ];
}

/** The URLs of the CRL distribution points. */
export function crlUrls(certificate: Certificate): readonly string[] {
  return elementsOf(certificate, OID.crlPoints)
    .filter(({ tag, constructed }) => tag === contextTag(6) && !constructed)
    .map(({ content }) => Buffer.from(content).toString('latin1'));
}

function keyUsageLines({ extensions, keyUsage }: Certificate): readonly string[] {
  const value = extensions.find(({ oid }) => oid === OID.keyUsage)?.value;
  if (value === undefined) return [];
  const words = KEY_USAGE_WORDS.filter(([name]) => keyUsage?.some((usage) => usage === name));
  const bits = Buffer.from(value.subarray(3)).toString('hex').toUpperCase().padEnd(8, '0');
  return [`    X509v3 Key Usage: ${bits}`, ...words.map(([, word]) => `      ${word}`)];
}

function keyIdLine(label: string, id: Uint8Array | undefined): readonly string[] {
  return id === undefined ? [] : [`    ${label}: ${grouped(Buffer.from(id).toString('hex').toUpperCase())}`];
}

function purposeLines(certificate: Certificate): readonly string[] {
  const purposes = elementsOf(certificate, OID.extendedKeyUsage)
    .filter(({ tag }) => tag === TAG.oid)
    .map(readOid);
  if (purposes.length === 0) return [];
  return ['    Extended Key Usage:', ...purposes.map((oid) => `        ${PURPOSES[oid] ?? oid}`)];
}

function subjectKeyId(certificate: Certificate): Uint8Array | undefined {
  return elementsOf(certificate, OID.subjectKeyId)[0]?.content;
}

function authorityKeyId(certificate: Certificate): Uint8Array | undefined {
  return elementsOf(certificate, OID.authorityKeyId).find(({ tag }) => tag === contextTag(0))?.content;
}

/** Every element inside an extension, from the outside in; none when the extension is absent. */
function elementsOf({ extensions }: Certificate, wanted: string): readonly Element[] {
  const value = extensions.find(({ oid }) => oid === wanted)?.value;
  return value === undefined ? [] : flatten(readElement(value, 'extension'));
}

function flatten(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(flatten)];
}
