import type { Exchange } from '../../dialogue/exchange.ts';
import { answering, type ForeseenQuestion, type IosCommand } from '../question.ts';
import { findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type EnrollFacts, enrollExchanges, enrollQuestions } from './enroll-exchanges.ts';
import { type FileTransfer, fileExchanges, foreseenFileQuestions } from './file-questions.ts';
import { PRINT_REQUEST_QUESTIONS } from './print-request.ts';
import { allSaid, refusedFor } from './refused.ts';

export interface WriteRequestOptions extends EnrollFacts {
  readonly transfer: FileTransfer;
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** What is asked of a trustpoint with `enrollment url tftp:` besides the names. */
export const WRITE_REQUEST_QUESTIONS = {
  'display-request': PRINT_REQUEST_QUESTIONS['display-request'],
  'send-to-file-system': /Send Certificate Request to file system\s*\?\s*\[yes\/no]\s*:\s*/i,
} as const;

const ASKED = [
  {
    name: 'display-request',
    question: 'Display Certificate Request to terminal? [yes/no]:',
    answer: 'no',
    remark: 'it is read from the file',
  },
  {
    name: 'send-to-file-system',
    question: 'Send Certificate Request to file system? [yes/no]:',
    answer: 'yes',
  },
] as const satisfies readonly ForeseenQuestion[];

const BY_SCEP: ReadonlySet<string> = new Set([
  'challenge-password',
  'challenge-password-again',
  'request-certificate',
]);
const MOST = 4;

export function writeRequestCommand(facts: EnrollFacts, transfer: FileTransfer): IosCommand {
  return {
    mode: 'configuration',
    opening: `crypto pki enroll ${facts.trustpoint}`,
    questions: [
      ...enrollQuestions(facts, undefined).filter(({ name }) => !BY_SCEP.has(name)),
      ...ASKED,
      ...foreseenFileQuestions(transfer, 'write'),
    ],
  };
}

/**
 * Has the router write its certificate request to a server (`crypto pki enroll` with `enrollment url tftp:`, IOS security
 * command reference): `<name>.req`, or `<name>-sign.req` and `<name>-encr.req` with usage keys. What arrived there is for
 * the server to say.
 *
 * Throws DeviceError `plan-conflict` (a certificate exists and no renewal is planned), `unexpected-question`,
 * `command-refused`, or what a conversation throws.
 */
export async function writeRequest(session: Session, options: WriteRequestOptions): Promise<void> {
  const { trustpoint, transfer, timeoutMs } = options;
  const { mode, opening } = writeRequestCommand(options, transfer);
  const exchanges = exchangesOf(options);
  const { text, syslog } = await session.converse(
    { name: 'write-request', opening, exchanges, timeoutMs },
    mode,
  );
  const detail = allSaid({ text, syslog });
  const refusal = findRefusal(text);
  if (refusal !== undefined) throw refusedFor(trustpoint, refusal, detail);
}

function exchangesOf(options: WriteRequestOptions): readonly Exchange[] {
  const acquirePassword = (): Promise<undefined> => Promise.resolve(undefined);
  return [
    ...enrollExchanges({ ...options, acquirePassword }).filter(({ name }) => !BY_SCEP.has(name)),
    ...ASKED.map((question) => answering(question, WRITE_REQUEST_QUESTIONS[question.name], { atMost: MOST })),
    ...fileExchanges(options.transfer, 'write'),
  ];
}
