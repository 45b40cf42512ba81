import type { Fingerprint } from '../domain/fingerprint.ts';
import type { DecodedCertificate } from '../pki/decode.ts';
import type { RequestFacts } from '../pki/request.ts';

/** One request on its way to a CA that trustfleet does not speak with. */
export interface Errand {
  readonly device: string;
  readonly trustpoint: string;
  /** Which of a router's two requests, with usage keys. */
  readonly half?: 'sign' | 'encr';
  readonly request: RequestFacts;
  /** All fingerprints that the CA's certificate must have. At least one. */
  readonly pins: readonly Fingerprint[];
  /** CA certificates that are known already, the pinned one among them where it is. */
  readonly authorities: readonly DecodedCertificate[];
  /** DER of certificates that are no answer: what the router holds for this key from before. */
  readonly known?: readonly Uint8Array[];
  /** Certificates that began before it are no answer either: when the one that is to be replaced began. */
  readonly since?: Date;
}

/** An errand of which no more is at hand than the key. */
export type SoughtAnswer = Omit<Errand, 'request'> & {
  readonly request: Pick<RequestFacts, 'publicKey'>;
};

/** A certificate for the request's key, and the way from it to the pinned CA, which is last. */
export interface Answer {
  readonly certificate: DecodedCertificate;
  readonly chain: readonly DecodedCertificate[];
  /** Where it came from, for people. */
  readonly from: string;
}

/** Something that was there and is no answer, or none yet. */
export interface PassedOver {
  readonly file: string;
  readonly reason: string;
}

export type Delivery =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** Ask again, in this run or the next. */
  | { readonly kind: 'waiting'; readonly passedOver: readonly PassedOver[] };

/** Takes requests to a CA and brings certificates back. */
export interface Courier {
  /**
   * Hands the request over unless it was, and looks for its answer once. Throws a CourierError, or what the signal was
   * aborted with. Safe to call again, in this run or a later one.
   */
  deliver(errand: Errand, signal: AbortSignal): Promise<Delivery>;
  /** The same, until there is an answer. */
  wait(errand: Errand, signal: AbortSignal): Promise<Answer>;
  /** The answer is in use: takes back what still asks for it. */
  settle(errand: Errand): Promise<void>;
}

/** `br-1.BRANCH` or `br-1.BRANCH-sign`: what the files of an errand are called before their ending. */
export function errandName({
  device,
  trustpoint,
  half,
}: Pick<Errand, 'device' | 'trustpoint' | 'half'>): string {
  const name = [device, trustpoint].map(safe).join('.');
  return half === undefined ? name : `${name}-${half}`;
}

/** Names come from an inventory: none of them may lead out of the folder, or hide in it. */
function safe(name: string): string {
  return name.replace(
    /^\.|[^A-Za-z0-9._-]/gu,
    (character) => `%${Buffer.from(character).toString('hex').toUpperCase()}`,
  );
}
