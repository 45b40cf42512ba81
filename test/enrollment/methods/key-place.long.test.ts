import { describe, expect, it } from 'vitest';
import { OneRouter } from '../one-router.ts';

const TOKEN = 'usbtoken0:';

describe('keys on a token', () => {
  it.each([
    [{ on: TOKEN }, [` on ${TOKEN}`], { on: TOKEN }],
    [{ storage: TOKEN }, [` storage ${TOKEN}`], { storage: TOKEN }],
    [{ on: TOKEN, storage: TOKEN }, [` storage ${TOKEN}`, ` on ${TOKEN}`], { on: TOKEN, storage: TOKEN }],
  ])('%j are made there, read back, and found again; the lines are saved', async (place, lines, lies) => {
    await using one = await OneRouter.start({ release: '15.7', trustpoint: { key: place } });
    const first = await one.enroll();
    expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
    expect(one.router.state.keys).toMatchObject([{ label: 'BRANCH', ...lies }]);
    for (const line of lines) expect(one.router.state.startup.split('\n')).toContain(line);
    expect(one.typed).toContainEqual(expect.stringMatching(/^show crypto key mypubkey/));
    expect((await one.enroll()).outcome).toBe('unchanged');
  });

  it.each([{ on: TOKEN }, { storage: TOKEN }])(
    '%j that is not plugged in is told of, with the reason and a remedy; there is no key pair and nothing is saved',
    async (key) => {
      await using one = await OneRouter.start({ release: '15.7', trustpoint: { key }, faults: ['no-token'] });
      const { error } = await one.enroll();
      expect(error).toMatchObject({ code: 'command-refused' });
      expect(error?.detail).toContain('key-device-missing');
      expect(`${error?.detail} ${error?.hint}`).toContain('log in to it (crypto pki token usbtoken0: login)');
      const { keys, certificates, startup } = one.router.state;
      expect([keys, certificates]).toEqual([[], []]);
      expect(startup).not.toContain('BRANCH');
    },
  );

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
