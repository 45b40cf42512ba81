import type { Challenge } from '../../challenge/source.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import { enroll } from '../../ios/dialogues/enroll.ts';
import type { Action } from '../plan.ts';
import { type StepContext, trustpointOf } from './context.ts';

type Enroll = Extract<Action, { kind: 'enroll' }>;

/**
 * Sends the certificate request. The challenge is acquired when the router asks for it, not before. It is returned
 * unsettled once the request may have left the router: only the CA's answer tells that its slot is free again.
 */
export async function requestCertificate(
  context: StepContext,
  action: Enroll,
  note: (text: string) => void,
): Promise<Challenge | undefined> {
  const { session, device, challenges, signal } = context;
  const trustpoint = trustpointOf(context, action.trustpoint);
  let challenge: Challenge | undefined;
  try {
    const { requestFingerprints, passwordAsked } = await enroll(session, {
      trustpoint: trustpoint.name,
      acquirePassword: async () => {
        if (!action.challenge) return undefined;
        challenge = await challenges.for(trustpoint.authority).acquire(device, trustpoint, signal);
        return challenge.password;
      },
      serialNumber: trustpoint.serialNumber,
      ipAddress: trustpoint.ipAddress,
      reenroll: action.replaces !== undefined,
      timeoutMs: device.timeouts.command,
    });
    const request = requestFingerprints.map(formatFingerprint).join(', ');
    const how =
      challenge === undefined ? (passwordAsked ? ', no challenge' : '') : ', with a challenge of its own';
    note(`request sent${how}${request === '' ? '' : `; its fingerprint: ${request}`}`);
    return challenge;
  } catch (error) {
    // The dialogue was left before the request went out, or broke; a broken one may have sent it.
    if (wasNeverSent(error)) challenge?.release();
    else challenge?.spent();
    throw error;
  }
}

function wasNeverSent(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code !== 'connection-lost' && error.code !== 'timeout'
  );
}
