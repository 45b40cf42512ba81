import { createHash } from 'node:crypto';

import { type Certificate, decodeName, parseCertificate, type RelativeName } from '../../../scep/index.ts';

/** A certificate the router holds. */
export interface StoredCertificate {
  readonly certificate: Certificate;
  readonly installedAt: Date;
  /** The key pair it certifies; absent for a CA's. */
  readonly keyLabel?: string;
  /** Written to the startup configuration. */
  readonly saved: boolean;
}

/** Throws ScepError `malformed` when the bytes are no certificate. */
export function storeCertificate(der: Uint8Array, installedAt: Date, keyLabel?: string): StoredCertificate {
  const certificate = parseCertificate(new Uint8Array(der));
  return { certificate, installedAt, saved: false, ...(keyLabel === undefined ? {} : { keyLabel }) };
}

/** Serial number as IOS prints it: whole bytes, `02`. */
export function serialOf({ certificate }: StoredCertificate): string {
  return certificate.serial;
}

/** Upper-case hex of a hash over bytes, in groups of eight, with the blank IOS leaves behind. */
export function groupedHash(hash: 'md5' | 'sha1', bytes: Uint8Array): string {
  return grouped(hexHash(hash, bytes));
}

export function hexHash(hash: 'md5' | 'sha1', bytes: Uint8Array): string {
  return createHash(hash).update(bytes).digest('hex').toUpperCase();
}

/** `FA3654F3 94F533B3 ...` with one trailing blank. */
export function grouped(hex: string): string {
  return hex.replace(/.{8}/g, '$& ');
}

/** How IOS spells the attribute types of a name. */
const SPELLINGS: Readonly<Record<string, string>> = {
  serialnumber: 'serialNumber',
  unstructuredname: 'hostname',
  unstructuredaddress: 'ipaddress',
  emailaddress: 'e',
};

/** The parts of a name as IOS prints them, in the reverse of the encoded order: `cn=R1`, `c=DE`. */
export function nameParts(der: Uint8Array): readonly string[] {
  return decodeName(der)
    .toReversed()
    .map((part) => part.map(({ type, value }) => `${SPELLINGS[type] ?? type}=${asBytes(value)}`).join('+'));
}

/** The first value of an attribute of a name. */
export function nameAttribute(der: Uint8Array, type: string): string | undefined {
  const found = decodeName(der)
    .flatMap((part: RelativeName) => part)
    .find((attribute) => attribute.type === type);
  return found === undefined ? undefined : asBytes(found.value);
}

/** The terminal carries bytes: text beyond ASCII goes out as UTF-8. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * The file a certificate is kept in, such as `nvram:R12CA#1CA.cer`. Issuer and serial number are shortened;
 * how far is known for short ones only.
 */
export function storageName(stored: StoredCertificate, kind: 'identity' | 'ca'): string {
  const { issuer, serial } = stored.certificate;
  const name = (nameAttribute(issuer, 'cn') ?? 'cert').replace(/[^\w.-]/g, '').slice(0, 12);
  const number = serial.replace(/^0+(?=.)/, '').slice(-4);
  return `nvram:${name}#${number}${kind === 'ca' ? 'CA' : ''}.cer`;
}

/** DER as the configuration shows it: eight groups of eight digits a line, indented by two, a blank at the end. */
export function hexLines(der: Uint8Array): readonly string[] {
  const hex = Buffer.from(der).toString('hex').toUpperCase();
  return (hex.match(/.{1,64}/g) ?? []).map((row) => `  ${(row.match(/.{1,8}/g) ?? []).join(' ')} `);
}

/** PEM with 64 columns, as lines. */
export function pemLines(der: Uint8Array): readonly string[] {
  return ['-----BEGIN CERTIFICATE-----', ...base64Lines(der), '-----END CERTIFICATE-----'];
}

/** Base64 in rows of 64 columns. */
export function base64Lines(bytes: Uint8Array): readonly string[] {
  return (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  );
}
