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
  { trustpoint, label }: Retire,
  note: (text: string) => void,
): Promise<void> {
  const timeoutMs = device.timeouts.command;
  await removeTrustpoint(session, { trustpoint, timeoutMs });
  note(`trustpoint ${trustpoint} was removed, its key pair not yet`);
  if (label !== undefined) await zeroizeKeypair(session, { label, timeoutMs });
  const { keypairs, running } = await look(session, GONE);
  const isThere = running.trustpoints.some(({ name }) => name === trustpoint);
  if (isThere || keypairs.some((keypair) => keypair.label === label)) {
    const what = isThere ? `trustpoint ${trustpoint}` : `key pair ${label}`;
    throw new DeviceError('verification-failed', `${what} was removed, and is still there`);
  }
  note(
    label === undefined
      ? `trustpoint ${trustpoint} was removed; it had no key pair any more`
      : `trustpoint ${trustpoint} and key pair ${label} were removed`,
  );
}

/** The lines that `retire` types. */
export function foreseeRetirement({ trustpoint, label }: Retire): readonly ForeseenLine[] {
  return [
    ...foreseeConversation(removeTrustpointCommand(trustpoint)),
    ...(label === undefined ? [] : foreseeConversation(zeroizeKeypairCommand(label))),
    ...foreseeLook(GONE),
  ];
}
