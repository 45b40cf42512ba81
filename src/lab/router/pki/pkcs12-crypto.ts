import { createDecipheriv, createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

import { OctetString } from 'asn1js';
import { type AlgorithmIdentifier, type MacData, PBES2Params, PBKDF2Params } from 'pkijs';

import { decryptRc2 } from './rc2.ts';

/** What a router makes of a PKCS#12 file that it does not take. */
export class Pkcs12Refusal extends Error {
  readonly kind: 'bad-mac' | 'algorithm' | 'malformed';

  constructor(kind: Pkcs12Refusal['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** `legacy`: SHA-1, triple DES and RC2, as PKCS#12 was before PBES2. */
export type Pkcs12Age = 'legacy' | 'any';

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
};
const TRIPLE_DES_WITH_SHA1 = '1.2.840.113549.1.12.1.3';
const RC2_128_WITH_SHA1 = '1.2.840.113549.1.12.1.5';
const RC2_40_WITH_SHA1 = '1.2.840.113549.1.12.1.6';
const PBES2 = '1.2.840.113549.1.5.13';
/** Purposes of the bytes that the key derivation gives (RFC 7292 B.3). */
const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;
const MOST_ITERATIONS = 1_000_000;

/** Throws Pkcs12Refusal unless the MAC over the content is that of the passphrase. */
export function checkMac(content: Uint8Array, macData: MacData, passphrase: string, age: Pkcs12Age): void {
  const hash = HASHES[macData.mac.digestAlgorithm.algorithmId];
  if (hash === undefined || (age === 'legacy' && hash !== 'sha1'))
    throw new Pkcs12Refusal('algorithm', 'the digest of the MAC is not known');
  const expected = Buffer.from(macData.mac.digest.getValue());
  const salt = Buffer.from(macData.macSalt.getValue());
  const iterations = sane(macData.iterations ?? 1);
  const key = derive({ hash, passphrase, salt, iterations }, PURPOSE.mac, expected.length);
  const found = createHmac(hash, key).update(content).digest();
  if (found.length !== expected.length || !timingSafeEqual(found, expected))
    throw new Pkcs12Refusal('bad-mac', 'bad HMAC');
}

/** Throws Pkcs12Refusal for a passphrase that does not fit and for a cipher that the release does not know. */
export function decrypt(
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  passphrase: string,
  age: Pkcs12Age,
): Uint8Array {
  const open = algorithm.algorithmId === PBES2 && age === 'any' ? pbes2 : oldCipher;
  const plain = open(algorithm, passphrase)(data);
  if (plain === undefined) throw new Pkcs12Refusal('bad-mac', 'the passphrase opens nothing');
  return plain;
}

/** Undefined when the padding is wrong. */
type Opener = (data: Uint8Array) => Uint8Array | undefined;

function withOpenssl(name: string, key: Uint8Array, iv: Uint8Array): Opener {
  return (data) => {
    try {
      const engine = createDecipheriv(name, key, iv);
      return new Uint8Array(Buffer.concat([engine.update(data), engine.final()]));
    } catch {
      return undefined;
    }
  };
}

/** RFC 7292 C: the key from the passphrase with SHA-1, the cipher triple DES or RC2. */
function oldCipher({ algorithmId, algorithmParams }: AlgorithmIdentifier, passphrase: string): Opener {
  const [salt, iterations] = algorithmParams?.valueBlock?.value ?? [];
  if (!(salt instanceof OctetString)) throw new Pkcs12Refusal('algorithm', `${algorithmId} is not known`);
  const facts = {
    hash: 'sha1',
    passphrase,
    salt: Buffer.from(salt.getValue()),
    iterations: sane(iterations?.valueBlock?.valueDec),
  };
  const key = (length: number): Uint8Array => derive(facts, PURPOSE.key, length);
  const iv = derive(facts, PURPOSE.iv, 8);
  switch (algorithmId) {
    case TRIPLE_DES_WITH_SHA1:
      return withOpenssl('des-ede3-cbc', key(24), iv);
    case RC2_128_WITH_SHA1:
      return (data) => decryptRc2(key(16), 128, iv, data);
    case RC2_40_WITH_SHA1:
      return (data) => decryptRc2(key(5), 40, iv, data);
    default:
      throw new Pkcs12Refusal('algorithm', `${algorithmId} is not known`);
  }
}

/** RFC 8018 6.2, with PBKDF2; the passphrase in UTF-8, as OpenSSL has it. */
function pbes2({ algorithmParams }: AlgorithmIdentifier, passphrase: string): Opener {
  const { keyDerivationFunc, encryptionScheme } = new PBES2Params({ schema: algorithmParams });
  const { salt, iterationCount, prf } = new PBKDF2Params({ schema: keyDerivationFunc.algorithmParams });
  const cipher = CIPHERS[encryptionScheme.algorithmId];
  const hash = PRFS[prf?.algorithmId ?? '1.2.840.113549.2.7'];
  const iv: unknown = encryptionScheme.algorithmParams;
  if (
    cipher === undefined ||
    hash === undefined ||
    !(salt instanceof OctetString) ||
    !(iv instanceof OctetString)
  )
    throw new Pkcs12Refusal('algorithm', 'PBES2 with algorithms that are not known');
  const key = pbkdf2Sync(
    passphrase,
    Buffer.from(salt.getValue()),
    sane(iterationCount),
    cipher.keyBytes,
    hash,
  );
  return withOpenssl(cipher.name, key, Buffer.from(iv.getValue()));
}

function sane(iterations: unknown): number {
  const count = Number(iterations);
  if (!Number.isInteger(count) || count < 1 || count > MOST_ITERATIONS)
    throw new Pkcs12Refusal('malformed', 'no sane count of iterations');
  return count;
}

interface Derivation {
  readonly hash: string;
  readonly passphrase: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

/** RFC 7292 B.2: the passphrase as a BMPString with its terminator. */
function derive(
  { hash, passphrase, salt, iterations }: Derivation,
  purpose: number,
  length: number,
): Uint8Array {
  const block = ['sha384', 'sha512'].includes(hash) ? 128 : 64;
  const secret = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(block, purpose);
  const blocks = [salt, secret].map((bytes) => repeated(bytes, block));
  const material = Buffer.concat(blocks);
  const out: Buffer[] = [];
  for (let size = 0; size < length; ) {
    let chunk = createHash(hash).update(diversifier).update(material).digest();
    for (let round = 1; round < iterations; round += 1) chunk = createHash(hash).update(chunk).digest();
    out.push(chunk);
    size += chunk.length;
    addToEach(material, repeated(chunk, block), block);
  }
  return new Uint8Array(Buffer.concat(out).subarray(0, length));
}

/** As often as it takes to fill whole blocks; the last time cut off. */
function repeated(bytes: Buffer, block: number): Buffer {
  const length = Math.ceil(bytes.length / block) * block;
  return Buffer.alloc(length, bytes);
}

/** Adds a number of one block, and one more, to each block of the material. */
function addToEach(material: Buffer, addend: Buffer, block: number): void {
  for (let start = 0; start < material.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at -= 1) {
      carry += (material[start + at] ?? 0) + (addend[at] ?? 0);
      material[start + at] = carry & 0xff;
      carry >>= 8;
    }
  }
}
