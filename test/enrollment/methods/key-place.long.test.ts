import { describe, expect, it } from 'vitest';
import { OneRouter } from '../one-router.ts';

describe('keys on a token', () => {
  it.each([{ on: 'usbtoken0:' }, { storage: 'usbtoken0:' }])(
    '%j are made there, read back, and found again',
    async (place) => {
      await using one = await OneRouter.start({ release: '15.7', trustpoint: { key: place } });
      const first = await one.enroll();
      expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );

  it('that is not plugged in are told of with a code', async () => {
    await using one = await OneRouter.start({
      release: '15.7',
      trustpoint: { key: { on: 'usbtoken0:' } },
      faults: ['no-token'],
    });
    const { error } = await one.enroll();
    expect(error).toMatchObject({ code: 'command-refused' });
    expect(error?.detail).toContain('key-device-missing');
  });

  it('are not made where a key pair of that name lies elsewhere', async () => {
    await using one = await OneRouter.start({ release: '15.7' });
    expect((await one.enroll()).outcome).toBe('verified');
    const onToken = one.device.trustpoints.map((trustpoint) => {
      if (trustpoint.key.type !== 'rsa') throw new Error('not an RSA key');
      return { ...trustpoint, key: { ...trustpoint.key, on: 'usbtoken0:' } };
    });
    const { error } = await one.enroll({}, { ...one.device, trustpoints: onToken });
    expect(error).toMatchObject({
      code: 'keypair-conflict',
      message: 'key pair BRANCH is on no cryptographic device, the inventory asks for usbtoken0:',
    });
  });
});
