import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { derive } from '../../../src/pki/pkcs12/derive.ts';
import { Pkcs12Error } from '../../../src/pki/pkcs12/errors.ts';
import type { Pkcs12Encryption } from '../../../src/pki/pkcs12/kinds.ts';
import { makePkcs12 } from '../../../src/pki/pkcs12/make.ts';
import { readPkcs12 } from '../../../src/pki/pkcs12/read.ts';
import { OLD_PKCS12 } from '../../lab/router/pkcs12-vector.ts';
import { ecKeys, issue, type Keys, rsaKeys } from '../make-certificate.ts';

const ENCRYPTIONS = ['modern', 'legacy'] as const satisfies readonly Pkcs12Encryption[];
const RSA = rsaKeys();
const ROOT = issue({ subject: ['CN=Root'], ca: true, keys: rsaKeys() });
const SUB = issue({ subject: ['CN=Sub'], ca: true, keys: rsaKeys(), issuer: ROOT });
const secret = (words: string): Secret => Secret.acquired(words, 'this test');

function contentsFor(keys: Keys) {
  const { der } = issue({ subject: ['CN=br-1'], keys, issuer: SUB });
  return { key: keys.privateKey, certificate: der, authorities: [SUB.der, ROOT.der] };
}
const CONTENTS = contentsFor(RSA);

const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'der' }).toString('hex');

async function codeOf(act: () => unknown): Promise<string | undefined> {
  try {
    await act();
  } catch (thrown) {
    if (thrown instanceof Pkcs12Error) return thrown.code;
    throw thrown;
  }
  return undefined;
}

describe.each(ENCRYPTIONS)('a %s PKCS#12 file', (encryption) => {
  const passphrase = secret('correct horse');
  const file = makePkcs12(CONTENTS, { passphrase, encryption });

  it.each([
    ['an RSA key', RSA],
    ['a P-256 key', ecKeys('P-256')],
    ['a P-384 key', ecKeys('P-384')],
    ['a P-521 key', ecKeys('P-521')],
  ])('gives back %s with its chain', async (_, keys) => {
    const contents = { ...contentsFor(keys), friendlyName: 'BRANCH' };
    const read = await readPkcs12(makePkcs12(contents, { passphrase, encryption }), passphrase);
    expect(pkcs8(read.key)).toBe(pkcs8(keys.privateKey));
    expect(read.certificate).toEqual(contents.certificate);
    expect(read.authorities).toEqual(contents.authorities);
    expect(read.friendlyName).toBe('BRANCH');
  });

  it('is opened by node-forge', () => {
    const asn1 = forge.asn1.fromDer(Buffer.from(file).toString('latin1'));
    const read = forge.pkcs12.pkcs12FromAsn1(asn1, 'correct horse');
    const [keyBag] = read.getBags({ bagType: forge.pki.oids.pkcs8ShroudedKeyBag ?? '' })[
      forge.pki.oids.pkcs8ShroudedKeyBag ?? ''
    ] ?? [undefined];
    const modulus = keyBag?.key?.n.toString(16);
    const own = createPublicKey(RSA.privateKey).export({ format: 'jwk' }).n ?? '';
    expect(modulus).toBe(Buffer.from(own, 'base64url').toString('hex').replace(/^0+/, ''));
    const certificates =
      read.getBags({ bagType: forge.pki.oids.certBag ?? '' })[forge.pki.oids.certBag ?? ''] ?? [];
    expect(certificates.map(({ cert }) => cert?.subject.getField('CN').value as string)).toEqual([
      'br-1',
      'Sub',
      'Root',
    ]);
    const id = createHash('sha1').update(CONTENTS.certificate).digest().toString('latin1');
    expect(read.getBags({ localKeyId: id }).localKeyId).toHaveLength(2);
  });

  it('is not opened by another passphrase', async () => {
    expect(await codeOf(() => readPkcs12(file, secret('correct horsf')))).toBe('wrong-passphrase');
    expect(await codeOf(() => readPkcs12(file, secret('')))).toBe('wrong-passphrase');
  });

  it('opens by any passphrase it was made with, and no other', async () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((words) => !/\p{Surrogate}/u.test(words));
    await fc.assert(
      fc.asyncProperty(text, text, async (mine, other) => {
        const made = makePkcs12(CONTENTS, { passphrase: secret(mine), encryption, iterations: 2 });
        expect((await readPkcs12(made, secret(mine))).certificate).toEqual(CONTENTS.certificate);
        if (other !== mine)
          expect(await codeOf(() => readPkcs12(made, secret(other)))).toBe('wrong-passphrase');
      }),
      { numRuns: 40 },
    );
  });

  it('is refused by name when it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: file.length - 1 }), async (length) => {
        expect(await codeOf(() => readPkcs12(file.subarray(0, length), passphrase))).toBe('truncated');
      }),
    );
  });

  it('never gives other contents when a byte of it was changed', async () => {
    const quick = makePkcs12(CONTENTS, { passphrase, encryption, iterations: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: quick.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = Buffer.from(quick);
          changed[at] = (changed[at] ?? 0) ^ change;
          let read: Awaited<ReturnType<typeof readPkcs12>> | undefined;
          const code = await codeOf(async () => {
            read = await readPkcs12(changed, passphrase);
          });
          if (code === undefined) expect(pkcs8(read?.key ?? ROOT.key)).toBe(pkcs8(RSA.privateKey));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is never the same twice', () => {
    expect(makePkcs12(CONTENTS, { passphrase, encryption })).not.toEqual(file);
  });

  it('holds the key and the names encrypted', () => {
    const bytes = Buffer.from(file);
    expect(bytes.includes(RSA.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(40, 80))).toBe(
      false,
    );
    expect(bytes.includes('br-1')).toBe(false);
  });
});

describe('a PKCS#12 file is not made', () => {
  const passphrase = secret('correct horse');

  it.each<readonly [string, () => unknown, string]>([
    [
      'of a certificate for another key',
      () => makePkcs12({ ...CONTENTS, key: rsaKeys().privateKey }, { passphrase, encryption: 'modern' }),
      'key-mismatch',
    ],
    [
      'of a public key',
      () => makePkcs12({ ...CONTENTS, key: RSA.publicKey }, { passphrase, encryption: 'modern' }),
      'key-absent',
    ],
    [
      'with an empty passphrase',
      () => makePkcs12(CONTENTS, { passphrase: secret(''), encryption: 'legacy' }),
      'passphrase-unusable',
    ],
  ])('%s', async (_, make, code) => {
    expect(await codeOf(make)).toBe(code);
  });
});

describe('a PKCS#12 file of another make', () => {
  const words = 'correct horse';
  const made = (algorithm: '3des' | 'aes256', key: KeyObject | null, count = 1): Uint8Array => {
    const privateKey =
      key === null
        ? null
        : forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString());
    const certificate = forge.pki.certificateFromAsn1(
      forge.asn1.fromDer(Buffer.from(CONTENTS.certificate).toString('latin1')),
    );
    const asn1 = forge.pkcs12.toPkcs12Asn1(privateKey, [certificate], words, {
      algorithm,
      count,
    });
    return new Uint8Array(Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1'));
  };

  it.each(['3des', 'aes256'] as const)('by node-forge with %s is opened', async (algorithm) => {
    const read = await readPkcs12(made(algorithm, RSA.privateKey, 5), secret(words));
    expect(read.certificate).toEqual(CONTENTS.certificate);
    expect(pkcs8(read.key)).toBe(pkcs8(RSA.privateKey));
  });

  it('with a key that its certificate is not for is refused', async () => {
    const key = rsaKeys().privateKey;
    expect(await codeOf(() => readPkcs12(made('3des', key), secret(words)))).toBe('certificate-absent');
  });

  it('that holds no key is refused', async () => {
    expect(await codeOf(() => readPkcs12(made('3des', null), secret(words)))).toBe('key-absent');
  });

  it('with its certificates in RC2, as OpenSSL 1 and Windows make them, is opened', async () => {
    const read = await readPkcs12(Buffer.from(OLD_PKCS12, 'base64'), secret('vector'));
    expect(read.key.asymmetricKeyType).toBe('ec');
    expect(decodeCertificate(read.certificate)).toMatchObject({ keyAlgorithm: 'ec', keyBits: 256 });
    expect(read.authorities).toHaveLength(2);
    expect(await codeOf(() => readPkcs12(Buffer.from(OLD_PKCS12, 'base64'), secret('vectors')))).toBe(
      'wrong-passphrase',
    );
  });

  it('that asks for more rounds than anybody needs is refused at once', async () => {
    const bytes = Buffer.from(made('3des', RSA.privateKey, 70_001));
    // INTEGER 70001 becomes 16777215 wherever it stands.
    const [from, to] = [Buffer.from('0203011171', 'hex'), Buffer.from('02037fffff', 'hex')];
    for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from)) to.copy(bytes, at);
    expect(await codeOf(() => readPkcs12(bytes, secret(words)))).toBe('unsupported-algorithm');
  });

  it('that is something else is refused by name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await codeOf(() => readPkcs12(bytes, secret(words)))).toBeDefined();
      }),
    );
    expect(await codeOf(() => readPkcs12(CONTENTS.certificate, secret(words)))).toBe('unreadable');
  });
});

describe('the key derivation of PKCS#12', () => {
  // Two of the vectors that implementations have exchanged since PKCS#12 1.0: password "smeg", SHA-1.
  it.each([
    ['key', '0A58CF64530D823F', 1, 24, '8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3'],
    ['iv', '0A58CF64530D823F', 1, 8, '79993DFE048D3B76'],
    ['mac', '3D83C0E4546AC140', 1, 20, '8D967D88F6CAA9D714800AB3D48051D63F73A312'],
  ] as const)('gives the known %s', (purpose, salt, iterations, length, expected) => {
    const found = derive('smeg', {
      hash: 'sha1',
      purpose,
      salt: Buffer.from(salt, 'hex'),
      iterations,
      length,
    });
    expect(found.toString('hex').toUpperCase()).toBe(expected);
  });
});
