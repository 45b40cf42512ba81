import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabHttpCa } from '../../../src/lab/ca/http-ca.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter, type OneRouterOptions } from '../one-router.ts';
import { PaperDesk } from '../paper-desk.ts';

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

  it.each([
    [256, '15.2'],
    [384, '17.9'],
    [521, '17.16'],
  ] as const)('gets one for a key of %i bits on a curve, on %s', async (size, release) => {
    await using ca = await LabHttpCa.start();
    await using one = await start(ca, { release, trustpoint: { key: { type: 'ec', size } } });
    const first = await one.enroll();
    expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
    const [held] = [...one.held.values()];
    expect(decodeCertificate(held ?? new Uint8Array())).toMatchObject({ keyAlgorithm: 'ec', keyBits: size });
    expect((await one.enroll()).outcome).toBe('unchanged');
    const renewed = await one.renew(AT_ONCE);
    expect([renewed.error, renewed.outcome]).toEqual([undefined, 'verified']);
    expect(ca.requests).toHaveLength(2);
  });

  it('sends the parameters, by value and as typed at the prompt, and keeps the typed one to itself', async () => {
    await using ca = await LabHttpCa.start();
    await using one = await start(ca);
    const result = await one.enroll();
    expect([result.error, result.outcome]).toEqual([undefined, 'verified']);
    expect(ca.requests).toMatchObject([
      { method: 'POST', fields: { authcode: 'aaaa-bbbb-cccc', reference_number: 'one-challenge' } },
    ]);
    const { running, startup } = one.router.state;
    expect(running).toContain(' parameter 1 value aaaa-bbbb-cccc');
    expect(running).toContain(' parameter 2 prompt trustfleet parameter 2');
    expect(`${running}\n${startup}`).not.toContain('one-challenge');
    expect(JSON.stringify(result)).not.toContain('one-challenge');
  });

  it('that the CA refuses is told of, and leaves the router without a certificate', async () => {
    await using ca = await LabHttpCa.start({ fields: { authcode: 'another' } });
    await using one = await start(ca);
    const { error } = await one.enroll();
    expect(error?.code).toBe('request-unanswered');
    expect(ca.requests).toMatchObject([{ outcome: 'refused' }]);
    expect([...one.held.keys()]).toEqual([]);
  });

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

describe('an enrollment profile by terminal', () => {
  it('has the CA certificate pasted, and sends the request by HTTP', async () => {
    await using ca = await LabHttpCa.start();
    await using desk = await PaperDesk.open();
    await desk.answer('web-ca.crt', ca.authority.ca.certificate);
    const command = 'POST pkcs10Request=$REQ';
    await using one = await OneRouter.start({
      release: '17.9',
      authority: { certificate: path.join(desk.answers, 'web-ca.crt'), fingerprint: ca.authority.pins },
      trustpoint: {
        method: { profile: { authentication: 'terminal', enrollment: { url: ca.enrollmentUrl, command } } },
      },
    });
    const first = await one.enroll();
    expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
    expect(one.router.state.running).toContain(' authentication terminal');
    expect(ca.requests).toHaveLength(1);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });

  it.each(['15.2', '17.16'] as const)(
    'takes the request to an offline CA and brings the certificate back, on %s',
    async (release) => {
      await using desk = await PaperDesk.open();
      await using one = await OneRouter.start({
        release,
        authority: desk.authority,
        trustpoint: {
          method: {
            profile: {
              name: 'DESK',
              authentication: 'terminal',
              enrollment: 'terminal',
              submit: desk.submit,
            },
          },
          grant: { timeout: '0s' },
        },
      });
      const asked = await one.enroll();
      expect([asked.error, asked.outcome]).toEqual([undefined, 'pending']);
      expect([...(await desk.asked()).keys()]).toEqual(['br-0001.BRANCH.req']);
      await desk.signAll();
      const first = await one.enroll();
      expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
      expect(one.router.state.running).toContain(' enrollment terminal');
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );
});
