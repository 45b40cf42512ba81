import type { Answer, Exchange, Reaction } from '../../dialogue/exchange.ts';
import { DeviceError, toDeviceError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { answering, type ForeseenQuestion } from '../question.ts';
import type { EnrollOptions } from './enroll.ts';

/** What decides the answers. */
export interface EnrollFacts {
  readonly trustpoint: string;
  /** Whether the subject holds the router's serial number. */
  readonly serialNumber: boolean;
  /** An address, an interface name, or `none`. */
  readonly ipAddress: string;
  /** The router holds a certificate and a renewal is planned. */
  readonly reenroll: boolean;
  /** What an enrollment profile has the router ask for (`parameter 1 prompt …`). */
  readonly parameters?: readonly ParameterAnswer[];
}

/** A parameter of an enrollment profile that is typed when the router asks for it. */
export interface ParameterAnswer {
  readonly number: number;
  /** The words that the profile has the router ask with. */
  readonly question: string;
  readonly answer: Answer;
}

/** The questions of `crypto pki enroll` that are answered, and those that are refused by name. */
export const ENROLL_QUESTIONS = {
  'continue-reenrollment':
    /(?:do you (?:really )?want to (?:continue with )?)?\bre-?enrol[^\n]*\?\s*\[yes\/no\]\s*:\s*/i,
  'challenge-password': /^[^\S\n]*(?:(?:enter )?(?:the )?challenge )?password\s*:\s*/im,
  'challenge-password-again':
    /^[^\S\n]*(?:re-?enter|verify|confirm|repeat)(?: the)?(?: challenge)? password\s*:\s*/im,
  'include-serial-number':
    /include the router serial number in the subject(?: name)?\s*\?\s*\[[^\]\n]*\]\s*:\s*/i,
  'include-ip-address': /include an IP address in the subject(?: name)?\s*\?\s*\[[^\]\n]*\]\s*:\s*/i,
  'interface-or-address': /enter interface name or IP address\s*\[[^\]\n]*\]\s*:\s*/i,
  'request-certificate': /^[^\S\n]*(?:%\s*)?request certificates? from CA\s*\?\s*\[yes\/no\]\s*:\s*/im,
  'accept-ca-certificate': /do you accept this certificate\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

/** The questions that an enrollment profile adds, as a person reads them. */
export function parameterQuestions({
  parameters = [],
}: Pick<EnrollFacts, 'parameters'>): readonly ForeseenQuestion[] {
  return parameters.map(({ number, question }) => ({
    name: `parameter-${number}`,
    question,
    answer: `<parameter ${number}>`,
  }));
}

type QuestionName = keyof typeof ENROLL_QUESTIONS;
type Answered = ForeseenQuestion & { readonly name: QuestionName };

/**
 * The questions as a person reads them, with the answers. `challenge` says where the password comes from; undefined:
 * the CA wants none.
 */
export function enrollQuestions(facts: EnrollFacts, challenge: string | undefined): readonly Answered[] {
  const { reenroll, serialNumber, ipAddress } = facts;
  const hasAddress = ipAddress !== 'none';
  const password =
    challenge === undefined
      ? { answer: '', remark: 'the CA wants no challenge' }
      : { answer: '<challenge password>', remark: challenge };
  return [
    {
      name: 'continue-reenrollment',
      question: 'Do you want to continue with re-enrollment? [yes/no]:',
      ...(reenroll ? { answer: 'yes' } : { answer: 'no', stops: true }),
    },
    { name: 'challenge-password', question: 'Password:', ...password },
    { name: 'challenge-password-again', question: 'Re-enter password:', ...password, remark: 'the same' },
    {
      name: 'include-serial-number',
      question: '% Include the router serial number in the subject name? [yes/no]:',
      answer: serialNumber ? 'yes' : 'no',
    },
    {
      name: 'include-ip-address',
      question: '% Include an IP address in the subject name? [no]:',
      answer: hasAddress ? 'yes' : 'no',
    },
    {
      name: 'interface-or-address',
      question: 'Enter Interface name or IP Address[]:',
      ...(hasAddress ? { answer: ipAddress } : { answer: undefined, stops: true }),
    },
    { name: 'request-certificate', question: 'Request certificate from CA? [yes/no]:', answer: 'yes' },
    // A CA is accepted in one place only, where its fingerprint is compared with the pin.
    {
      name: 'accept-ca-certificate',
      question: '% Do you accept this certificate? [yes/no]:',
      answer: 'no',
      stops: true,
    },
  ];
}

/** One set of exchanges for one enrollment: it remembers the challenge between its two questions. */
export function enrollExchanges(options: EnrollOptions): readonly Exchange[] {
  const { trustpoint } = options;
  const challenge = new ChallengeOnce(options);
  const own = enrollQuestions(options, undefined).map((question) => {
    const prompt = ENROLL_QUESTIONS[question.name];
    switch (question.name) {
      case 'challenge-password':
        return { name: question.name, prompt, react: () => challenge.first(), atMost: MOST };
      case 'challenge-password-again':
        return { name: question.name, prompt, react: () => challenge.again(), atMost: MOST };
      case 'continue-reenrollment':
        return fixed(question, () => notPlanned(trustpoint));
      case 'request-certificate':
        return { name: question.name, prompt, react: () => requested(question, options), atMost: MOST };
      default:
        return fixed(question, (asked) => unplanned(asked, trustpoint));
    }
  });
  return [...own, ...(options.parameters ?? []).map(parameterExchange)];
}

function parameterExchange({ number, question, answer }: ParameterAnswer): Exchange {
  const words = question.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
  return {
    name: `parameter-${number}`,
    prompt: new RegExp(`${words}(?!\\d)[^\\w\\n]*`, 'i'),
    react: () => ({ type: answer }),
    atMost: MOST,
  };
}

/** A router asks once more when passwords did not agree or a word got lost; a third time is an unexpected question. */
const MOST = 2;

function fixed(question: Answered, error: (asked: string) => DeviceError): Exchange {
  return answering(question, ENROLL_QUESTIONS[question.name], {
    atMost: MOST,
    ...(question.stops === true ? { error: ({ match }) => error(match[0]) } : {}),
  });
}

function requested({ answer = '' }: Answered, options: EnrollOptions): Reaction {
  options.onRequested?.();
  return { type: answer };
}

function notPlanned(trustpoint: string): DeviceError {
  return new DeviceError('plan-conflict', `${trustpoint}: holds a certificate, and no renewal was planned`);
}

function unplanned(question: string, trustpoint: string): DeviceError {
  return new DeviceError(
    'unexpected-question',
    `${trustpoint}: the router asked “${question.trim()}” while enrolling`,
  );
}

/** Acquires the challenge at the first question and never a second time. */
class ChallengeOnce {
  readonly #options: EnrollOptions;
  #acquired: { readonly password: Secret | undefined } | undefined;

  constructor(options: EnrollOptions) {
    this.#options = options;
  }

  async first(): Promise<Reaction> {
    try {
      this.#acquired ??= { password: await this.#options.acquirePassword() };
      return { type: this.#acquired.password ?? '' };
    } catch (thrown) {
      return { abort: toDeviceError(thrown) };
    }
  }

  again(): Reaction {
    if (this.#acquired !== undefined) return { type: this.#acquired.password ?? '' };
    const { trustpoint } = this.#options;
    return { abort: unplanned('Re-enter password:', trustpoint) };
  }
}
