import { sameKey } from './key.ts';
import type { Evidence, Verdict } from './verify.ts';

export function checkKeyMatches({ identity, routerKey }: Evidence): Verdict {
  const expected = 'the public key of the router’s key pair';
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  if (routerKey === undefined) {
    return { status: 'fail', expected, actual: 'the router has no key pair of the inventory’s label' };
  }
  if (routerKey.length === 0) {
    return { status: 'unknown', expected, actual: 'the router does not print its public key' };
  }
  return sameKey(identity.publicKey, routerKey)
    ? { status: 'pass', expected, actual: 'the same key' }
    : { status: 'fail', expected, actual: 'another key: the router cannot use this certificate' };
}

/** A renewal keeps the key or brings another, whichever was asked for. */
export function checkKeyReplaced({ identity, previous }: Evidence): Verdict | undefined {
  if (previous === undefined) return undefined;
  const { keyWanted } = previous;
  const expected = EXPECTED_KEY[keyWanted];
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  const is = sameKey(identity.publicKey, previous.publicKey) ? 'same' : 'new';
  const actual = is === 'same' ? 'the same key' : 'a new key';
  if (keyWanted === 'any') return { status: 'note', expected, actual };
  return { status: is === keyWanted ? 'pass' : 'fail', expected, actual };
}

const EXPECTED_KEY = {
  same: 'the key of the certificate before',
  new: 'a new key',
  any: 'any key: the router’s own lines say whether it makes a new one',
} as const;

/** A longer RSA key will do; a curve has to be the very one. */
export function checkKeyStrength({ identity, expected: { keyType = 'rsa', keyBits } }: Evidence): Verdict {
  const expected = `${keyType.toUpperCase()}, ${keyBits} bits`;
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  const { keyAlgorithm, keyBits: bits } = identity;
  if (keyAlgorithm === 'other') return { status: 'unknown', expected, actual: 'a key of another kind' };
  const isEnough = keyType === 'ec' ? bits === keyBits : bits >= keyBits;
  return {
    status: keyAlgorithm === keyType && isEnough ? 'pass' : 'fail',
    expected,
    actual: `${keyAlgorithm.toUpperCase()}, ${bits} bits`,
  };
}

/** What a general purpose key of a router does: it signs (IKE), and it takes keys in (RSA key exchange, SCEP). */
const ROUTER_USAGE = ['digitalSignature', 'keyEncipherment'];

/**
 * A router that may not sign with a key for that cannot use the certificate, nor one that may do nothing it was asked for;
 * what else a CA leaves out is its policy, and said.
 */
export function checkKeyUsage({ identity, expected: { keyUsageAsked = ROUTER_USAGE } }: Evidence): Verdict {
  const expected = keyUsageAsked.join(', ');
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  const { keyUsage } = identity;
  if (keyUsage === undefined) {
    return { status: 'note', expected, actual: 'no key usage: every use is allowed' };
  }
  const missing = keyUsageAsked.filter((usage) => !keyUsage.includes(usage));
  const actual = keyUsage.length === 0 ? '(empty)' : keyUsage.join(', ');
  if (missing.length === 0) return { status: 'pass', expected, actual };
  const isUseless = missing.includes('digitalSignature') || missing.length === keyUsageAsked.length;
  const status = isUseless ? 'fail' : 'note';
  return { status, expected, actual: `${actual} (${missing.join(', ')} missing)` };
}
