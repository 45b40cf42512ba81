import { DeviceError } from '../../domain/errors.ts';
import { removeTrustpoint, removeTrustpointCommand } from '../../ios/dialogues/remove-trustpoint.ts';
import { zeroizeKeypair, zeroizeKeypairCommand } from '../../ios/dialogues/zeroize-keypair.ts';
import { type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import { foreseeLook, look } from '../look.ts';
import type { Action } from '../plan.ts';
import type { StepContext } from './context.ts';

type Retire = Extract<Action, { kind: 'retire' }>;

const GONE = ['keypairs', 'running'] as const;

/**
 * Removes an old generation: its trustpoint with the certificates, then its key pair; and reads back that they are gone.
 * Throws what the dialogues throw, or DeviceError `verification-failed`.
 */
export async function retire(
  { session, device }: StepContext,
  { trustpoint, isThere, label }: Retire,
  note: (text: string) => void,
): Promise<void> {
  const timeoutMs = device.timeouts.command;
  if (isThere) {
    await removeTrustpoint(session, { trustpoint, timeoutMs });
    note(`trustpoint ${trustpoint} was removed, its key pair not yet`);
  }
  if (label !== undefined) await zeroizeKeypair(session, { label, timeoutMs });
  const { keypairs, running } = await look(session, GONE);
  const remains = running.trustpoints.some(({ name }) => name === trustpoint);
  if (remains || keypairs.some((keypair) => keypair.label === label)) {
    const what = remains ? `trustpoint ${trustpoint}` : `key pair ${label}`;
    throw new DeviceError('verification-failed', `${what} was removed, and is still there`);
  }
  const gone = [
    ...(isThere ? [`trustpoint ${trustpoint}`] : []),
    ...(label === undefined ? [] : [`key pair ${label}`]),
  ];
  note(`${gone.join(' and ')}: removed, and read back that nothing of it is there`);
}

/** The lines that `retire` types. */
export function foreseeRetirement({ trustpoint, isThere, label }: Retire): readonly ForeseenLine[] {
  return [
    ...(isThere ? foreseeConversation(removeTrustpointCommand(trustpoint)) : []),
    ...(label === undefined ? [] : foreseeConversation(zeroizeKeypairCommand(label))),
    ...foreseeLook(GONE),
  ];
}
