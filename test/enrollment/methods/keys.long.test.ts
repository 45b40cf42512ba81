import { describe, expect, it } from 'vitest';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter } from '../one-router.ts';

const AT_ONCE = { kind: 'percent-of-life-left', percent: 100 } as const;

describe('usage keys', () => {
  it.each(['15.2', '15.7', '17.9', '12.4', '17.16'] as const)(
    'get a certificate each, are found again and both renewed, on %s',
    async (release) => {
      await using one = await OneRouter.start({ release, trustpoint: { key: { usageKeys: true } } });
      const first = await one.enroll();
      expect(first.error).toBeUndefined();
      expect(first.outcome).toBe('verified');
      expect(first.certificates).toMatchObject([{ use: 'signature' }, { use: 'encryption' }]);
      const held = one.router.state.certificates.filter(({ kind }) => kind !== 'ca');
      const usages = held.map(({ der }) => decodeCertificate(der).keyUsage);
      expect(usages).toEqual(expect.arrayContaining([['digitalSignature'], ['keyEncipherment']]));
      expect((await one.enroll()).outcome).toBe('unchanged');
      const renewed = await one.renew(AT_ONCE);
      expect(renewed.error).toBeUndefined();
      expect(renewed.outcome).toBe('verified');
      const serials = new Set([...first.certificates, ...renewed.certificates].map(({ serial }) => serial));
      expect(serials.size).toBe(4);
    },
  );
});
