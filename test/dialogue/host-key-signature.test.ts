import { generateKeyPairSync, sign } from 'node:crypto';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { verifyWithNumbers } from '../../src/dialogue/host-key-signature.ts';

const data = Buffer.from('an exchange hash');

function publicHalf(pem: string): ssh2.ParsedKey {
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw key;
  const shown = ssh2.utils.parseKey(`${key.type} ${key.getPublicSSH().toString('base64')}`);
  if (shown instanceof Error) throw shown;
  return shown;
}

describe('the signature of a host key', () => {
  verifyWithNumbers();
  verifyWithNumbers();

  it.each(['sha256', 'sha512'])(
    'by RSA with %s counts when it is of this key, hash and data only',
    (hash) => {
      const [own, other] = [0, 1].map(() =>
        generateKeyPairSync('rsa', {
          modulusLength: 2048,
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        }),
      );
      const key = publicHalf(own?.privateKey ?? '');
      const signature = sign(hash, data, own?.privateKey ?? '');
      expect(Reflect.get(key, 'verify')).toHaveProperty('name', 'verifyKey');
      expect(key.verify(data, signature, hash)).toBe(true);
      expect(key.verify(Buffer.from('another hash'), signature, hash)).toBe(false);
      expect(key.verify(data, signature, hash === 'sha256' ? 'sha512' : 'sha256')).toBe(false);
      expect(key.verify(data, sign(hash, data, other?.privateKey ?? ''), hash)).toBe(false);
      expect(key.verify(data, signature.subarray(1), hash)).toBe(false);
      expect(key.verify(data, Buffer.alloc(0), hash)).toBe(false);
      expect(key.verify(data, signature, 'no hash')).toBeInstanceOf(Error);
    },
  );

  it('by RSA with SHA-1, where nobody names the hash, and on a curve is left to ssh2', () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }).privateKey;
    expect(publicHalf(rsa).verify(data, sign('sha1', data, rsa))).toBe(true);
    expect(publicHalf(rsa).verify(data, sign('sha256', data, rsa))).toBe(false);
    const curve = generateKeyPairSync('ec', {
      namedCurve: 'prime256v1',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'sec1', format: 'pem' },
    }).privateKey;
    expect(publicHalf(curve).verify(data, sign('sha256', data, curve))).toBe(true);
  });
});
