import { describe, expect, it } from 'vitest';
import { decryptRc2 } from '../../../src/pki/pkcs12/rc2.ts';

describe('RC2', () => {
  // `openssl enc -rc2-40-cbc` and `-rc2-cbc`, legacy provider: a text of 100 letters, key and IV as below.
  it.each([
    [
      '40',
      '0102030405',
      '4wXTCuqsbTzF/ysGQiQNP7ddWtuLOKkOAQRVEc/rQkM1k6RbmwMbAEQWPO/fjQoYDb2ThJI2/cDiyI4EFRV+EWZrIVipYhjnmL73F/l0Lf0ltmTZN+NAq1cwEbbbEVVrbErBhn3xlv0=',
    ],
    [
      '128',
      '000102030405060708090a0b0c0d0e0f',
      'j+MuLojVNE+R2rOX56mti4vLr+Tqwjpw7Alu77vW/UAM1da2cdrOUEMPcDlzYbx3ZlIw26E8DfzGj00GGF1GRSHhSXjS4lT5j0lKsQjnn8/a5qC7XVLGaXCQ2jgTw10UfwhTcc2xfDk=',
    ],
  ])('of %s bits opens what openssl made', async (_bits, key, sealed) => {
    const iv = Buffer.from('1020304050607080', 'hex');
    const plain = await decryptRc2(Buffer.from(sealed, 'base64'), { key: Buffer.from(key, 'hex'), iv });
    expect(plain.toString()).toBe('router certificate '.repeat(6).slice(0, 100));
  });

  it('that is no whole number of blocks is refused', async () => {
    const key = Buffer.from('0102030405', 'hex');
    await expect(decryptRc2(Buffer.alloc(15), { key, iv: Buffer.alloc(8) })).rejects.toThrow('wrong padding');
  });
});
