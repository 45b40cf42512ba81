import type { Challenge } from '../../challenge/source.ts';
import { type ConfigLine, plainLine } from '../../domain/config-line.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { type ForeseenLine, foreseeConfiguration } from '../../ios/foreseen.ts';
import type { StepContext } from '../steps/context.ts';
import { giveBack } from '../steps/enroll.ts';
import type { RouterRequest } from './router-request.ts';

const TAKEN_AWAY = plainLine('no password');

/**
 * A challenge password for a request that a router prints: it asks for none then, so the password stands in the trustpoint
 * while the request is made (`password`, IOS security command reference), and is taken away again.
 */
export class ChallengeInRequest {
  readonly #context: StepContext;
  readonly #trustpoint: Trustpoint;
  readonly #tell: (line: string) => void;
  #challenge: Challenge | undefined;
  #wasSent = false;

  /** `tell` hears what becomes of a password in doubt. */
  constructor(context: StepContext, trustpoint: Trustpoint, tell: (line: string) => void) {
    this.#context = context;
    this.#trustpoint = trustpoint;
    this.#tell = tell;
  }

  /**
   * Has requests made with a password inside. Throws DeviceError `challenge-unavailable` when a request came without it,
   * what the challenge's source throws, or what `make` throws.
   */
  async around(make: () => Promise<readonly RouterRequest[]>): Promise<readonly RouterRequest[]> {
    const { challenges, device, session, signal } = this.#context;
    const source = challenges.for(this.#trustpoint.authority);
    await source.ready?.(device, this.#trustpoint, signal);
    this.#challenge = await source.acquire(device, this.#trustpoint, signal);
    const { password } = this.#challenge;
    if (password === undefined) return make();
    const { name } = this.#trustpoint;
    await session.configure([headOf(name), { parts: ['password ', password] }]);
    const requests = await make().finally(() =>
      signal.aborted ? undefined : session.configure([headOf(name), TAKEN_AWAY]),
    );
    if (requests.some(({ request }) => !request.hasChallengePassword)) {
      throw new DeviceError(
        'challenge-unavailable',
        `${name}: the router’s release puts no challenge password into a request that it prints`,
        {
          detail: 'The CA wants one. The request was handed to nobody.',
          hint: 'let the router ask the CA by itself (method: scep), or have the request signed by submit: { directory: … }',
        },
      );
    }
    this.#wasSent = true;
    return requests;
  }

  /** To be called once, at the end. `isAnswered`: the CA has looked at the request. */
  settle({ isAnswered }: { readonly isAnswered: boolean }): void {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (challenge === undefined) return;
    if (isAnswered) challenge.spent();
    else giveBack(challenge, { wasSent: this.#wasSent }, this.#tell);
  }
}

/** The same lines, with those that put the password in and take it away. */
export function foreseeChallengeAround(
  name: string,
  lines: readonly ForeseenLine[],
): readonly ForeseenLine[] {
  return [
    ...foreseeConfiguration([headOf(name), plainLine('password <challenge password>')]),
    ...lines,
    ...foreseeConfiguration([headOf(name), TAKEN_AWAY]),
  ];
}

function headOf(name: string): ConfigLine {
  return plainLine(`crypto pki trustpoint ${name}`);
}
