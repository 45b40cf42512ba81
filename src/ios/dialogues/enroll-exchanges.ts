import type { Exchange, Reaction } from '../../dialogue/exchange.ts';
import { DeviceError, toDeviceError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import type { EnrollOptions } from './enroll.ts';

/** The questions of `crypto pki enroll` that are answered, and those that are refused by name. */
export const ENROLL_QUESTIONS = {
  'continue-reenrollment': /\bre-?enrol[^\n]*\?\s*\[yes\/no\]\s*:\s*/i,
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

type QuestionName = keyof typeof ENROLL_QUESTIONS;

/** One set of exchanges for one enrollment: it remembers the challenge between its two questions. */
export function enrollExchanges(options: EnrollOptions): Exchange[] {
  const challenge = new ChallengeOnce(options);
  const hasAddress = options.ipAddress !== 'none';
  const { trustpoint } = options;
  return [
    exchange('continue-reenrollment', () =>
      options.reenroll
        ? { type: 'yes' }
        : refuse(
            new DeviceError(
              'plan-conflict',
              `${trustpoint}: holds a certificate, and no renewal was planned`,
            ),
          ),
    ),
    exchange('challenge-password', () => challenge.first()),
    exchange('challenge-password-again', () => challenge.again()),
    exchange('include-serial-number', () => ({ type: options.serialNumber ? 'yes' : 'no' })),
    exchange('include-ip-address', () => ({ type: hasAddress ? 'yes' : 'no' })),
    exchange('interface-or-address', ({ match }) =>
      hasAddress ? { type: options.ipAddress } : { abort: unplanned(match[0], trustpoint) },
    ),
    exchange('request-certificate', () => ({ type: 'yes' })),
    // A CA is accepted in one place only, where its fingerprint is compared with the pin.
    exchange('accept-ca-certificate', ({ match }) => refuse(unplanned(match[0], trustpoint))),
  ];
}

/** A router asks once more when passwords did not agree or a word got lost; a third time is an unexpected question. */
function exchange(name: QuestionName, react: Exchange['react']): Exchange {
  return { name, prompt: ENROLL_QUESTIONS[name], react, atMost: 2 };
}

function refuse(error: DeviceError): Reaction {
  return { abort: error, instead: 'no' };
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
