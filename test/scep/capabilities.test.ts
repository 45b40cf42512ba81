import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  CA_CAPABILITIES,
  type CaCapability,
  CIPHERS,
  type Cipher,
  chooseAlgorithms,
  DIGESTS,
  type Digest,
  parseCaCaps,
  ScepError,
} from '../../src/scep/index.ts';

const caps = (...words: CaCapability[]) => new Set(words);
const refused = expect.objectContaining({ name: 'ScepError', code: 'algorithms-refused' });

describe('the algorithms for a message', () => {
  it.each([
    [caps(), { digest: 'sha1', cipher: '3des' }],
    [caps('SHA-1', 'DES3'), { digest: 'sha1', cipher: '3des' }],
    [caps('SHA-512', 'SHA-256', 'SHA-1', 'DES3'), { digest: 'sha256', cipher: '3des' }],
    [caps('SHA-512', 'AES'), { digest: 'sha512', cipher: 'aes128' }],
    [caps('SHA-384', 'AES'), { digest: 'sha384', cipher: 'aes128' }],
    [parseCaCaps(Buffer.from('SCEPStandard')), { digest: 'sha256', cipher: 'aes128' }],
  ])('are the best that %s offers', (offered, chosen) => {
    expect(chooseAlgorithms(offered)).toEqual(chosen);
  });

  it('are those that the caller allows, in the order of their strength', () => {
    const everything = caps('AES', 'DES3', 'SHA-256', 'SHA-512', 'SHA-1');
    expect(chooseAlgorithms(everything, { ciphers: ['3des', 'aes256'] })).toMatchObject({ cipher: 'aes256' });
    expect(chooseAlgorithms(everything, { digests: ['sha1', 'sha512'] })).toMatchObject({ digest: 'sha512' });
    expect(chooseAlgorithms(caps(), { digests: ['md5'], ciphers: ['des'] })).toEqual({
      digest: 'md5',
      cipher: 'des',
    });
  });

  it('are none when an answer to GetCACaps, which nobody signs, lacks what the caller insists on', () => {
    expect(() => chooseAlgorithms(caps(), { digests: ['sha256'] })).toThrow(refused);
    expect(() => chooseAlgorithms(caps('SHA-256', 'DES3'), { ciphers: ['aes128'] })).toThrow(refused);
    expect(() => chooseAlgorithms(caps('SHA-256'), { digests: [] })).toThrow(refused);
  });

  it('are never MD5 or single DES unasked, and never what is not allowed', () => {
    const digests = fc.subarray(Object.keys(DIGESTS) as Digest[]);
    const ciphers = fc.subarray(Object.keys(CIPHERS) as Cipher[]);
    const offered = fc.subarray([...CA_CAPABILITIES]).map((words) => new Set(words));
    fc.assert(
      fc.property(offered, digests, ciphers, (capabilities, allowedDigests, allowedCiphers) => {
        const free = chooseAlgorithms(capabilities);
        expect([free.digest, free.cipher]).not.toEqual(expect.arrayContaining(['md5']));
        expect(free.cipher).not.toBe('des');
        try {
          const chosen = chooseAlgorithms(capabilities, { digests: allowedDigests, ciphers: allowedCiphers });
          expect(allowedDigests).toContain(chosen.digest);
          expect(allowedCiphers).toContain(chosen.cipher);
        } catch (error) {
          expect(error).toBeInstanceOf(ScepError);
          expect(error).toEqual(refused);
        }
      }),
    );
  });
});

describe('the answer to GetCACaps', () => {
  it('is read whatever it is, into words that are known', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        for (const word of parseCaCaps(body)) expect(CA_CAPABILITIES).toContain(word);
      }),
    );
  });

  it('is read whatever the case, the order and what stands between', () => {
    const words = fc.shuffledSubarray([...CA_CAPABILITIES].filter((word) => word !== 'SCEPStandard'));
    const gap = fc.constantFrom('\n', '\r\n', ' ', '\n\n', '\r\nX-UNKNOWN\r\n');
    fc.assert(
      fc.property(words, gap, fc.boolean(), (list, between, upper) => {
        const text = list.join(between);
        expect(parseCaCaps(Buffer.from(upper ? text.toUpperCase() : text.toLowerCase()))).toEqual(
          new Set(list),
        );
      }),
    );
  });
});
