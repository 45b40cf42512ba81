import { createHash } from 'node:crypto';
import { Constructed, fromBER, Integer, ObjectIdentifier, Sequence } from 'asn1js';
import { Certificate } from 'pkijs';
import type { CertificateFacts } from '../domain/certificate.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { ExtensionFacts } from './extension-facts.ts';
import { readExtensions } from './extensions.ts';
import { readKey } from './key.ts';
import { readName } from './read-name.ts';

/** What a verification wants to know beside the facts. */
export interface DecodedCertificate extends CertificateFacts {
  readonly version: number;
  /** Of basicConstraints: certificates of version 1 have none. */
  readonly hasConstraints: boolean;
  /** How many further CA certificates may follow below this one. */
  readonly pathLength?: number;
}

/** The bytes are no certificate we can read. The message says why, for people. */
export class CertificateUnreadableError extends Error {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(`this is no readable certificate: ${reason}`, options);
    this.name = 'CertificateUnreadableError';
  }
}

const SIGNATURE_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'md2WithRSAEncryption'],
  ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.2.840.113549.1.1.14', 'sha224WithRSAEncryption'],
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
  ['1.3.101.112', 'Ed25519'],
]);

/**
 * Reads an X.509 certificate (RFC 5280, version 1 too) from exactly its DER. Throws a CertificateUnreadableError
 * for everything else: PEM, a cut or lengthened certificate, bytes that are none.
 */
export function decodeCertificate(der: Uint8Array): DecodedCertificate {
  try {
    return decode(der);
  } catch (thrown) {
    if (thrown instanceof CertificateUnreadableError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CertificateUnreadableError(reason, { cause: thrown });
  }
}

function decode(der: Uint8Array): DecodedCertificate {
  if (Buffer.from(der.subarray(0, 11)).toString('latin1') === '-----BEGIN ') {
    throw new CertificateUnreadableError('it is PEM text, not DER');
  }
  const { result, offset } = fromBER(new Uint8Array(der));
  if (offset === -1)
    throw new CertificateUnreadableError(result.error === '' ? 'it is cut off' : result.error);
  if (offset !== der.length) {
    throw new CertificateUnreadableError(`${der.length - offset} bytes follow the certificate`);
  }
  const [tbs, algorithm] = childrenOf(result);
  const fields = childrenOf(tbs);
  const tagged = fields[0] instanceof Integer ? 0 : 1;
  const [serial, , issuer, , subject, publicKey] = fields.slice(tagged);
  const [oid] = childrenOf(algorithm);
  if (!(serial instanceof Integer) || !(oid instanceof ObjectIdentifier)) {
    throw new CertificateUnreadableError('its fields are not those of a certificate');
  }
  const certificate = new Certificate({ schema: result });
  const spki = bytesOf(publicKey);
  const signature = oid.getValue();
  return {
    der: new Uint8Array(der),
    serial: serialText(serial),
    subject: readName(subject),
    issuer: readName(issuer),
    subjectDer: bytesOf(subject),
    issuerDer: bytesOf(issuer),
    notBefore: instant(certificate.notBefore.value),
    notAfter: instant(certificate.notAfter.value),
    publicKey: spki,
    ...readKey(spki),
    ...readExtensions(certificate),
    version: certificate.version + 1,
    signatureAlgorithm: SIGNATURE_ALGORITHMS.get(signature) ?? signature,
    fingerprints: fingerprintsOf(der),
  } satisfies DecodedCertificate & ExtensionFacts;
}

function childrenOf(node: unknown): readonly unknown[] {
  if (node instanceof Sequence || node instanceof Constructed) return node.valueBlock.value;
  throw new CertificateUnreadableError('its fields are not those of a certificate');
}

/** A field's bytes as they stand in the certificate. */
function bytesOf(node: unknown): Uint8Array {
  if (node instanceof Sequence) return new Uint8Array(node.valueBeforeDecodeView);
  throw new CertificateUnreadableError('its fields are not those of a certificate');
}

function serialText(serial: Integer): string {
  const hex = Buffer.from(serial.valueBlock.valueHexView).toString('hex').toUpperCase();
  return hex.replace(/^(?:00)+(?=..)/, '');
}

function instant(value: Date): Date {
  if (Number.isNaN(value.getTime())) throw new CertificateUnreadableError('a date in it is none');
  return value;
}

function fingerprintsOf(der: Uint8Array): readonly Fingerprint[] {
  return (['MD5', 'SHA1', 'SHA256'] as const).map((hash) => ({
    hash,
    hex: createHash(hash).update(der).digest('hex').toUpperCase(),
  }));
}
