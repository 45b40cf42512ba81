import { DeviceError } from '../../domain/errors.ts';
import { answering, type IosCommand } from '../question.ts';
import { findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';

export interface RemoveTrustpointOptions {
  readonly trustpoint: string;
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** The question of `no crypto pki trustpoint`, asked when certificates would go with it. */
export const REMOVE_TRUSTPOINT_QUESTIONS = {
  'remove-trustpoint': /Are you sure you want to do this\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

const QUESTION = {
  name: 'remove-trustpoint',
  question: 'Are you sure you want to do this? [yes/no]:',
  answer: 'yes',
} as const;

export function removeTrustpointCommand(trustpoint: string): IosCommand {
  return {
    mode: 'configuration',
    opening: `no crypto pki trustpoint ${trustpoint}`,
    questions: [QUESTION],
  };
}

/**
 * Removes a trustpoint with the certificates it holds (IOS security command reference, `no crypto pki trustpoint`). Its
 * key pair stays. Only for a trustpoint whose removal the operator has asked for by the device's name.
 *
 * Throws DeviceError `command-refused`, or what a conversation throws.
 */
export async function removeTrustpoint(session: Session, options: RemoveTrustpointOptions): Promise<void> {
  const { trustpoint, timeoutMs } = options;
  const { mode, opening } = removeTrustpointCommand(trustpoint);
  const exchanges = [answering(QUESTION, REMOVE_TRUSTPOINT_QUESTIONS['remove-trustpoint'], { atMost: 2 })];
  const { text } = await session.converse({ name: 'remove-trustpoint', opening, exchanges, timeoutMs }, mode);
  // `% Removing an enrolled trustpoint …` and `% Be sure to ask the CA administrator …` are words of success.
  const refusal = findRefusal(text.replace(/^%\s*(?:Removing an enrolled|Be sure to ask)\b.*$/gim, ''));
  if (refusal !== undefined) {
    throw new DeviceError('command-refused', `no crypto pki trustpoint ${trustpoint}: ${refusal.line}`, {
      detail: text.trim(),
    });
  }
}
