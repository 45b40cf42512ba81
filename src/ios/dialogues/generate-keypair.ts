import { type ConfigLine, maskedText } from '../../domain/config-line.ts';
import { DeviceError } from '../../domain/errors.ts';
import { answering, type IosCommand } from '../question.ts';
import { explainRefusal, findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';

export interface GenerateKeypairOptions {
  /** `crypto key generate rsa general-keys label <label> modulus <bits>`; with the modulus nothing is asked. */
  readonly command: ConfigLine;
  readonly label: string;
  /** Longest silence, in milliseconds: minutes on an old router. */
  readonly timeoutMs: number;
}

/** The question of `crypto key generate` for a label that exists; it is always answered no. */
export const GENERATE_KEYPAIR_QUESTIONS = {
  'replace-keypair': /\breplace (?:them|it)\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

const QUESTION = {
  name: 'replace-keypair',
  question: '% Do you really want to replace them? [yes/no]:',
  answer: 'no',
  stops: true,
} as const;

export function generateKeypairCommand(command: ConfigLine): IosCommand {
  return { mode: 'configuration', opening: command, questions: [QUESTION] };
}

const EXISTS = /You already have \S+ keys defined/i;
const DONE = /\[OK\]/;
/** EC keys are made without a word; recent IOS-XE makes keys behind the prompt. */
const QUIET_DONE = /generating .* in background/i;

/**
 * Makes a key pair (IOS security command reference, `crypto key generate rsa`). A label that exists is never
 * replaced: the question is answered no. With a modulus IOS replaces without asking, so the caller must have looked
 * before; should the router still say that it had keys of that name, that is `keypair-conflict` too.
 *
 * Throws DeviceError `keypair-conflict`, `command-refused` (a modulus the release does not take),
 * `output-unreadable` when the router does not say that it is done, or what a conversation throws.
 */
export async function generateKeypair(session: Session, options: GenerateKeypairOptions): Promise<void> {
  const { command, label, timeoutMs } = options;
  const { mode, opening } = generateKeypairCommand(command);
  const exchange = answering(QUESTION, GENERATE_KEYPAIR_QUESTIONS['replace-keypair'], {
    error: ({ all }) => conflict(label, 'exists; it was not replaced', all),
  });
  const { text } = await session.converse(
    { name: 'generate-keypair', opening, exchanges: [exchange], timeoutMs },
    mode,
  );
  if (EXISTS.test(text)) throw conflict(label, 'existed, and the router replaced it without asking', text);
  const refusal = findRefusal(text);
  if (refusal !== undefined) {
    const message = `“${maskedText(command)}”: ${refusal.line}`;
    throw new DeviceError('command-refused', message, explainRefusal(refusal, text));
  }
  if (!isDone(command, text)) {
    throw new DeviceError('output-unreadable', `the router does not say that it made the key pair ${label}`, {
      detail: text.trim(),
    });
  }
}

function isDone(command: ConfigLine, text: string): boolean {
  if (DONE.test(text) || QUIET_DONE.test(text)) return true;
  return /\bgenerate ec\b/.test(maskedText(command)) && /The name for the keys will be: \S/.test(text);
}

function conflict(label: string, what: string, detail: string): DeviceError {
  return new DeviceError('keypair-conflict', `key pair ${label} ${what}`, { detail: detail.trim() });
}
