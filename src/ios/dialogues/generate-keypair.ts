import { type ConfigLine, maskedText } from '../../domain/config-line.ts';
import { DeviceError } from '../../domain/errors.ts';
import { answering, type ForeseenQuestion, type IosCommand } from '../question.ts';
import { explainRefusal, findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';

export interface GenerateKeypairOptions {
  /** `crypto key generate rsa general-keys label <label> modulus <bits>`; with the modulus nothing is asked. */
  readonly command: ConfigLine;
  /** Tried in this order, each where the router does not know the form before. */
  readonly olderForms?: readonly ConfigLine[];
  readonly label: string;
  /** Typed where the router asks for the size; without it that is an unexpected question. */
  readonly bits?: number;
  /** Longest silence, in milliseconds: minutes on an old router. */
  readonly timeoutMs: number;
  /** Commands that come next if all is well, as `Session.converse` takes them. */
  readonly behind?: readonly string[];
}

/** The questions of `crypto key generate`: for a label that exists, always answered no, and for the size. */
export const GENERATE_KEYPAIR_QUESTIONS = {
  'replace-keypair': /\breplace (?:them|it)\s*\?\s*\[yes\/no\]\s*:\s*/i,
  'modulus-size': /\bhow many bits in the modulus\s*\[\d+\]\s*:\s*/i,
} as const;

const REPLACE = {
  name: 'replace-keypair',
  question: '% Do you really want to replace them? [yes/no]:',
  answer: 'no',
  stops: true,
} as const;

/** `bits` is the answer to a question that is asked where the command names no size. */
export function generateKeypairCommand(command: ConfigLine, bits?: number): IosCommand {
  const isAsked = bits !== undefined && !/\bmodulus\b/.test(maskedText(command));
  return {
    mode: 'configuration',
    opening: command,
    questions: isAsked ? [REPLACE, sizeOf(bits)] : [REPLACE],
  };
}

function sizeOf(bits: number): ForeseenQuestion {
  return { name: 'modulus-size', question: 'How many bits in the modulus [512]:', answer: String(bits) };
}

const EXISTS = /You already have \S+ keys defined/i;
const DONE = /\[OK\]/;
/** EC keys are made without a word; recent IOS-XE makes keys behind the prompt. */
const QUIET_DONE = /generating .* in background/i;

/**
 * Makes a key pair (IOS security command reference, `crypto key generate rsa`). A label that exists is never
 * replaced: the question is answered no. With a modulus IOS replaces without asking, so the caller must have looked
 * before; should the router still say that it had keys of that name, that is `keypair-conflict` too. Without a modulus
 * the router asks for it.
 *
 * Throws DeviceError `keypair-conflict`, `command-refused` (a modulus the release does not take),
 * `output-unreadable` when the router does not say that it is done, or what a conversation throws.
 */
export async function generateKeypair(session: Session, options: GenerateKeypairOptions): Promise<void> {
  const { label, olderForms = [] } = options;
  let { command } = options;
  let text = await open(session, command, options);
  for (const older of olderForms) {
    if (findRefusal(text)?.kind !== 'syntax') break;
    const said = await open(session, older, options);
    // What is told in the end is what the router said to the form that it knew, or to the newest.
    if (findRefusal(said)?.kind !== 'syntax') [command, text] = [older, said];
  }
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

async function open(
  session: Session,
  command: ConfigLine,
  { label, bits, timeoutMs, behind = [] }: GenerateKeypairOptions,
): Promise<string> {
  const { mode, opening, questions } = generateKeypairCommand(command, bits);
  const exchanges = questions.map((question) =>
    question.name === REPLACE.name
      ? answering(question, GENERATE_KEYPAIR_QUESTIONS['replace-keypair'], {
          error: ({ all }) => conflict(label, 'exists; it was not replaced', all),
        })
      : answering(question, GENERATE_KEYPAIR_QUESTIONS['modulus-size']),
  );
  const dialogue = { name: 'generate-keypair', opening, exchanges, timeoutMs };
  const { text } = await session.converse(dialogue, mode, behind);
  return text;
}

function isDone(command: ConfigLine, text: string): boolean {
  if (DONE.test(text) || QUIET_DONE.test(text)) return true;
  return /\bgenerate ec\b/.test(maskedText(command)) && /The name for the keys will be: \S/.test(text);
}

function conflict(label: string, what: string, detail: string): DeviceError {
  return new DeviceError('keypair-conflict', `key pair ${label} ${what}`, { detail: detail.trim() });
}
