import type { KeyPair } from './trustpoint.ts';

/** What a key pair, and the certificate for it, is for. */
export type KeyUse = 'general' | CertificateUse;

/** With usage keys a trustpoint has one certificate for signatures and one for encryption. */
export type CertificateUse = 'signature' | 'encryption';

/** A trustpoint as a person reads it, with which of its two certificates is meant: `BRANCH (signature)`. */
export function calledBy({
  trustpoint,
  use,
}: {
  readonly trustpoint: string;
  readonly use?: CertificateUse;
}): string {
  return use === undefined ? trustpoint : `${trustpoint} (${use})`;
}

/** The certificates that a trustpoint with this key gets, by what they are for. */
export function usesOf(key: KeyPair): readonly KeyUse[] {
  return key.type === 'rsa' && key.usageKeys ? ['signature', 'encryption'] : ['general'];
}
