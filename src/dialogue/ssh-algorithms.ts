import { createRequire } from 'node:module';

interface SshConstants {
  readonly COMPAT_CHECKS: [string | RegExp, number][];
  readonly SUPPORTED_KEX: readonly string[];
  readonly SUPPORTED_SERVER_HOST_KEY: readonly string[];
  readonly SUPPORTED_CIPHER: readonly string[];
  readonly SUPPORTED_MAC: readonly string[];
}

/** From strong to weak. `sha1`: nothing worse than SHA-1. `old`: 1024-bit groups, CBC, MD5 and cut MACs as well. */
const TIERS = ['modern', 'sha1', 'old'] as const;
export type Tier = (typeof TIERS)[number];

/** The lists of a handshake (RFC 4253 section 7.1). */
export type AlgorithmList = 'kex' | 'hostKey' | 'cipher' | 'mac';
const LIST_NAMES: readonly AlgorithmList[] = ['kex', 'hostKey', 'cipher', 'mac'];

// Strong before weak, for in SSH the client's order wins; within a tier the cheap ones first: from a tenth of a millisecond of
// CPU for P-256 to six for P-521; a group exchange takes one more round trip, and as much as its server likes.
const OFFERS: Readonly<Record<AlgorithmList, Readonly<Record<Tier, readonly string[]>>>> = {
  kex: {
    modern: [
      'ecdh-sha2-nistp256',
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp384',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
    ],
    // The size of an exchanged group is checked by itself.
    sha1: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1'],
    old: ['diffie-hellman-group1-sha1'],
  },
  hostKey: {
    modern: [
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ],
    sha1: ['ssh-rsa'],
    old: [],
  },
  cipher: {
    modern: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
    sha1: [],
    old: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  },
  mac: {
    modern: [
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ],
    sha1: ['hmac-sha1'],
    old: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
  },
};

const constants = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as SshConstants;
const SUPPORTED: Readonly<Record<AlgorithmList, readonly string[]>> = {
  kex: constants.SUPPORTED_KEX,
  hostKey: constants.SUPPORTED_SERVER_HOST_KEY,
  cipher: constants.SUPPORTED_CIPHER,
  mac: constants.SUPPORTED_MAC,
};

/** How weak a connection may be. */
export interface Allowance {
  /** The weakest tier on offer, list by list. */
  readonly weakest: Readonly<Record<AlgorithmList, Tier>>;
  /** The shortest RSA host key, in bits. */
  readonly hostKeyBits: number;
  /** The smallest group of a group exchange, in bits. */
  readonly groupBits: number;
}

/** Below this, an RSA key or a group is legacy. */
export const STRONG_BITS = 2048;

export const ALLOWANCES = {
  modern: {
    weakest: { kex: 'modern', hostKey: 'modern', cipher: 'modern', mac: 'modern' },
    hostKeyBits: STRONG_BITS,
    groupBits: STRONG_BITS,
  },
  /** All that any release needs: 512-bit host keys are the shortest that IOS makes. */
  legacy: {
    weakest: { kex: 'old', hostKey: 'old', cipher: 'old', mac: 'old' },
    hostKeyBits: 512,
    groupBits: 1024,
  },
} as const satisfies Record<string, Allowance>;

/** Names of algorithms by list, under the names that ssh2 has for the lists. */
export interface Offer {
  readonly kex: readonly string[];
  readonly serverHostKey: readonly string[];
  readonly cipher: readonly string[];
  readonly hmac: readonly string[];
}

/** Made once for many connections, by what they depend on. */
const offers = new Map<string, Offer>();

/**
 * What we offer, in our order. Host key algorithms of the types a host is known by come first, so that a host
 * is met by the key it is known by.
 */
export function offeredAlgorithms({ weakest }: Allowance, knownKeyTypes: readonly string[]): Offer {
  const key = [...LIST_NAMES.map((list) => weakest[list]), ...knownKeyTypes].join();
  const offer = offers.get(key) ?? offerFor(weakest, knownKeyTypes);
  // Key types come from a file: somebody may have written any.
  if (offers.size < MOST_OFFERS) offers.set(key, offer);
  return offer;
}

const MOST_OFFERS = 100;

function offerFor(weakest: Allowance['weakest'], knownKeyTypes: readonly string[]): Offer {
  const hostKeys = namesUpTo('hostKey', weakest.hostKey);
  const isKnown = (name: string): boolean =>
    knownKeyTypes.includes(name.startsWith('rsa-sha2-') ? 'ssh-rsa' : name);
  return {
    kex: namesUpTo('kex', weakest.kex),
    serverHostKey: [...hostKeys.filter(isKnown), ...hostKeys.filter((name) => !isKnown(name))],
    cipher: namesUpTo('cipher', weakest.cipher),
    hmac: namesUpTo('mac', weakest.mac),
  };
}

function namesUpTo(list: AlgorithmList, weakest: Tier): string[] {
  return TIERS.slice(0, TIERS.indexOf(weakest) + 1)
    .flatMap((tier) => OFFERS[list][tier])
    .filter((name) => SUPPORTED[list].includes(name));
}

/** The tier of an algorithm; `undefined` for one that is never offered. An AEAD cipher needs no MAC: '' is modern. */
export function tierOf(list: AlgorithmList, name: string): Tier | undefined {
  if (list === 'mac' && name === '') return 'modern';
  return TIERS.find((tier) => OFFERS[list][tier].includes(name));
}

/** The algorithms among these that are offered for legacy devices only. */
export function legacyAmong(names: readonly string[]): string[] {
  const isLegacy = (name: string): boolean =>
    LIST_NAMES.some((list) => ['sha1', 'old'].includes(tierOf(list, name) ?? 'modern'));
  return names.filter(isLegacy);
}

/**
 * The least that has to be allowed beyond `allowed` to meet a server with these lists, each list by itself;
 * `undefined` when there is nothing in common at all. A list nobody heard of stays as it is allowed.
 */
export function neededAllowance(
  theirs: Readonly<Partial<Record<AlgorithmList, readonly string[]>>>,
  allowed: Allowance,
): Allowance | undefined {
  const weakest = { ...allowed.weakest };
  for (const list of LIST_NAMES) {
    const names = theirs[list];
    if (names === undefined) continue;
    const tier = TIERS.find((one) => namesUpTo(list, one).some((name) => names.includes(name)));
    if (list === 'mac' && usesAead(theirs.cipher ?? [])) continue;
    if (tier === undefined) return undefined;
    weakest[list] = weaker(tier, weakest[list]);
  }
  return { ...allowed, weakest };
}

/** Whether the cipher both sides agree on carries its own integrity check. */
function usesAead(ciphers: readonly string[]): boolean {
  return (
    namesUpTo('cipher', 'old')
      .find((name) => ciphers.includes(name))
      ?.includes('-gcm') === true
  );
}

export function weaker(a: Tier, b: Tier): Tier {
  return TIERS.indexOf(a) > TIERS.indexOf(b) ? a : b;
}

/**
 * ssh2 withholds group exchange from servers that call themselves `Cisco-1.25`, among them routers that can do
 * nothing else (mscdex/ssh2 issue 1235). The check for groups too large for them stays.
 */
export function offerGroupExchangeToCisco(): void {
  const { COMPAT_CHECKS } = constants;
  const index = COMPAT_CHECKS.findIndex(([ident]) => ident === 'Cisco-1.25');
  if (index >= 0) COMPAT_CHECKS.splice(index, 1);
}
