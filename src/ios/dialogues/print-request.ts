import type { Exchange } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import { answering, type ForeseenQuestion, type IosCommand } from '../question.ts';
import { findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type EnrollFacts, enrollExchanges, enrollQuestions } from './enroll-exchanges.ts';
import { allSaid, refusedFor } from './refused.ts';

export interface PrintRequestOptions extends EnrollFacts {
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** What is asked of a trustpoint with `enrollment terminal` besides the names. */
export const PRINT_REQUEST_QUESTIONS = {
  'display-request': /Display Certificate Request to terminal\s*\?\s*\[yes\/no\]\s*:\s*/i,
  // Published as “enrollmt”, too.
  'redisplay-request': /Redisplay enrol\w* request\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

/** Of `crypto pki enroll`, what only a router asks that goes to the CA itself. */
const BY_SCEP: ReadonlySet<string> = new Set([
  'challenge-password',
  'challenge-password-again',
  'request-certificate',
]);

const PRINTING = [
  {
    name: 'display-request',
    question: 'Display Certificate Request to terminal? [yes/no]:',
    answer: 'yes',
  },
  { name: 'redisplay-request', question: 'Redisplay enrollment request? [yes/no]:', answer: 'no' },
] as const satisfies readonly ForeseenQuestion[];

/** Two requests with usage keys, and each question once more where a word got lost. */
const MOST = 4;

export function printRequestCommand(facts: EnrollFacts): IosCommand {
  return {
    mode: 'configuration',
    opening: `crypto pki enroll ${facts.trustpoint}`,
    questions: [...enrollQuestions(facts, undefined).filter(({ name }) => !BY_SCEP.has(name)), ...PRINTING],
  };
}

/**
 * Has the router print its certificate request (`crypto pki enroll` with `enrollment terminal`, IOS security command
 * reference): one, or two with usage keys, each as the lines of base64 or PEM that stood between its heading and the
 * question behind it. Nothing is sent, and the key pair stays as it is.
 *
 * Throws DeviceError `plan-conflict` (a certificate exists and no renewal is planned), `unexpected-question`,
 * `command-refused`, `output-unreadable` when no request was printed, or what a conversation throws.
 */
export async function printRequest(
  session: Session,
  options: PrintRequestOptions,
): Promise<readonly string[]> {
  const { trustpoint, timeoutMs } = options;
  const { mode, opening } = printRequestCommand(options);
  const { text, syslog } = await session.converse(
    { name: 'print-request', opening, exchanges: exchangesOf(options), timeoutMs },
    mode,
  );
  const requests = printedRequests(text);
  if (requests.length > 0) return requests;
  const detail = allSaid({ text, syslog });
  const refusal = findRefusal(text);
  if (refusal === undefined) {
    const message = `${trustpoint}: the router printed no certificate request`;
    throw new DeviceError('output-unreadable', message, { detail });
  }
  throw refusedFor(trustpoint, refusal, detail);
}

function exchangesOf(options: PrintRequestOptions): readonly Exchange[] {
  const acquirePassword = (): Promise<undefined> => Promise.resolve(undefined);
  return [
    ...enrollExchanges({ ...options, acquirePassword }).filter(({ name }) => !BY_SCEP.has(name)),
    ...PRINTING.map((question) =>
      answering(question, PRINT_REQUEST_QUESTIONS[question.name], { atMost: MOST }),
    ),
  ];
}

const HEADING = /^\s*Certificate Request follows:/im;
const LINE = /^(?:[A-Za-z0-9+/]+={0,2}|={1,2}|-----(?:BEGIN|END) (?:NEW )?CERTIFICATE REQUEST-----)$/;

/** What stands behind the last question was not asked about: it may be half a request. */
function printedRequests(text: string): readonly string[] {
  const rounds = text.split(PRINT_REQUEST_QUESTIONS['redisplay-request']).slice(0, -1);
  return rounds.flatMap((round) => {
    const { index } = HEADING.exec(round) ?? {};
    const lines =
      index === undefined
        ? []
        : round
            .slice(index)
            .split('\n')
            .map((line) => line.trim());
    const kept = lines.filter((line) => LINE.test(line));
    return kept.length === 0 ? [] : [kept.join('\n')];
  });
}
