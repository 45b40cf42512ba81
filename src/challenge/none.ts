import type { ChallengeSource } from './source.ts';

/** For a CA that wants no challenge: the router's password question gets an empty answer. */
export function noneSource(): ChallengeSource {
  return {
    capacity: Number.POSITIVE_INFINITY,
    acquire: () => Promise.resolve({ password: undefined, spent() {}, release() {} }),
  };
}
