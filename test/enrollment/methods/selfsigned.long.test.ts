import { describe, expect, it } from 'vitest';
import { isSignedByItself } from '../../../src/pki/chain.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter } from '../one-router.ts';

const SELF_SIGNED = { method: 'selfsigned', authority: undefined, https: true };
const AT_ONCE = { kind: 'percent-of-life-left', percent: 100 } as const;

describe('a self-signed certificate', () => {
  it.each(['12.4', '15.2', '17.16'] as const)(
    'turns the HTTPS server on with it, is saved, shown and found again, on %s',
    async (release) => {
      await using one = await OneRouter.start({ release, trustpoint: SELF_SIGNED });
      expect(one.router.state.running.split('\n')).not.toContain('ip http secure-server');
      const first = await one.enroll();
      expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
      const { running, startup, certificates } = one.router.state;
      for (const config of [running, startup]) {
        const lines = config.split('\n');
        expect(lines).toContain(' enrollment selfsigned');
        expect(lines).toContain('ip http secure-server');
        expect(lines).toContain('ip http secure-trustpoint BRANCH');
      }
      expect(certificates).toHaveLength(1);
      expect(isSignedByItself(decodeCertificate(certificates[0]?.der ?? new Uint8Array()))).toBe(true);
      expect(first.findings.filter(({ status }) => status === 'fail')).toEqual([]);
      expect(first.findings).toContainEqual(
        expect.objectContaining({ check: 'https-shows-it', status: 'pass' }),
      );
      expect((await one.enroll()).outcome).toBe('unchanged');
      expect((await one.verify()).outcome).toBe('verified');
    },
  );

  it('whose end the release does not move is signed anew in vain, and that is told; its key pair stays', async () => {
    await using one = await OneRouter.start({ release: '17.9', trustpoint: SELF_SIGNED });
    expect((await one.enroll()).outcome).toBe('verified');
    const key = one.router.state.keys[0]?.publicKey;
    const { error } = await one.renew(AT_ONCE);
    expect(error?.code).toBe('verification-failed');
    expect(error?.detail).toMatch(/expected an end after (\S+); is serial number \S+, end \1/);
    expect(one.router.state.keys[0]?.publicKey).toEqual(key);
    // What it signed is as good as the one before, and saved when somebody asks for it.
    const again = await one.enroll();
    expect([again.error, again.outcome]).toEqual([undefined, 'verified']);
    expect((await one.verify()).outcome).toBe('verified');
  });
});
