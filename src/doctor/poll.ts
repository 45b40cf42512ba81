import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import {
  type Algorithms,
  buildGetUrl,
  type CaCapabilities,
  type CaCertificates,
  chooseAlgorithms,
  decodePkiMessage,
  encodeIssuerAndSubject,
  encodeMessageParameter,
  encodeName,
  type HttpTransport,
  nameFromText,
  parseCertificate,
  replySigners,
  ScepError,
  sealRequest,
  selfSignedSigner,
} from '../scep/index.ts';
import type { AuthorityFacts, Poll } from './facts.ts';
import type { RouterAlgorithms } from './router-algorithms.ts';
import { tried } from './tried.ts';
import type { Wants } from './wants.ts';

/** What IOS-XE sends without a `hash` line: asked with when nobody knows the releases. */
const USUAL: RouterAlgorithms = { digest: 'sha1', cipher: '3des' };
/** Where one polls, somebody may look into a log. */
const NAME = 'trustfleet-doctor';

/** Base64, a line end after 64 characters and two of 64 characters escaped: `%0A`, `%2B`, `%2F`. */
const CHARACTERS_PER_OCTET = (4 / 3) * (1 + 3 / 64 + 4 / 64);

const makeKeyPair = promisify(generateKeyPair);

export interface PollOptions {
  readonly url: string;
  readonly wants: Pick<Wants, 'algorithms' | 'keyBits'>;
  readonly ca: CaCertificates;
  readonly capabilities: CaCapabilities;
  readonly transport: HttpTransport;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Signs the polls. */
  readonly key: KeyObject;
}

/** A key for polls, RSA as routers have it. It proves nothing, so one does for all CAs. */
export async function makePollKey(): Promise<KeyObject> {
  return (await makeKeyPair('rsa', { modulusLength: 2048 })).privateKey;
}

/**
 * Asks for a request that nobody made, once in each way of the routers, by GET as they do and in a URL as long as theirs. A
 * CA that can talk to them answers that it knows no such request.
 */
export async function pollAsRouters(
  options: PollOptions,
): Promise<Pick<AuthorityFacts, 'polls' | 'filler' | 'control'>> {
  const { algorithms } = options.wants;
  const polls: Poll[] = [];
  for (const { digest, cipher } of algorithms.length === 0 ? [USUAL] : algorithms) {
    options.signal.throwIfAborted();
    polls.push(await poll(options, { digest, cipher }));
  }
  const longest = Math.max(...polls.map(({ characters }) => characters));
  if (polls.every(({ outcome }) => outcome.kind !== 'http')) return { polls };
  const filler = await askLong(options, longest);
  return { polls, filler, control: await poll(options, chooseAlgorithms(options.capabilities)) };
}

async function poll(options: PollOptions, how: Algorithms): Promise<Poll> {
  const { url, wants, ca, transport, signal, now, key } = options;
  let characters = 0;
  try {
    const { message, readReply } = sealLong(ca, how, key, wants.keyBits, now());
    const asked = buildGetUrl({ url, operation: 'PKIOperation', message, style: 'ios' });
    characters = asked.length - asked.indexOf('?') - 1;
    const { status, body } = await transport({ method: 'GET', url: asked, headers: {} });
    if (status !== 200) return { ...how, characters, outcome: { kind: 'http', status } };
    const reply = readReply(body);
    const { digest } = decodePkiMessage(body, replySigners(ca));
    const failInfo = reply.status === 'rejected' ? reply.failInfo : undefined;
    return {
      ...how,
      characters,
      outcome: { kind: 'answered', digest, ...(failInfo === undefined ? {} : { failInfo }) },
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ScepError)) throw error;
    const isNetwork = NETWORK.has(error.code);
    return { ...how, characters, outcome: { kind: isNetwork ? 'failed' : 'unreadable', why: error.message } };
  }
}

const NETWORK: ReadonlySet<string> = new Set([
  'unreachable',
  'connection-closed',
  'timeout',
  'invalid-argument',
  'unsupported-algorithm',
]);

/** A poll as long as a router's request: the name in it is filled up. */
function sealLong(
  ca: CaCertificates,
  { digest, cipher }: Algorithms,
  key: KeyObject,
  keyBits: number,
  now: Date,
) {
  const day = 86_400_000;
  const certificate = selfSignedSigner({
    fqdn: `${NAME}.invalid`,
    key,
    hash: digest,
    notBefore: new Date(now.getTime() - day),
  });
  const { subject: issuer } = parseCertificate(ca.ca);
  const sealed = (filling: number) =>
    sealRequest({
      messageType: 'CertPoll',
      transactionId: `${NAME}-${now.getTime()}`,
      messageData: encodeIssuerAndSubject({
        issuer,
        subject: encodeName(nameFromText(`CN=${NAME},OU=${'x'.repeat(filling)}`)),
      }),
      ca,
      signer: { certificate, key },
      algorithms: { digest, cipher },
    });
  const wanted = requestLength(keyBits);
  const missing = wanted - encodeMessageParameter(sealed(1).message, 'ios').length;
  return sealed(Math.max(1, Math.ceil(missing / CHARACTERS_PER_OCTET)));
}

/**
 * How long the `message=` of a router's first request is: 3,578 characters were captured for a key of 2048 bits. With the key
 * grow two public keys and three signatures, each by an eighth of the bits.
 */
export function requestLength(keyBits: number): number {
  return Math.round(3578 + (5 * CHARACTERS_PER_OCTET * (keyBits - 2048)) / 8);
}

/** The same length in a question that every CA answers: is it the length that the web server minds? */
function askLong(
  { url, transport, signal }: PollOptions,
  characters: number,
): Promise<NonNullable<AuthorityFacts['filler']>> {
  const bare = buildGetUrl({ url, operation: 'GetCACaps', message: '' });
  const query = bare.length - bare.indexOf('?') - 1;
  return tried(signal, async () => {
    const asked = `${bare}${'x'.repeat(Math.max(0, characters - query))}`;
    return (await transport({ method: 'GET', url: asked, headers: {} })).status;
  });
}
