import type { KeyUse } from '../domain/key-use.ts';
import type { KeyPair } from '../domain/trustpoint.ts';
import type { PrintedKeypair } from '../ios/show/keypairs.ts';

/** What the router says a key pair is for. One on a curve only signs, whatever it is called. */
export function useOfKeypair({ type, usage }: Pick<PrintedKeypair, 'type' | 'usage'>): KeyUse {
  if (type !== 'rsa') return 'general';
  if (/^signature\b/i.test(usage)) return 'signature';
  return /^encryption\b/i.test(usage) ? 'encryption' : 'general';
}

/** A router's key pair of a trustpoint's label, for one use. */
export function keypairFor(
  keypairs: readonly PrintedKeypair[],
  { label }: Pick<KeyPair, 'label'>,
  use: KeyUse,
): PrintedKeypair | undefined {
  const own = keypairs.filter((keypair) => keypair.label === label);
  return use === 'general' ? own[0] : own.find((keypair) => useOfKeypair(keypair) === use);
}
