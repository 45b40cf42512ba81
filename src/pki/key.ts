import { createPublicKey, type KeyObject } from 'node:crypto';

/** What is said of a public key. */
export interface KeyFacts {
  readonly keyAlgorithm: 'rsa' | 'ec' | 'other';
  readonly keyBits: number;
}

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Kind and size of a DER SubjectPublicKeyInfo; `other` and 0 when this runtime cannot read it. */
export function readKey(spki: Uint8Array): KeyFacts {
  const key = openKey(spki);
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {};
  switch (key?.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return { keyAlgorithm: 'rsa', keyBits: modulusLength ?? 0 };
    case 'ec':
      return { keyAlgorithm: 'ec', keyBits: bitsOfCurve(namedCurve ?? '') };
    default:
      return { keyAlgorithm: 'other', keyBits: 0 };
  }
}

/** Whether two DER SubjectPublicKeyInfos hold one key; their encodings may differ in a NULL. */
export function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  if (Buffer.compare(a, b) === 0) return true;
  const [one, other] = [openKey(a), openKey(b)];
  return one !== undefined && other !== undefined && one.equals(other);
}

function openKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function bitsOfCurve(name: string): number {
  return CURVE_BITS[name] ?? Number(/\d{3}/.exec(name)?.[0] ?? 0);
}
