import type { Client } from 'ssh2';
import { stringsOf } from './clear-packets.ts';
import type { Reader } from './held-handshake.ts';
import { readServerLists, type ServerLists } from './kexinit.ts';
import { agree, type Group, type KeyPair, makePair } from './key-exchange-sums.js';
import type { KeyExchangeSums } from './key-exchange-thread.ts';
import { bitLength, LARGEST_GROUP_BITS } from './ssh-strength.ts';

/** Exchanges that are computed in a thread, by what they are computed in; the others cost less than the way there. */
const GROUPS: Readonly<Record<string, Group>> = {
  'diffie-hellman-group1-sha1': { modp: 'modp2' },
  'diffie-hellman-group14-sha1': { modp: 'modp14' },
  'diffie-hellman-group14-sha256': { modp: 'modp14' },
  'diffie-hellman-group16-sha512': { modp: 'modp16' },
  'ecdh-sha2-nistp521': { curve: 'secp521r1' },
};

/** RFC 4253 section 12 and RFC 4419 section 5. A number has another meaning where a group is exchanged. */
const KEXDH_REPLY = 31;
const GEX_GROUP = 31;
const GEX_REPLY = 33;

/**
 * Computes one connection's key exchange beside the event loop. ssh2 takes key pairs and secrets that lie where it would
 * have put its own. Those that could not be had are computed when ssh2 asks, still without the examination of the
 * prime that Node makes and ssh2 throws away: 27 ms for group 1, 190 ms for a group of 2048 bits.
 */
export class KeyExchangeAside implements Reader {
  /** What the server offers, once it was heard. */
  theirs: ServerLists | undefined;
  readonly #offered: readonly string[];
  readonly #sums: KeyExchangeSums;
  #kex = '';
  #pair: KeyPair | undefined;
  #agreed: { readonly pair: KeyPair; readonly theirs: Uint8Array; readonly secret: Uint8Array } | undefined;
  #isLent = false;

  /** `offered` are the key exchanges that the client offers, in its order. */
  constructor(offered: readonly string[], sums: KeyExchangeSums) {
    this.#offered = offered;
    this.#sums = sums;
  }

  beforehand(payload: Buffer): Promise<void> | undefined {
    if (this.theirs === undefined) return this.#begin(payload);
    const [message] = payload;
    const isGroupExchange = this.#kex.includes('group-exchange');
    if (isGroupExchange && message === GEX_GROUP) {
      const [prime, generator] = stringsOf(payload, 1);
      return this.#makePair(exchangedGroup(prime, generator));
    }
    if (message !== (isGroupExchange ? GEX_REPLY : KEXDH_REPLY)) return undefined;
    const [, theirs] = stringsOf(payload, 1);
    return theirs === undefined ? undefined : this.#agree(theirs);
  }

  /** To be called with each line that ssh2 says for debugging: some come just before it would make a pair. */
  heard(message: string, client: Client): void {
    const isGroup = message === 'Received DH GEX Group';
    if (!isGroup && !/^Outbound: Sending KEX(?:EC)?DH_INIT$/.test(message)) return;
    const kex = (client as unknown as ClientInternals)._protocol?._kex;
    if (kex === undefined) throw new Error('ssh2 keeps its key exchange somewhere else now');
    if (!isGroup) {
      this.#lend(kex, fixedGroup(kex));
      return;
    }
    const { setDHParams } = kex;
    kex.setDHParams = (prime, generator) => {
      setDHParams?.call(kex, prime, generator);
      this.#lend(kex, exchangedGroup(prime, generator));
    };
  }

  /** The first of a client's key exchanges that the server offers is used (RFC 4253 section 7.1). */
  #begin(payload: Buffer): Promise<void> | undefined {
    this.theirs = readServerLists(payload);
    if (this.theirs === undefined) return undefined;
    const { kex } = this.theirs;
    this.#kex = this.#offered.find((name) => kex.includes(name)) ?? '';
    return this.#makePair(GROUPS[this.#kex]) ?? Promise.resolve();
  }

  #makePair(group: Group | undefined): Promise<void> | undefined {
    if (group === undefined) return undefined;
    return this.#sums.makePair(group).then((pair) => {
      this.#pair = pair;
    }, leftToSsh2);
  }

  #agree(theirs: Buffer): Promise<void> | undefined {
    const pair = this.#pair;
    if (pair === undefined) return undefined;
    // A copy: a thread would be sent all that was read with it.
    const value = Uint8Array.from(theirs);
    return this.#sums.agree(pair, value).then((secret) => {
      this.#agreed = { pair, theirs: value, secret };
    }, leftToSsh2);
  }

  #lend(kex: SshKeyExchange, group: Group | undefined): void {
    if (group === undefined) return;
    const prepared = this.#isLent ? undefined : this.#pair;
    // For the first exchange only, and only in the group that ssh2 thinks of.
    this.#isLent = true;
    this.#pair = prepared !== undefined && isSame(prepared.group, group) ? prepared : undefined;
    const pair = this.#pair ?? makePair(group);
    kex._public = Buffer.from(pair.publicValue);
    kex._dh = {
      getPrime: () => Buffer.from('prime' in group ? group.prime : []),
      getGenerator: () => bytesOf('prime' in group ? group.generator : 0),
      computeSecret: (theirs) => {
        const { pair: agreedBy, theirs: value, secret } = this.#agreed ?? {};
        this.#agreed = undefined;
        this.#pair = undefined;
        const isReady = secret !== undefined && agreedBy === pair && theirs.equals(value ?? Buffer.alloc(0));
        return Buffer.from(isReady ? secret : agree(pair, theirs));
      },
    };
  }
}

function leftToSsh2(): void {
  // ssh2 asks for the same numbers, and what is wrong with them is told there.
}

/** What a server chose; undefined where it is too large, or its generator is: those of RFC 3526 and of sshd are small. */
function exchangedGroup(prime: Buffer | undefined, generator: Buffer | undefined): Group | undefined {
  if (prime === undefined || generator === undefined) return undefined;
  if (bitLength(prime) > LARGEST_GROUP_BITS || bitLength(generator) > MOST_GENERATOR_BITS) return undefined;
  const digits = prime.subarray(prime.findIndex((byte) => byte !== 0));
  return { prime: Uint8Array.from(digits), generator: Number.parseInt(generator.toString('hex'), 16) };
}

/** What Node takes beside a prime is a number. */
const MOST_GENERATOR_BITS = 24;

function bytesOf(generator: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(generator);
  return bytes;
}

/** The group that ssh2 is about to make a pair in, where it is one of ours. */
function fixedGroup({ groupName, curveName }: SshKeyExchange): Group | undefined {
  const name = groupName ?? curveName;
  return Object.values(GROUPS).find((group) => nameOf(group) === name);
}

function isSame(one: Group, other: Group): boolean {
  if ('prime' in one && 'prime' in other)
    return one.generator === other.generator && Buffer.from(one.prime).equals(other.prime);
  return nameOf(one) !== undefined && nameOf(one) === nameOf(other);
}

function nameOf(group: Group): string | undefined {
  if ('modp' in group) return group.modp;
  return 'curve' in group ? group.curve : undefined;
}

/** The part of ssh2 that is not public; the version is pinned and a test fails when it moves. */
interface ClientInternals {
  readonly _protocol?: { readonly _kex?: SshKeyExchange };
}

interface SshKeyExchange {
  readonly groupName?: string;
  readonly curveName?: string;
  setDHParams?: (prime: Buffer, generator: Buffer) => void;
  _public: Buffer | null;
  _dh: {
    getPrime(): Buffer;
    getGenerator(): Buffer;
    computeSecret(theirs: Buffer): Buffer;
  } | null;
}
