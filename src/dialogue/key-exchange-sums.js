// @ts-check
// The arithmetic of key exchanges. Plain JavaScript, for a worker thread loads it as it stands, compiled or not.
import {
  createDiffieHellman,
  createDiffieHellmanGroup,
  createECDH,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from 'node:crypto';

/**
 * A group with a name of RFC 2409 and RFC 3526 in Node's spelling, a group that a server chose (RFC 4419), or a curve
 * by its name in OpenSSL. Numbers are unsigned and big-endian.
 * @typedef {{ readonly modp: string }
 *   | { readonly prime: Uint8Array, readonly generator: number }
 *   | { readonly curve: string }} Group
 */

/**
 * Our half of an exchange. `form` is what our public value is wrapped in, where a key object is needed.
 * @typedef {{
 *   readonly group: Group,
 *   readonly publicValue: Uint8Array,
 *   readonly privateKey: Uint8Array | import('node:crypto').KeyObject,
 *   readonly form?: Uint8Array,
 * }} KeyPair
 */

/** OpenSSL knows these by heart; any other prime it would examine for a tenth of a second and longer. */
const KNOWN = ['modp5', 'modp14', 'modp15', 'modp16', 'modp17', 'modp18'];

/**
 * Makes a fresh pair. That a prime is none is not looked for, as in OpenSSH: the server that chose it proves with its
 * host key that it did (RFC 4419 section 3). Throws what OpenSSL throws for a group that nothing can be computed in.
 * @param {Group} group
 * @returns {KeyPair}
 */
export function makePair(group) {
  if ('curve' in group) {
    const ecdh = createECDH(group.curve);
    return { group, publicValue: ecdh.generateKeys(), privateKey: ecdh.getPrivateKey() };
  }
  const known = knownGroup(group);
  if (known !== undefined) {
    const dh = known();
    return { group, publicValue: dh.generateKeys(), privateKey: dh.getPrivateKey() };
  }
  const { publicKey, privateKey } = generateDhPair(
    'dh',
    'modp' in group ? { group: group.modp } : { prime: Buffer.from(group.prime), generator: group.generator },
  );
  const form = publicKey.export({ type: 'spki', format: 'der' });
  return { group, publicValue: valueIn(form), privateKey, form };
}

/**
 * The secret both sides share. Throws what OpenSSL throws for a public value that is none (RFC 4253 section 8: from 1 to
 * p - 1; 1 and p - 1 themselves are refused as well).
 * @param {KeyPair} pair
 * @param {Uint8Array} theirs
 * @returns {Uint8Array}
 */
export function agree({ group, privateKey, form }, theirs) {
  if ('curve' in group && privateKey instanceof Uint8Array) {
    const ecdh = createECDH(group.curve);
    ecdh.setPrivateKey(privateKey);
    return ecdh.computeSecret(theirs);
  }
  if (privateKey instanceof Uint8Array) {
    const dh = knownGroup(group)?.();
    if (dh === undefined) throw new Error('a private key of no known group');
    // Node lets numbers pass here that OpenSSL refuses below.
    if (!isBetween(theirs, dh.getPrime())) throw new Error('a public value outside its group');
    dh.setPrivateKey(privateKey);
    return dh.computeSecret(theirs);
  }
  if (form === undefined) throw new Error('a private key without its group');
  const publicKey = createPublicKey({ key: withValue(form, theirs), type: 'spki', format: 'der' });
  return diffieHellman({ privateKey, publicKey });
}

/**
 * Node's types do not know of this kind of key.
 * @typedef {{ group: string } | { prime: Buffer, generator: number }} DhOptions
 */
const generateDhPair =
  /** @type {(type: 'dh', options: DhOptions) => import('node:crypto').KeyPairKeyObjectResult} */ (
    /** @type {unknown} */ (generateKeyPairSync)
  );

/** @type {Map<string, Buffer>} */
const primes = new Map();

/**
 * @param {Group} group
 * @returns {(() => import('node:crypto').DiffieHellman) | undefined}
 */
function knownGroup(group) {
  if ('curve' in group) return undefined;
  const name = KNOWN.find((one) => ('modp' in group ? group.modp === one : primeOf(one).equals(group.prime)));
  if (name === undefined) return undefined;
  return () => createDiffieHellman(primeOf(name), 'modp' in group ? 2 : group.generator);
}

/**
 * @param {Uint8Array} value
 * @param {Uint8Array} prime
 */
function isBetween(value, prime) {
  const [number = 0n, end = 0n] = [value, prime].map((one) =>
    BigInt(`0x0${Buffer.from(one).toString('hex')}`),
  );
  return number > 1n && number < end - 1n;
}

/** @param {string} name */
function primeOf(name) {
  const prime = primes.get(name) ?? createDiffieHellmanGroup(name).getPrime();
  primes.set(name, prime);
  return prime;
}

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const INTEGER = 0x02;

/**
 * The public value in a SubjectPublicKeyInfo of RFC 3279 section 2.3.3: a sequence of the algorithm and a bit string
 * with an integer in it.
 * @param {Uint8Array} form
 */
function valueIn(form) {
  const bits = contentAt(form, contentAt(form, contentAt(form, 0).start).end);
  // The first byte of a bit string says how many bits at its end are unused: none.
  const integer = contentAt(form, bits.start + 1);
  return form.subarray(integer.start, integer.end);
}

/**
 * @param {Uint8Array} form
 * @param {Uint8Array} value
 */
function withValue(form, value) {
  const algorithm = contentAt(form, 0).start;
  const algorithmEnd = contentAt(form, algorithm).end;
  const first = value.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.of(0) : value.subarray(first);
  const integer = element(INTEGER, (digits[0] ?? 0) < 0x80 ? [digits] : [Buffer.of(0), digits]);
  return element(SEQUENCE, [
    form.subarray(algorithm, algorithmEnd),
    element(BIT_STRING, [Buffer.of(0), integer]),
  ]);
}

/**
 * Where the content of the DER element at `at` starts and ends. Of OpenSSL's own making, so it is whole.
 * @param {Uint8Array} der
 * @param {number} at
 */
function contentAt(der, at) {
  const short = der[at + 1] ?? 0;
  const bytes = short < 0x80 ? 0 : short & 0x7f;
  const start = at + 2 + bytes;
  const length = der.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start, end: start + (bytes === 0 ? short : length) };
}

/**
 * @param {number} tag
 * @param {readonly Uint8Array[]} contents
 */
function element(tag, contents) {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, content]);
}
