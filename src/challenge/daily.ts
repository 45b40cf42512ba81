import { DeviceError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { checkChallenge } from './password-text.ts';
import type { ChallengeSource } from './source.ts';

/**
 * One challenge password for every device that the CA changes each day. It is looked at when a router asks, so a run
 * that crosses midnight stops using it in time.
 */
export function dailySource(
  { value, notAfter }: { readonly value: Secret; readonly notAfter: Date },
  from: string,
  now: () => Date,
): ChallengeSource {
  return {
    capacity: Number.POSITIVE_INFINITY,
    async acquire() {
      if (now() > notAfter) {
        throw new DeviceError('challenge-unavailable', `${from} ended at ${notAfter.toISOString()}`, {
          detail: `It is ${now().toISOString()}; the CA takes another challenge now.`,
          hint: 'read the new challenge from the CA, put it and its new notAfter into the inventory, and run again',
        });
      }
      checkChallenge(value, from);
      return { password: value, expiresAt: notAfter, spent() {}, release() {} };
    },
  };
}
