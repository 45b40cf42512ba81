import { DeviceError } from '../../domain/errors.ts';
import { answering, type IosCommand } from '../question.ts';
import { findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';

export interface ZeroizeKeypairOptions {
  readonly label: string;
  readonly type: 'rsa' | 'ec';
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** The question of `crypto key zeroize`. */
export const ZEROIZE_QUESTIONS = {
  'zeroize-keypair': /Do you really want to remove these keys\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

const QUESTION = {
  name: 'zeroize-keypair',
  question: 'Do you really want to remove these keys? [yes/no]:',
  answer: 'yes',
} as const;

/** Never without a label: that would remove every key of the router, that of its SSH server too. */
export function zeroizeKeypairCommand({
  label,
  type,
}: Pick<ZeroizeKeypairOptions, 'label' | 'type'>): IosCommand {
  return { mode: 'configuration', opening: `crypto key zeroize ${type} ${label}`, questions: [QUESTION] };
}

/**
 * Removes one key pair (IOS security command reference, `crypto key zeroize`). The router takes every certificate
 * made for it away, too.
 *
 * Throws DeviceError `command-refused`, or what a conversation throws.
 */
export async function zeroizeKeypair(session: Session, options: ZeroizeKeypairOptions): Promise<void> {
  const { timeoutMs } = options;
  const { mode, opening } = zeroizeKeypairCommand(options);
  const exchanges = [answering(QUESTION, ZEROIZE_QUESTIONS['zeroize-keypair'], { atMost: 2 })];
  const { text } = await session.converse({ name: 'zeroize-keypair', opening, exchanges, timeoutMs }, mode);
  // What the router says of the keys begins with a percent sign, as refusals do.
  const said = /^%+\s*(?:Keys to be removed are named|All router certs issued using these keys)\b.*$/gim;
  const refusal = findRefusal(text.replace(said, ''));
  if (refusal !== undefined) {
    throw new DeviceError(
      'command-refused',
      `crypto key zeroize ${options.type} ${options.label}: ${refusal.line}`,
      {
        detail: text.trim(),
      },
    );
  }
}
