import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSigningKey, readVerifyKey } from '../../../src/report/proof/seal.ts';
import { certificatePem } from '../../peers/openssl.ts';
import { ROUTER } from './a-proof.ts';

const PASSPHRASE = 'open sesame';
const locked = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString();

describe('the signing key', () => {
  it('opens with its passphrase only, and says nothing of it', () => {
    const pem = locked();
    expect(readSigningKey(pem, PASSPHRASE).algorithm).toBe('ec');
    expect(() => readSigningKey(pem)).toThrow('needs a passphrase');
    expect(() => readSigningKey(pem, 'wrong')).toThrow('does not open with this passphrase');
  });

  it.each([
    ['no key', () => 'hello', 'holds no private key in PEM'],
    [
      'a short RSA key',
      () => pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 })),
      'is an RSA key of less than 2048 bits',
    ],
    ['a key that cannot sign', () => pemOf(generateKeyPairSync('x25519')), 'is a key of type x25519'],
    [
      'another kind of RSA',
      () => pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })),
      'is a key of type rsa-pss',
    ],
  ])('is refused when it is %s', (_, pem, message) => {
    expect(() => readSigningKey(pem())).toThrow(message);
  });
});

describe('the key that must have signed', () => {
  it('may be the one of a certificate', () => {
    expect(readVerifyKey(certificatePem(ROUTER.der)).algorithm).toBe('rsa');
    expect(() => readVerifyKey('hello')).toThrow('holds no public key in PEM');
  });
});

function pemOf({ privateKey }: Pick<ReturnType<typeof generateKeyPairSync>, 'privateKey'>): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
