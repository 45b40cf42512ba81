import type { Conversation } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { Fingerprint } from '../../domain/fingerprint.ts';
import type { Secret } from '../../domain/secret.ts';
import type { IosCommand } from '../question.ts';
import { findOutcome, findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import {
  type EnrollFacts,
  enrollExchanges,
  enrollQuestions,
  parameterQuestions,
} from './enroll-exchanges.ts';
import { findFingerprints } from './fingerprints.ts';
import { allSaid, refusedFor } from './refused.ts';

export interface EnrollOptions extends EnrollFacts {
  /** Called when the router asks for the challenge password, and at most once. Undefined: the CA wants none. */
  acquirePassword(): Promise<Secret | undefined>;
  /** Called when the router is told to send the request. */
  onRequested?(): void;
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Enrolled {
  /** The router said that the request is under way. It says so before the first byte goes out. */
  readonly sent: boolean;
  /** Of the request, as far as they were printed before the prompt came back; recent releases print them later. */
  readonly requestFingerprints: readonly Fingerprint[];
  readonly passwordAsked: boolean;
}

/** `challenge` says where the password will come from; undefined: the CA wants none. */
export function enrollCommand(facts: EnrollFacts, challenge: string | undefined): IosCommand {
  return {
    mode: MODE,
    opening: openingFor(facts),
    questions: [...enrollQuestions(facts, challenge), ...parameterQuestions(facts)],
  };
}

const MODE = 'configuration';

function openingFor({ trustpoint }: Pick<EnrollFacts, 'trustpoint'>): string {
  return `crypto pki enroll ${trustpoint}`;
}

const SENT = /^\s*(?:%\s*)?Certificate request sent to Certificate Authority/im;

/**
 * Requests a certificate (`crypto pki enroll`, IOS security command reference) and answers what the router asks.
 * The challenge is acquired when the router asks for it, typed twice, and never asked for again.
 *
 * Throws DeviceError `plan-conflict` (a certificate exists and no renewal is planned), `unexpected-question`,
 * `command-refused`, what `acquirePassword` throws, or what a conversation throws.
 */
export async function enroll(session: Session, options: EnrollOptions): Promise<Enrolled> {
  const conversation = await session.converse(
    {
      name: 'enroll',
      opening: openingFor(options),
      exchanges: enrollExchanges(options),
      timeoutMs: options.timeoutMs,
    },
    MODE,
  );
  return conclude(conversation, options.trustpoint);
}

function conclude({ text, asked, syslog }: Conversation, trustpoint: string): Enrolled {
  const detail = allSaid({ text, syslog });
  // Some releases log it, others say it in the dialogue.
  const logged = syslog.map((line) => line.replace(/^.*?(?=CRYPTO_PKI:)/, '')).find(isKeyRefused);
  const refusal = findRefusal(text) ?? findRefusal(logged ?? '') ?? notAuthenticated(text);
  if (refusal !== undefined) throw refusedFor(trustpoint, refusal, detail);
  const sent = SENT.test(text);
  if (!sent && !asked.includes('request-certificate')) {
    throw new DeviceError(
      'output-unreadable',
      `${trustpoint}: the router neither asked for nor sent a request`,
      { detail },
    );
  }
  return {
    sent,
    requestFingerprints: requestFingerprints(text, syslog),
    passwordAsked: asked.includes('challenge-password'),
  };
}

function isKeyRefused(line: string): boolean {
  return findRefusal(line)?.code === 'key-not-selectable';
}

/** A CA that the router would fetch and accept in passing is not accepted. */
function notAuthenticated(text: string): ReturnType<typeof findOutcome> {
  const outcome = findOutcome(text);
  return outcome?.code === 'not-authenticated' ? outcome : undefined;
}

function requestFingerprints(text: string, syslog: readonly string[]): Fingerprint[] {
  // A log message has its time stamp and mnemonic in front of the words.
  const messages = syslog.join('\n').replace(/^.*?(?=(?:Certificate Request|CSR) Fingerprint)/gm, '');
  const all = [findFingerprints(text), findFingerprints(messages)].flatMap(({ requested, shown }) => [
    ...requested,
    ...shown,
  ]);
  return all.filter(
    ({ hash, hex }, at) => all.findIndex((other) => other.hash === hash && other.hex === hex) === at,
  );
}
