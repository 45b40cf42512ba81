import type { Challenge } from '../../challenge/source.ts';
import { DeviceError } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import { enroll } from '../../ios/dialogues/enroll.ts';
import { parametersOf } from '../methods/profile.ts';
import type { Action } from '../plan.ts';
import { type StepContext, trustpointOf } from './context.ts';

type Enroll = Extract<Action, { kind: 'enroll' }>;

/** Where a request is told of, and where it is heard what the router tells of it. */
export interface RequestNews {
  readonly note: (text: string) => void;
  readonly tell: (line: string) => void;
  /** Has something done when the router reports from now on what the CA has answered. */
  readonly onAnswer: (act: () => void) => void;
}

/**
 * Sends the certificate request. The challenge is acquired when the router asks for it, not before, and returned once
 * the request may have left the router: only the CA's answer tells that its slot is free again. Where the router reports
 * that answer the slot is freed at once, and whoever waits for one need not wait until the router was looked at. Not where
 * it holds a certificate already: NDES may have given that once more, without a look at the password.
 */
export async function requestCertificate(
  context: StepContext,
  action: Enroll,
  { note, tell, onAnswer }: RequestNews,
): Promise<Challenge | undefined> {
  const { session, device, challenges, signal } = context;
  const trustpoint = trustpointOf(context, action.trustpoint);
  if (action.challenge) await challenges.for(trustpoint.authority).ready?.(device, trustpoint, signal);
  let challenge: Challenge | undefined;
  try {
    const { requestFingerprints, passwordAsked } = await enroll(session, {
      trustpoint: trustpoint.name,
      acquirePassword: async () => {
        if (!action.challenge) return undefined;
        challenge = await challenges.for(trustpoint.authority).acquire(device, trustpoint, signal);
        return challenge.password;
      },
      onRequested: () => {
        if (action.replaces === undefined) onAnswer(() => challenge?.spent());
      },
      serialNumber: trustpoint.serialNumber,
      ipAddress: trustpoint.ipAddress,
      reenroll: action.replaces !== undefined,
      parameters: parametersOf(trustpoint),
      timeoutMs: device.timeouts.command,
    });
    const request = requestFingerprints.map(formatFingerprint).join(', ');
    const how =
      challenge === undefined ? (passwordAsked ? ', no challenge' : '') : ', with a challenge of its own';
    note(`request sent${how}${request === '' ? '' : `; its fingerprint: ${request}`}`);
    return challenge;
  } catch (error) {
    if (challenge !== undefined) giveBack(challenge, { wasSent: !leftBeforeSending(error) }, tell);
    throw error;
  }
}

/**
 * For a challenge whose end nobody saw, or that was not sent. One in doubt is told of. One that was not sent may serve another
 * device yet: whether it stays unspent is for the ledger to say when the run ends.
 */
export function giveBack(
  challenge: Challenge,
  { wasSent }: { readonly wasSent: boolean },
  tell: (line: string) => void,
): void {
  if (!wasSent) challenge.release();
  else if (challenge.inDoubt === undefined) challenge.spent();
  else {
    challenge.inDoubt();
    const until = challenge.expiresAt === undefined ? '' : ` until ${challenge.expiresAt.toISOString()}`;
    tell(`nobody saw whether its challenge password was used: it may be unspent${until}`);
  }
}

/**
 * Only a dialogue that was left at a question surely sent nothing. After anything else the password may have been used,
 * and handing a used one to the next device would make the CA reject that one.
 */
function leftBeforeSending(error: unknown): boolean {
  return error instanceof DeviceError && error.code === 'unexpected-question';
}
