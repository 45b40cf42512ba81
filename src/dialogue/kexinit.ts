import { stringsOf } from './clear-packets.ts';
import type { AlgorithmList } from './ssh-algorithms.ts';

/** What a server offers; ciphers and MACs are those it offers in both directions. */
export type ServerLists = Readonly<Record<AlgorithmList, readonly string[]>>;

const SSH_MSG_KEXINIT = 20;
/** The message number and a cookie of 16 bytes come before the lists. */
const LISTS_AT = 17;

/**
 * The lists of a KEXINIT (RFC 4253 section 7.1); undefined when the payload is anything else. ssh2 tells the lists only one
 * by one and stops at the first that does not fit.
 */
export function readServerLists(payload: Buffer): ServerLists | undefined {
  if (payload[0] !== SSH_MSG_KEXINIT) return undefined;
  const lists = stringsOf(payload, LISTS_AT).map((names) =>
    names.length === 0 ? [] : names.toString('latin1').split(','),
  );
  const [kex, hostKey, cipherOut, cipherIn, macOut, macIn] = lists;
  if (!(kex && hostKey && cipherOut && cipherIn && macOut && macIn)) return undefined;
  return {
    kex: kex.filter(isAlgorithm),
    hostKey,
    cipher: cipherOut.filter((name) => cipherIn.includes(name)),
    mac: macOut.filter((name) => macIn.includes(name)),
  };
}

/** The key exchange list also carries signs of protocol extensions (RFC 8308). */
function isAlgorithm(name: string): boolean {
  return !/^(?:kex-strict|ext-info)-/.test(name);
}
