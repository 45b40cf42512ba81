import type { ScepError } from '../errors.ts';
import type { Refusal } from './authority.ts';

/**
 * The failInfo for a message that never reached `decide` (RFC 8894 3.2.1.4). Everything that can go wrong from
 * the decryption on is the same badMessageCheck without words: who plays with ciphertext learns nothing.
 */
export function refusalFor(error: ScepError): Refusal {
  switch (error.code) {
    case 'unsupported-algorithm':
      return { status: 'rejected', failInfo: 'badAlg' };
    case 'signature-invalid':
    case 'unknown-signer':
    case 'wrong-recipient':
    case 'decryption-failed':
      return { status: 'rejected', failInfo: 'badMessageCheck' };
    default:
      return { status: 'rejected', failInfo: 'badRequest' };
  }
}
