import { describe, expect, it } from 'vitest';
import { isSignedByItself } from '../../../src/pki/chain.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter } from '../one-router.ts';

const SELF_SIGNED = { method: 'selfsigned', authority: undefined, https: true };

describe('a self-signed certificate', () => {
  it('is made, verified, shown by the HTTPS server, saved, and found again; another one goes only by the operator’s word', async () => {
    await using one = await OneRouter.start({
      release: '17.9',
      trustpoint: SELF_SIGNED,
      running: ['ip http secure-server'],
    });
    const refused = await one.enroll();
    expect(refused.error).toMatchObject({ code: 'plan-conflict' });
    expect(refused.error?.hint).toContain('--replace-selfsigned');
    const done = await one.enroll({ consents: () => new Set(['replace-selfsigned']) });
    expect([done.error, done.outcome]).toEqual([undefined, 'verified']);
    expect(done.certificates).toMatchObject([{ trustpoint: 'BRANCH', chain: [] }]);
    expect(done.findings).toContainEqual(
      expect.objectContaining({ check: 'https-shows-it', status: 'pass' }),
    );
    const held = one.router.state.certificates.find(({ trustpoint }) => trustpoint === 'BRANCH');
    expect(isSignedByItself(decodeCertificate(held?.der ?? new Uint8Array()))).toBe(true);
    const saved = one.router.state.startup.split('\n');
    for (const line of [
      ' enrollment selfsigned',
      'ip http secure-server',
      'ip http secure-trustpoint BRANCH',
    ])
      expect(saved).toContain(line);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });
});
