import type { Exchange } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import { answering, type ForeseenQuestion, type IosCommand } from '../question.ts';
import { findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type EnrollFacts, enrollExchanges, enrollQuestions } from './enroll-exchanges.ts';
import { allSaid, refusedFor } from './refused.ts';

export interface EnrollSelfSignedOptions extends EnrollFacts {
  /** Trustpoints whose self-signed certificate may go: a router keeps one only. */
  readonly mayReplace: readonly string[];
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** What is asked of a trustpoint with `enrollment selfsigned` besides the names. */
export const SELF_SIGNED_QUESTIONS = {
  // The words of its last line are not known from everywhere; the announcement above it is.
  'replace-self-signed':
    /already generated a self[- ]?signed certificate for\s+trustpoint\s+(?<held>\S+?)\.?\s[\s\S]*\[(?:yes\/no|yes|no|confirm)\]\s*:?\s*/i,
  'generate-self-signed': /Generate Self[- ]?Signed Router Certificate\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

/** Of `crypto pki enroll`, what is asked without a CA. */
const WITHOUT_CA: ReadonlySet<string> = new Set([
  'continue-reenrollment',
  'include-serial-number',
  'include-ip-address',
  'interface-or-address',
]);

const GENERATE = {
  name: 'generate-self-signed',
  question: 'Generate Self Signed Router Certificate? [yes/no]:',
  answer: 'yes',
} as const;

function replaceQuestion(mayReplace: readonly string[]): ForeseenQuestion {
  return {
    name: 'replace-self-signed',
    question:
      'The router has already generated a Self Signed Certificate … Do you want to continue generating a new Self Signed Certificate? [yes/no]:',
    ...(mayReplace.length === 0
      ? { answer: 'no', stops: true }
      : { answer: 'yes', remark: `only for that of ${mayReplace.join(', ')}` }),
  };
}

export function enrollSelfSignedCommand(
  facts: EnrollFacts & Pick<EnrollSelfSignedOptions, 'mayReplace'>,
): IosCommand {
  const names = enrollQuestions(facts, undefined).filter(({ name }) => WITHOUT_CA.has(name));
  return {
    mode: 'configuration',
    opening: `crypto pki enroll ${facts.trustpoint}`,
    questions: [...names, replaceQuestion(facts.mayReplace), GENERATE],
  };
}

const CREATED = /^\s*%?\s*Router Self[- ]?Signed Certificate successfully created/im;

/**
 * Has the router sign a certificate for its own key pair (`crypto pki enroll` with `enrollment selfsigned`, IOS security
 * command reference). It keeps one such certificate: that of another trustpoint goes only where `mayReplace` names it.
 *
 * Throws DeviceError `plan-conflict` (another trustpoint's certificate would go, or one exists and no renewal is planned),
 * `unexpected-question`, `command-refused`, `output-unreadable` when the router does not say that it made one, or what a
 * conversation throws.
 */
export async function enrollSelfSigned(session: Session, options: EnrollSelfSignedOptions): Promise<void> {
  const { trustpoint, timeoutMs } = options;
  const { mode, opening } = enrollSelfSignedCommand(options);
  const { text, syslog } = await session.converse(
    { name: 'enroll-selfsigned', opening, exchanges: exchangesOf(options), timeoutMs },
    mode,
  );
  if (CREATED.test(text)) return;
  const detail = allSaid({ text, syslog });
  const refusal = findRefusal(text);
  if (refusal === undefined) {
    const message = `${trustpoint}: the router does not say that it made a self-signed certificate`;
    throw new DeviceError('output-unreadable', message, { detail });
  }
  throw refusedFor(trustpoint, refusal, detail);
}

function exchangesOf(options: EnrollSelfSignedOptions): readonly Exchange[] {
  const acquirePassword = (): Promise<undefined> => Promise.resolve(undefined);
  return [
    // First: the question behind its announcement may well be the usual one.
    replacing(options),
    ...enrollExchanges({ ...options, acquirePassword }).filter(({ name }) => WITHOUT_CA.has(name)),
    answering(GENERATE, SELF_SIGNED_QUESTIONS['generate-self-signed'], { atMost: 2 }),
  ];
}

function replacing({ trustpoint, mayReplace }: EnrollSelfSignedOptions): Exchange {
  return {
    name: 'replace-self-signed',
    prompt: SELF_SIGNED_QUESTIONS['replace-self-signed'],
    atMost: 2,
    react({ match }) {
      const held = match.groups?.held ?? '';
      if (mayReplace.includes(held)) return { type: 'yes' };
      const message = `${trustpoint}: the router would delete the self-signed certificate of trustpoint ${held}`;
      return { abort: new DeviceError('plan-conflict', message), instead: 'no' };
    },
  };
}
