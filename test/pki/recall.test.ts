import { describe, expect, it } from 'vitest';
import { CertificateUnreadableError, decodeCertificate } from '../../src/pki/decode.ts';
import { recallCertificate } from '../../src/pki/recall.ts';
import { IOS_XE_SIGNER } from './vectors.ts';

/** The same certificate but for its key, which is of no use then. */
function another(number: number): Uint8Array {
  const der = new Uint8Array(IOS_XE_SIGNER);
  const at = der.length - 4;
  new DataView(der.buffer).setUint32(at, number);
  return der;
}

describe('a certificate that is looked at again', () => {
  it('is what it was the first time, and what decoding it says', () => {
    const first = recallCertificate(new Uint8Array(IOS_XE_SIGNER));
    expect(first).toEqual(decodeCertificate(IOS_XE_SIGNER));
    expect(recallCertificate(new Uint8Array(IOS_XE_SIGNER))).toBe(first);
  });

  it('is found in the middle of other bytes', () => {
    const around = new Uint8Array([1, 2, ...IOS_XE_SIGNER, 3]);
    expect(recallCertificate(around.subarray(2, -1))).toBe(recallCertificate(IOS_XE_SIGNER));
  });

  it('is not taken for another one of a different signature', () => {
    expect(recallCertificate(another(7)).der).toEqual(another(7));
    expect(recallCertificate(another(8)).der).toEqual(another(8));
  });

  it('is forgotten when a thousand others were looked at since, and not before', () => {
    const first = recallCertificate(another(0));
    for (let number = 1; number < 1000; number += 1) recallCertificate(another(number));
    expect(recallCertificate(another(0))).toBe(first);
    for (let number = 1000; number < 2000; number += 1) recallCertificate(another(number));
    expect(recallCertificate(another(0))).not.toBe(first);
  });

  it('is as unreadable the second time', () => {
    for (const _ of [1, 2])
      expect(() => recallCertificate(new Uint8Array([0x30, 0x01]))).toThrow(CertificateUnreadableError);
  });
});
