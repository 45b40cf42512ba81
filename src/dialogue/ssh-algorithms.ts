import { createRequire } from 'node:module';
import type { Algorithms } from 'ssh2';

interface SshConstants {
  readonly COMPAT_CHECKS: [string | RegExp, number][];
  readonly SUPPORTED_KEX: readonly string[];
  readonly SUPPORTED_SERVER_HOST_KEY: readonly string[];
  readonly SUPPORTED_CIPHER: readonly string[];
  readonly SUPPORTED_MAC: readonly string[];
}

export type AlgorithmSet = 'modern' | 'legacy';

interface Offer {
  readonly name: string;
  /** SHA-1, 1024-bit groups and CBC: offered only where a device is said to need them. */
  readonly legacy?: true;
}

const legacy = (name: string): Offer => ({ name, legacy: true });
const modern = (name: string): Offer => ({ name });

// In SSH the client's order wins. Group exchange and group 1 come last: they cost seconds of CPU.
const KEX = [
  modern('ecdh-sha2-nistp256'),
  modern('curve25519-sha256'),
  modern('curve25519-sha256@libssh.org'),
  modern('ecdh-sha2-nistp384'),
  modern('ecdh-sha2-nistp521'),
  modern('diffie-hellman-group14-sha256'),
  modern('diffie-hellman-group16-sha512'),
  legacy('diffie-hellman-group14-sha1'),
  legacy('diffie-hellman-group1-sha1'),
  modern('diffie-hellman-group-exchange-sha256'),
  legacy('diffie-hellman-group-exchange-sha1'),
];
const HOST_KEYS = [
  modern('ssh-ed25519'),
  modern('ecdsa-sha2-nistp256'),
  modern('ecdsa-sha2-nistp384'),
  modern('ecdsa-sha2-nistp521'),
  modern('rsa-sha2-512'),
  modern('rsa-sha2-256'),
  legacy('ssh-rsa'),
];
const CIPHERS = [
  modern('aes128-gcm@openssh.com'),
  modern('aes256-gcm@openssh.com'),
  modern('aes128-ctr'),
  modern('aes192-ctr'),
  modern('aes256-ctr'),
  legacy('aes256-cbc'),
  legacy('aes128-cbc'),
  legacy('3des-cbc'),
];
const MACS = [
  modern('hmac-sha2-256-etm@openssh.com'),
  modern('hmac-sha2-512-etm@openssh.com'),
  modern('hmac-sha2-256'),
  modern('hmac-sha2-512'),
  legacy('hmac-sha1'),
  legacy('hmac-sha1-96'),
];

const constants = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as SshConstants;

/**
 * What we offer, in our order. Host key algorithms of the types a host is known by come first, so that a host
 * is met by the key it is known by.
 */
export function offeredAlgorithms(set: AlgorithmSet, knownKeyTypes: readonly string[]): Algorithms {
  const names = (offers: readonly Offer[], supported: readonly string[]): string[] =>
    offers
      .filter((offer) => set === 'legacy' || offer.legacy !== true)
      .map(({ name }) => name)
      .filter((name) => supported.includes(name));
  const hostKeys = names(HOST_KEYS, constants.SUPPORTED_SERVER_HOST_KEY);
  const isKnown = (name: string): boolean =>
    knownKeyTypes.includes(name.startsWith('rsa-sha2-') ? 'ssh-rsa' : name);
  return {
    kex: names(KEX, constants.SUPPORTED_KEX),
    serverHostKey: [...hostKeys.filter(isKnown), ...hostKeys.filter((name) => !isKnown(name))],
    cipher: names(CIPHERS, constants.SUPPORTED_CIPHER),
    hmac: names(MACS, constants.SUPPORTED_MAC),
  } as Algorithms;
}

/** The algorithms among these that are offered for legacy devices only. */
export function legacyAmong(names: readonly string[]): string[] {
  const all = [...KEX, ...HOST_KEYS, ...CIPHERS, ...MACS];
  return names.filter((name) => all.some((offer) => offer.name === name && offer.legacy === true));
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
