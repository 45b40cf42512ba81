import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { type BaseBlock, Integer, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { AlgorithmIdentifier } from 'pkijs';
import { derive } from './derive.ts';
import { Pkcs12Error } from './errors.ts';
import type { Pkcs12Encryption } from './kinds.ts';
import { decryptRc2 } from './rc2.ts';

/** A file may not keep us busy for longer than this many rounds. */
const MOST_ITERATIONS = 1_000_000;

const SHA1_3DES = '1.2.840.113549.1.12.1.3';
interface CipherFacts {
  readonly name: string;
  readonly keyBytes: number;
}
/** The ciphers of PKCS#12 itself (RFC 7292 appendix C), whose keys are derived with SHA-1; RC4 is none of today's. */
const OWN_CIPHERS: ReadonlyMap<string, CipherFacts> = new Map([
  [SHA1_3DES, { name: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.4', { name: 'des-ede-cbc', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.5', { name: 'rc2', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.6', { name: 'rc2', keyBytes: 5 }],
]);
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
const PSEUDO_RANDOM: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  [HMAC_SHA256, 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
]);
const CIPHERS: ReadonlyMap<string, CipherFacts> = new Map([
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24 }],
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24 }],
  [AES_256_CBC, { name: 'aes-256-cbc', keyBytes: 32 }],
]);

export interface Encrypted {
  readonly algorithm: AlgorithmIdentifier;
  readonly data: Uint8Array;
}

/** Encrypts under a fresh salt. */
export function encrypt(
  plain: Uint8Array,
  passphrase: string,
  how: Pkcs12Encryption,
  iterations: number,
): Encrypted {
  const salt = randomBytes(how === 'legacy' ? 8 : 16);
  if (how === 'legacy') {
    const { key, iv } = ownKeyOf(passphrase, { salt, iterations, keyBytes: 24 });
    return {
      algorithm: algorithm(SHA1_3DES, sequence(octets(salt), new Integer({ value: iterations }))),
      data: run(createCipheriv('des-ede3-cbc', key, iv), plain),
    };
  }
  const iv = randomBytes(16);
  const key = pbkdf2Sync(passphrase, salt, iterations, 32, 'sha256');
  const pseudoRandom = sequence(new ObjectIdentifier({ value: HMAC_SHA256 }), new Null());
  const derivation = sequence(octets(salt), new Integer({ value: iterations }), pseudoRandom);
  return {
    algorithm: algorithm(
      PBES2,
      sequence(
        sequence(new ObjectIdentifier({ value: PBKDF2 }), derivation),
        sequence(new ObjectIdentifier({ value: AES_256_CBC }), octets(iv)),
      ),
    ),
    data: run(createCipheriv('aes-256-cbc', key, iv), plain),
  };
}

/** Rejects with a Pkcs12Error: `unsupported-algorithm`, `unreadable`, or `wrong-passphrase` when the padding is wrong. */
export async function decrypt(
  { algorithm: { algorithmId, algorithmParams }, data }: Encrypted,
  passphrase: string,
): Promise<Buffer> {
  const own = OWN_CIPHERS.get(algorithmId);
  const { name, key, iv } =
    own === undefined
      ? readPbes2(algorithmId, algorithmParams, passphrase)
      : { name: own.name, ...readOwn(algorithmParams, passphrase, own.keyBytes) };
  try {
    if (name === 'rc2') return await decryptRc2(data, { key, iv });
    return run(createDecipheriv(name, key, iv), data);
  } catch (cause) {
    throw new Pkcs12Error('wrong-passphrase', '', { cause });
  }
}

/** Rounds as a file names them. */
export function readIterations(value: number): number {
  if (value >= 1 && value <= MOST_ITERATIONS) return value;
  throw new Pkcs12Error('unsupported-algorithm', `it asks for ${value} iterations`);
}

function readOwn(parameters: unknown, passphrase: string, keyBytes: number): { key: Buffer; iv: Buffer } {
  const [salt, count] = membersOf(parameters);
  return ownKeyOf(passphrase, { salt: bytesOf(salt), iterations: countOf(count), keyBytes });
}

function ownKeyOf(
  passphrase: string,
  { keyBytes, ...rounds }: { salt: Uint8Array; iterations: number; keyBytes: number },
): { key: Buffer; iv: Buffer } {
  const by = { hash: 'sha1', ...rounds } as const;
  return {
    key: derive(passphrase, { ...by, purpose: 'key', length: keyBytes }),
    iv: derive(passphrase, { ...by, purpose: 'iv', length: 8 }),
  };
}

function readPbes2(
  oid: string,
  parameters: unknown,
  passphrase: string,
): { name: string; key: Buffer; iv: Buffer } {
  if (oid !== PBES2) throw new Pkcs12Error('unsupported-algorithm', `its encryption is ${oid}`);
  const [derivation, encryption] = membersOf(parameters);
  const [derivationOid, derivationParameters] = membersOf(derivation);
  if (oidOf(derivationOid) !== PBKDF2) {
    throw new Pkcs12Error('unsupported-algorithm', `its key derivation is ${oidOf(derivationOid)}`);
  }
  const [salt, count, ...more] = membersOf(derivationParameters);
  const pseudoRandom = more.find((each) => each instanceof Sequence);
  const hash = pseudoRandom === undefined ? 'sha1' : PSEUDO_RANDOM.get(oidOf(membersOf(pseudoRandom)[0]));
  const [cipherOid, iv] = membersOf(encryption);
  const cipher = CIPHERS.get(oidOf(cipherOid));
  if (hash === undefined || cipher === undefined) {
    throw new Pkcs12Error('unsupported-algorithm', `its cipher is ${oidOf(cipherOid)}`);
  }
  const key = pbkdf2Sync(passphrase, bytesOf(salt), countOf(count), cipher.keyBytes, hash);
  return { name: cipher.name, key, iv: Buffer.from(bytesOf(iv)) };
}

function run(engine: ReturnType<typeof createCipheriv>, data: Uint8Array): Buffer {
  return Buffer.concat([engine.update(data), engine.final()]);
}

function algorithm(algorithmId: string, algorithmParams: BaseBlock): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithmId, algorithmParams });
}

function sequence(...value: BaseBlock[]): Sequence {
  return new Sequence({ value });
}

function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: new Uint8Array(bytes).buffer });
}

function membersOf(node: unknown): readonly BaseBlock[] {
  if (node instanceof Sequence) return node.valueBlock.value;
  throw new Pkcs12Error('unreadable', 'the parameters of its encryption are none');
}

function bytesOf(node: unknown): Uint8Array {
  if (node instanceof OctetString) return new Uint8Array(node.getValue());
  throw new Pkcs12Error('unreadable', 'the parameters of its encryption are none');
}

function countOf(node: unknown): number {
  if (node instanceof Integer) return readIterations(node.valueBlock.valueDec);
  throw new Pkcs12Error('unreadable', 'the parameters of its encryption are none');
}

function oidOf(node: unknown): string {
  if (node instanceof ObjectIdentifier) return node.getValue();
  throw new Pkcs12Error('unreadable', 'the parameters of its encryption are none');
}
