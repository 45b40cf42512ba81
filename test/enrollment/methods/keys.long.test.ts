import { describe, expect, it } from 'vitest';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter } from '../one-router.ts';
import { PaperDesk } from '../paper-desk.ts';

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

describe('keys on curves', () => {
  it.each([
    [256, '15.7'],
    [384, '15.2'],
    [521, '17.9'],
  ] as const)(
    'of %i bits get a certificate by cut and paste, are found again and kept, on %s',
    async (size, release) => {
      await using desk = await PaperDesk.open();
      await using one = await OneRouter.start({
        release,
        authority: desk.authority,
        trustpoint: {
          key: { type: 'ec', size },
          method: { terminal: { submit: desk.submit } },
          grant: { timeout: '0s' },
        },
      });
      expect((await one.enroll()).outcome).toBe('pending');
      await desk.signAll();
      const first = await one.enroll();
      expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
      expect(first.certificates).toMatchObject([{ key: `ec ${size}` }]);
      const [held] = [...one.held.values()];
      expect(decodeCertificate(held ?? new Uint8Array())).toMatchObject({
        keyAlgorithm: 'ec',
        keyBits: size,
      });
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );

  it('are refused by a router that enrolls by SCEP, with the reason', async () => {
    await using one = await OneRouter.start({
      release: '17.9',
      trustpoint: { key: { type: 'ec', size: 256 } },
    });
    const { error, notes } = await one.enroll();
    expect(error).toMatchObject({ code: 'command-refused' });
    expect(error?.detail).toContain('key-not-selectable');
    expect(notes.join()).toContain('SCEP encrypts its answers to an RSA key');
  });
});
