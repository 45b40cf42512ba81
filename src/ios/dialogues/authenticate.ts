import type { Conversation, Exchange, Reaction } from '../../dialogue/exchange.ts';
import { DeviceError, type ErrorCode } from '../../domain/errors.ts';
import { type Fingerprint, formatFingerprint } from '../../domain/fingerprint.ts';
import type { IosCommand } from '../question.ts';
import { explainRefusal, findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type FileTransfer, fileExchanges, foreseenFileQuestions } from './file-questions.ts';
import {
  findFingerprints,
  type Judgement,
  judge,
  listFingerprints,
  type PrintedFingerprints,
} from './fingerprints.ts';
import { asksToPaste, foreseenPaste, pasting } from './pasting.ts';
import { allSaid } from './refused.ts';

export interface AuthenticateOptions {
  readonly trustpoint: string;
  /** Never empty. All that can be compared must match. */
  readonly pins: readonly Fingerprint[];
  /** The CA certificate as PEM, line by line, where the router does not fetch it (`enrollment terminal`). */
  readonly pem?: readonly string[];
  /** The file that it is read from, where it comes from a server of files (`enrollment url tftp:`). */
  readonly transfer?: FileTransfer;
  /** Longest silence, in milliseconds: the router waits up to a minute for the CA. */
  readonly timeoutMs: number;
}

export interface Authenticated {
  readonly accepted: true;
  /**
   * What the router printed of the CA certificate. Where there is none of it (the trustpoint held one before, or the
   * router trusts its parent), compare the DER with the pin.
   */
  readonly shown: readonly Fingerprint[];
}

/** What `crypto pki authenticate` asks: the one question that is ever answered, and for the CA certificate's text. */
export const AUTHENTICATE_QUESTIONS = {
  'accept-ca-certificate': /Do you accept this certificate\s*\?\s*\[yes\/no\]\s*:\s*/i,
  'ca-certificate-text': asksToPaste('base 64 encoded CA certificate|PEM-formatted CA certificate'),
} as const;

const PASTE = foreseenPaste('ca-certificate-text', {
  question: 'Enter the base 64 encoded CA certificate',
  what: 'the CA certificate',
});
const ACCEPT = 'yes';
const REJECT = 'no';

/** `isPasted`: the router asks for the CA certificate's text. */
export function authenticateCommand({
  trustpoint,
  pins,
  isPasted = false,
  transfer,
}: Pick<AuthenticateOptions, 'trustpoint' | 'pins' | 'transfer'> & {
  readonly isPasted?: boolean;
}): IosCommand {
  return {
    mode: 'configuration',
    opening: `crypto pki authenticate ${trustpoint}`,
    questions: [
      ...(isPasted ? [PASTE] : []),
      ...(transfer === undefined ? [] : foreseenFileQuestions(transfer, 'read')),
      {
        name: 'accept-ca-certificate',
        question: '% Do you accept this certificate? [yes/no]:',
        answer: ACCEPT,
        remark: `if the fingerprint shown is the pinned one, ${listFingerprints(pins)}; else ${REJECT}, and the device stops`,
      },
    ],
  };
}

/**
 * Has the router fetch the CA certificate, or take it as a text (`crypto pki authenticate`, IOS security command reference) and accepts it
 * only if a fingerprint that the router prints equals a pin and none differs. Where the trustpoint has a `fingerprint`
 * line the router asks nothing; what it prints is compared all the same. A subordinate CA whose parent the router trusts
 * is accepted by the router itself, at times without a word about fingerprints: `shown` is empty then.
 *
 * Throws DeviceError `fingerprint-mismatch`, `fingerprint-unreadable` (nothing printed could be compared),
 * `ca-unreachable`, `command-refused`, or what a conversation throws. Anything but the router's own words of
 * acceptance is a failure.
 */
export async function authenticate(session: Session, options: AuthenticateOptions): Promise<Authenticated> {
  const { mode, opening } = authenticateCommand(options);
  const { pem, transfer, timeoutMs } = options;
  const text =
    pem === undefined
      ? []
      : [pasting('ca-certificate-text', AUTHENTICATE_QUESTIONS['ca-certificate-text'], pem)];
  const file = transfer === undefined ? [] : fileExchanges(transfer, 'read');
  const exchanges = [...text, ...file, acceptExchange(options)];
  const conversation = await session.converse({ name: 'authenticate', opening, exchanges, timeoutMs }, mode);
  return conclude(conversation, options);
}

function acceptExchange({ trustpoint, pins }: AuthenticateOptions): Exchange {
  return {
    name: 'accept-ca-certificate',
    prompt: AUTHENTICATE_QUESTIONS['accept-ca-certificate'],
    // Once more when a word got lost on the way. What is compared is the same, so is the answer.
    atMost: 2,
    react({ all }): Reaction {
      const printed = findFingerprints(all);
      const judgement = judgeCertificates(all, ({ shown }) => shown, pins);
      if (judgement === 'equal') return { type: ACCEPT };
      return { abort: judged(judgement, trustpoint, printed, pins, all), instead: REJECT };
    },
  };
}

const SHOWN_BELOW = 'Certificate has the following attributes';

/**
 * What is asked about, or was accepted, is the certificate shown last; what was shown above it must agree with the pins,
 * but says nothing for it.
 */
function judgeCertificates(
  text: string,
  which: (printed: PrintedFingerprints) => readonly Fingerprint[],
  pins: readonly Fingerprint[],
): Judgement {
  const judged = [text, text.slice(Math.max(0, text.lastIndexOf(SHOWN_BELOW)))].map((part) => {
    const printed = findFingerprints(part);
    return judge(which(printed), pins, printed.unreadable);
  });
  return judged.find((judgement) => judgement !== 'equal') ?? 'equal';
}

const FAILED =
  /^\s*(?:%\s*)?(?:Error in receiving Certificate Authority certificate|Failed to authenticate the Certificate Authority|error retrieving certificate)/im;
const NOT_SAVED = /^\s*%?\s*Error in saving certificate/im;
const REJECTED = /certificate is rejected/i;
const MISMATCHED = /fingerprints? (?:mis-?match|do(?:es)? not match|did not match|not matched)/i;
const PIN_WANTED = /fingerprint must be supplied/i;
const PRESENT = /Please delete your existing CA certificate first/i;
/** No question, and on some releases no fingerprint either: another trustpoint holds the CA above. */
const SIGNED_BY_PARENT = /^\s*Certificate validated - Signed by existing trustpoint CA certificate/im;
const ACCEPTED = /^\s*(?:%\s*)?Trustpoint CA certificate accepted\b/im;

function conclude({ text, syslog }: Conversation, { trustpoint, pins }: AuthenticateOptions): Authenticated {
  const printed = findFingerprints(text);
  const detail = allSaid({ text, syslog });
  const refusal = findRefusal(text);
  const explained = refusal === undefined ? { detail } : explainRefusal(refusal, detail);
  const fail = (code: ErrorCode, why: string): DeviceError =>
    new DeviceError(code, `${trustpoint}: ${why}`, explained);
  const judgement = judgeCertificates(text, ({ shown, configured }) => [...shown, ...configured], pins);

  if (judgement === 'different' || MISMATCHED.test(text))
    throw judged('different', trustpoint, printed, pins, detail);
  if (PIN_WANTED.test(text))
    throw fail(
      'fingerprint-unreadable',
      'the router wants a fingerprint line in the trustpoint, or has another one',
    );
  // Without a question of its own the router rejects for one reason: not the trustpoint's fingerprint.
  if (REJECTED.test(text))
    throw fail('fingerprint-mismatch', 'the router itself rejected the CA certificate: not the pinned one');
  if (FAILED.test(text)) throw fail('ca-unreachable', lineOf(text, FAILED));
  if (NOT_SAVED.test(text)) throw fail('command-refused', lineOf(text, NOT_SAVED));
  if (PRESENT.test(text)) return { accepted: true, shown: [] };
  if (refusal !== undefined) throw fail('command-refused', refusal.line);
  if (!ACCEPTED.test(text))
    throw fail('ca-unreachable', 'the router did not say that it accepted a CA certificate');
  const isUnseen = [printed.shown, printed.configured, printed.unreadable].every(
    ({ length }) => length === 0,
  );
  if (isUnseen && SIGNED_BY_PARENT.test(text)) return { accepted: true, shown: [] };
  if (judgement !== 'equal') throw judged('none', trustpoint, printed, pins, detail);
  return { accepted: true, shown: printed.shown };
}

function judged(
  judgement: 'different' | 'none',
  trustpoint: string,
  { shown, configured, unreadable }: PrintedFingerprints,
  pins: readonly Fingerprint[],
  detail: string,
): DeviceError {
  const printed = shown.length > 0 ? shown : configured;
  const comparison = `pinned: ${listFingerprints(pins)}\nshown: ${listFingerprints(printed)}`;
  const message =
    judgement === 'different'
      ? `${trustpoint}: ${firstDifference(printed, pins) ?? 'the fingerprint shown is not the pinned one'}`
      : `${trustpoint}: ${unreadable[0] === undefined ? 'nothing shown can be compared with the pin' : `not readable: ${unreadable[0]}`}`;
  return new DeviceError(
    judgement === 'different' ? 'fingerprint-mismatch' : 'fingerprint-unreadable',
    message,
    {
      detail: `${comparison}\n${detail.trim()}`,
      ...(judgement === 'none' && printed.length > 0 && unreadable.length === 0
        ? { hint: hintToPin(printed) }
        : {}),
    },
  );
}

function hintToPin(printed: readonly Fingerprint[]): string {
  const hashes = [...new Set(printed.map(({ hash }) => hash))].join(' and ');
  return `ask the CA’s operator for the ${hashes} fingerprint and pin that as well: this router prints no other, and the one it shows may be somebody else’s`;
}

function firstDifference(shown: readonly Fingerprint[], pins: readonly Fingerprint[]): string | undefined {
  for (const pin of pins) {
    const other = shown.find(({ hash, hex }) => hash === pin.hash && hex !== pin.hex);
    if (other !== undefined)
      return `the CA shows ${formatFingerprint(other)}, pinned is ${formatFingerprint(pin)}`;
  }
  return undefined;
}

function lineOf(text: string, pattern: RegExp): string {
  return (
    text
      .split('\n')
      .find((line) => pattern.test(line))
      ?.trim() ?? text.trim()
  );
}
