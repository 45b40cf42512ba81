import { createHash, type KeyObject } from 'node:crypto';
import type { Folder } from './folder.ts';
import { succeed } from './program.ts';

/** Runs openssl, which must succeed, and gives its standard output as text. */
export async function openssl(...args: readonly string[]): Promise<string> {
  return (await succeed('openssl', args)).toString('utf8');
}

/** The PEM of a DER certificate. */
export function certificatePem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** Writes certificates in PEM, one after the other; the file's path. */
export function writeCertificates(
  folder: Folder,
  name: string,
  ...ders: readonly Uint8Array[]
): Promise<string> {
  return folder.write(name, ders.map(certificatePem).join(''));
}

export function writeKey(folder: Folder, name: string, key: KeyObject): Promise<string> {
  return folder.write(name, key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** Has openssl make an RSA key; the file's path. */
export async function makeKey(folder: Folder, name: string): Promise<string> {
  const file = folder.at(name);
  await openssl('genrsa', '-out', file, '2048');
  return file;
}

/** The public key of a private key, and of a certificate, as openssl writes it: equal texts are equal keys. */
export function publicKeyOfKey(file: string): Promise<string> {
  return openssl('pkey', '-in', file, '-pubout');
}

export function publicKeyOfCertificate(file: string): Promise<string> {
  return openssl('x509', '-in', file, '-noout', '-pubkey');
}

/** Verifies a certificate against one root and nothing else on this machine. Throws when it does not verify. */
export async function verifyCertificate(file: string, root: string): Promise<void> {
  await openssl('verify', '-no-CAfile', '-no-CApath', '-x509_strict', '-CAfile', root, file);
}

/** The fingerprint that openssl computes, in hex without colons. */
export async function fingerprintOf(file: string, hash: 'md5' | 'sha1' | 'sha256'): Promise<string> {
  const line = await openssl('x509', '-in', file, '-noout', '-fingerprint', `-${hash}`);
  return line.trim().replace(/^.*=/, '').replaceAll(':', '');
}

export function sha256(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex').toUpperCase();
}
