import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';

/** What may seal a proof. */
export type SealAlgorithm = 'rsa' | 'ec' | 'ed25519';

const SHORTEST_RSA = 2048;

/** A key that can sign or check proofs. */
export interface SealKey {
  readonly algorithm: SealAlgorithm;
  readonly key: KeyObject;
  /** SHA-256 of the public key (DER SubjectPublicKeyInfo), upper-case hex. */
  readonly fingerprint: string;
  /** The public half. */
  readonly publicPem: string;
}

/** The key cannot be used; the message says why and holds nothing of the key. */
export class SealKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealKeyError';
  }
}

/** Throws SealKeyError: no private key, a wrong passphrase, an algorithm that is not for this. */
export function readSigningKey(pem: string, passphrase?: string): SealKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const isLocked = /ENCRYPTED/.test(pem);
    if (isLocked && passphrase === undefined) throw new SealKeyError('needs a passphrase');
    if (isLocked) throw new SealKeyError('does not open with this passphrase');
    throw new SealKeyError(`holds no private key in PEM (${codeOf(error)})`);
  }
  return sealKey(key, createPublicKey(key));
}

/** A public key in PEM, or the one of a certificate. Throws SealKeyError. */
export function readVerifyKey(pem: string): SealKey {
  let key: KeyObject;
  try {
    key = pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  } catch (error) {
    throw new SealKeyError(`holds no public key in PEM (${codeOf(error)})`);
  }
  return sealKey(key, key);
}

function sealKey(key: KeyObject, publicKey: KeyObject): SealKey {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    algorithm: algorithmOf(publicKey),
    key,
    fingerprint: createHash('sha256').update(der).digest('hex').toUpperCase(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SealAlgorithm {
  switch (asymmetricKeyType) {
    case 'rsa':
      if ((asymmetricKeyDetails?.modulusLength ?? 0) < SHORTEST_RSA) {
        throw new SealKeyError(`is an RSA key of less than ${SHORTEST_RSA} bits`);
      }
      return 'rsa';
    case 'ec':
      return 'ec';
    case 'ed25519':
      return 'ed25519';
    default:
      throw new SealKeyError(
        `is a key of type ${asymmetricKeyType ?? 'unknown'}; RSA, EC and Ed25519 are known`,
      );
  }
}

/** RSA: PKCS #1 v1.5 with SHA-256. EC: ECDSA with SHA-256, DER. Ed25519: pure (RFC 8032). As openssl makes them. */
export function seal(data: Uint8Array, { algorithm, key }: SealKey): Uint8Array {
  return sign(hashFor(algorithm), data, key);
}

export function isSealed(data: Uint8Array, signature: Uint8Array, { algorithm, key }: SealKey): boolean {
  return verify(hashFor(algorithm), data, key, signature);
}

function hashFor(algorithm: SealAlgorithm): 'sha256' | null {
  return algorithm === 'ed25519' ? null : 'sha256';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
