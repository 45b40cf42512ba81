import type { Answer, Courier, Delivery, Errand } from '../../courier/errand.ts';
import { CourierError, type CourierErrorCode } from '../../courier/errors.ts';
import { DeviceError, type ErrorCode } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import type { KeyUse } from '../../domain/key-use.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import type { ConfiguredCertificate } from '../../ios/show/running-pki.ts';
import type { DecodedCertificate } from '../../pki/decode.ts';
import { recallCertificate } from '../../pki/recall.ts';
import type { RequestFacts } from '../../pki/request.ts';

/** A request with the courier that takes it. */
export interface Dispatch {
  /** What the courier brought when the request was handed over, or why what was there is no answer. */
  readonly delivery: Delivery;
  readonly errand: Errand;
  readonly courier: Courier;
}

const HALVES: Readonly<Record<KeyUse, Errand['half']>> = {
  general: undefined,
  signature: 'sign',
  encryption: 'encr',
};

/** What files are called by that belong to one of two certificates. */
export function halfOf(use: KeyUse): Errand['half'] {
  return HALVES[use];
}

/** What an errand is called by, in file names too. */
export function aboutErrand(
  device: string,
  { name }: Pick<Trustpoint, 'name'>,
  use: KeyUse,
): Pick<Errand, 'device' | 'trustpoint' | 'half'> {
  const half = halfOf(use);
  return { device, trustpoint: name, ...(half === undefined ? {} : { half }) };
}

/** What is no answer, and by which CA certificates one has to lead to the pinned one. `chain`: the router's. */
export function circumstancesOf(
  { authority }: Pick<Trustpoint, 'authority'>,
  chain: readonly ConfiguredCertificate[],
  known: readonly DecodedCertificate[],
): Pick<Errand, 'pins' | 'authorities' | 'known' | 'since'> {
  const dersOf = (isWanted: (kind: ConfiguredCertificate['kind']) => boolean): readonly Uint8Array[] =>
    chain.flatMap(({ kind, der }) => (der === undefined || !isWanted(kind) ? [] : [der]));
  const held = dersOf((kind) => kind === 'identity');
  const begins = held.map((der) => recallCertificate(der).notBefore.getTime());
  return {
    // Behind a service with a CA certificate of its own another CA signs.
    pins: authority.issuer ?? authority.fingerprints,
    authorities: [...dersOf((kind) => kind !== 'identity').map(recallCertificate), ...known],
    known: held,
    ...(begins.length === 0 ? {} : { since: new Date(Math.min(...begins)) }),
  };
}

const CODES: Readonly<Record<CourierErrorCode, ErrorCode>> = {
  'folder-unusable': 'courier-failed',
  'command-failed': 'courier-failed',
  'answer-unreadable': 'answer-unfit',
  'other-key': 'answer-unfit',
  'not-valid': 'answer-unfit',
  'chain-broken': 'answer-unfit',
};

/** A courier's bad news as a device's. */
export function told(trustpoint: string, thrown: unknown): unknown {
  if (!(thrown instanceof CourierError)) return thrown;
  const code = CODES[thrown.code];
  const untouched = code === 'answer-unfit' ? 'Nothing of it was given to the router.' : '';
  return new DeviceError(code, `${trustpoint}: ${thrown.message}`, {
    detail: [thrown.detail, untouched].filter((line) => line !== '').join('\n'),
    cause: thrown,
  });
}

/** `SHA1 087B82E3 …` of a request, as CAs' operators compare it, and the MD5 that routers print beside it. */
export function fingerprintsOf({ fingerprints }: Pick<RequestFacts, 'fingerprints'>): string {
  return fingerprints.map(formatFingerprint).join(', ');
}

/** A certificate that may be given to the router, and what is left to do once the router has it. */
export interface Answered {
  readonly half: Errand['half'];
  readonly answer: Answer;
  settle(): Promise<void>;
}

/**
 * The answer to each request; undefined when one of them is still awaited when the time is up. Throws DeviceError
 * `answer-unfit` or `courier-failed`, or what the signal was aborted with.
 */
export async function awaitAnswers(
  dispatches: readonly Dispatch[],
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<readonly Answered[] | undefined> {
  const given = new AbortController();
  const patience = AbortSignal.timeout(Math.max(1, timeoutMs));
  const all = AbortSignal.any([signal, patience, given.signal]);
  try {
    return await Promise.all(
      dispatches.map(async ({ courier, errand, delivery }) => {
        const settle = (): Promise<void> => courier.settle(errand);
        const { half } = errand;
        if (delivery.kind === 'answered') return { half, answer: delivery.answer, settle };
        const answer = await courier.wait(errand, all).catch((thrown: unknown) => {
          throw told(errand.trustpoint, thrown);
        });
        return { half, answer, settle };
      }),
    );
  } catch (thrown) {
    signal.throwIfAborted();
    if (patience.aborted && !(thrown instanceof DeviceError)) return undefined;
    throw thrown;
  } finally {
    // What still waits when another has failed.
    given.abort();
  }
}
