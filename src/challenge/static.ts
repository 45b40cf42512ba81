import type { Secret } from '../domain/secret.ts';
import { checkChallenge } from './password-text.ts';
import type { ChallengeSource } from './source.ts';

/** One challenge password for every device, without an end. `from` names it in errors: `the static challenge of branch-ca`. */
export function staticSource(password: Secret, from: string): ChallengeSource {
  return {
    capacity: Number.POSITIVE_INFINITY,
    async acquire() {
      checkChallenge(password, from);
      return { password, spent() {}, release() {} };
    },
  };
}
