import { describe, expect, it } from 'vitest';
import { LabHttpCa } from '../../../src/lab/ca/http-ca.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter, type OneRouterOptions } from '../one-router.ts';

const AT_ONCE = { kind: 'percent-of-life-left', percent: 100 } as const;

function start(
  ca: LabHttpCa,
  options: OneRouterOptions & { readonly command?: string } = {},
): Promise<OneRouter> {
  const { command = 'POST reference_number=$P2&authcode=$P1&pkcs10Request=$REQ', ...more } = options;
  return OneRouter.start({
    release: '17.9',
    ...more,
    pins: () => ca.authority.pins.filter((pin) => pin.startsWith('SHA1')),
    trustpoint: {
      method: {
        profile: {
          name: 'WEB',
          authentication: { url: ca.url, command: 'GET /certs/cacert.der' },
          enrollment: { url: ca.enrollmentUrl, command },
          parameters: { 1: 'aaaa-bbbb-cccc', 2: { prompt: { env: 'CHALLENGE' } } },
        },
      },
      ...more.trustpoint,
    },
  });
}

describe('an enrollment profile', () => {
  it.each([
    ['15.2', { type: 'rsa', size: 2048 }],
    ['17.16', { type: 'rsa', size: 3072 }],
  ] as const)(
    'gets a certificate by plain HTTP on %s for a key %j, is found again and renewed',
    async (release, key) => {
      await using ca = await LabHttpCa.start({
        fields: { authcode: 'aaaa-bbbb-cccc', reference_number: 'one-challenge' },
      });
      await using one = await start(ca, { release, trustpoint: { key } });
      const first = await one.enroll();
      expect(first.error).toBeUndefined();
      expect(first.outcome).toBe('verified');
      const [held] = [...one.held.values()];
      expect(decodeCertificate(held ?? new Uint8Array())).toMatchObject({
        keyAlgorithm: key.type,
        keyBits: key.size,
      });
      expect((await one.enroll()).outcome).toBe('unchanged');
      const renewed = await one.renew(AT_ONCE);
      expect(renewed.error).toBeUndefined();
      expect(renewed.certificates[0]?.serial).not.toBe(first.certificates[0]?.serial);
      expect(JSON.stringify([first, renewed])).not.toContain('one-challenge');
    },
  );

  it('that another trustpoint uses too is not changed', async () => {
    await using ca = await LabHttpCa.start();
    await using one = await start(ca, {
      running: [
        'crypto pki profile enrollment WEB',
        'authentication url http://192.0.2.1',
        'crypto pki trustpoint OTHER',
        'enrollment profile WEB',
      ],
    });
    const { error } = await one.enroll();
    expect(error).toMatchObject({
      code: 'plan-conflict',
      message: 'BRANCH: its enrollment profile WEB differs, and OTHER uses it too',
    });
  });
});
