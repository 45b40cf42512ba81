import { sameBytes } from '../asn1/bytes.ts';
import { Cursor, type Element, readOctets } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tags.ts';
import { integer, sequence } from '../asn1/write.ts';
import { malformed } from '../errors.ts';
import { type Certificate, serialText } from '../x509/certificate.ts';
import { subjectKeyIdentifierOf } from '../x509/read-extensions.ts';

/** Names one certificate by who issued it and as which. */
export interface IssuerAndSerial {
  /** The DER of the issuer's name. */
  readonly issuer: Uint8Array;
  /** The octets of the serial number's INTEGER. */
  readonly serialOctets: Uint8Array;
  /** Upper-case hex without leading zero octets. */
  readonly serial: string;
}

/** How CMS names a signer or a recipient (RFC 5652 5.3 and 6.2.1). SCEP peers use issuer and serial number. */
export type CertificateIdentifier =
  | ({ readonly kind: 'issuer-and-serial' } & IssuerAndSerial)
  | { readonly kind: 'key-identifier'; readonly keyIdentifier: Uint8Array };

export function encodeIssuerAndSerial({
  issuer,
  serialOctets,
}: Pick<IssuerAndSerial, 'issuer' | 'serialOctets'>) {
  return sequence(issuer, integer(serialOctets));
}

export function readIssuerAndSerial(element: Element): IssuerAndSerial {
  const cursor = new Cursor([element], 'certificate identifier').sequence('issuerAndSerialNumber');
  const issuer = cursor.take(TAG.sequence, 'issuer').raw;
  const serialOctets = cursor.take(TAG.integer, 'serialNumber').content;
  cursor.end();
  return { issuer, serialOctets, serial: serialText(serialOctets) };
}

export function readIdentifier(element: Element): CertificateIdentifier {
  if (element.tag === TAG.sequence) return { kind: 'issuer-and-serial', ...readIssuerAndSerial(element) };
  if (element.tag === contextTag(0)) return { kind: 'key-identifier', keyIdentifier: readOctets(element) };
  throw malformed('a signer or recipient is named in an unknown way');
}

/** Whether the identifier names this certificate. Serial numbers are compared as numbers, names byte for byte. */
export function identifies(identifier: CertificateIdentifier, certificate: Certificate): boolean {
  if (identifier.kind === 'issuer-and-serial')
    return identifier.serial === certificate.serial && sameBytes(identifier.issuer, certificate.issuer);
  const own = subjectKeyIdentifierOf(certificate.extensions);
  return own !== undefined && sameBytes(own, identifier.keyIdentifier);
}
