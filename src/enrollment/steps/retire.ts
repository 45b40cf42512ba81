import { DeviceError } from '../../domain/errors.ts';
import { removeTrustpoint, removeTrustpointCommand } from '../../ios/dialogues/remove-trustpoint.ts';
import { zeroizeKeypair, zeroizeKeypairCommand } from '../../ios/dialogues/zeroize-keypair.ts';
import { type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import { foreseeLook, look } from '../look.ts';
import type { Action } from '../plan.ts';
import type { StepContext } from './context.ts';

const KEYPAIRS = ['keypairs'] as const;
const CURVES = ['curves'] as const;
const RUNNING = ['running'] as const;

type Retire = Extract<Action, { kind: 'retire' }>;

/**
 * Removes an old generation: its trustpoint with the certificates, then its key pair; and reads back that they are gone.
 * Throws what the dialogues throw, or DeviceError `verification-failed`.
 */
export async function retire(
  { session, device }: StepContext,
  { trustpoint, isThere, keypair }: Retire,
  note: (text: string) => void,
): Promise<void> {
  const timeoutMs = device.timeouts.command;
  if (isThere) {
    await removeTrustpoint(session, { trustpoint, timeoutMs });
    note(`trustpoint ${trustpoint} was removed, its key pair not yet`);
  }
  if (keypair !== undefined) await zeroizeKeypair(session, { ...keypair, timeoutMs });
  const left =
    keypair?.type === 'ec' ? (await look(session, CURVES)).curves : (await look(session, KEYPAIRS)).keypairs;
  const { running } = await look(session, RUNNING);
  const remains = running.trustpoints.some(({ name }) => name === trustpoint);
  if (remains || left.some(({ label }) => label === keypair?.label)) {
    const what = remains ? `trustpoint ${trustpoint}` : `key pair ${keypair?.label}`;
    throw new DeviceError('verification-failed', `${what} was removed, and is still there`);
  }
  const gone = [
    ...(isThere ? [`trustpoint ${trustpoint}`] : []),
    ...(keypair === undefined ? [] : [`key pair ${keypair.label}`]),
  ];
  note(`${gone.join(' and ')}: removed, and read back that nothing of it is there`);
}

/** The lines that `retire` types. */
export function foreseeRetirement({ trustpoint, isThere, keypair }: Retire): readonly ForeseenLine[] {
  return [
    ...(isThere ? foreseeConversation(removeTrustpointCommand(trustpoint)) : []),
    ...(keypair === undefined ? [] : foreseeConversation(zeroizeKeypairCommand(keypair))),
    ...foreseeLook([...(keypair?.type === 'ec' ? CURVES : KEYPAIRS), ...RUNNING]),
  ];
}
