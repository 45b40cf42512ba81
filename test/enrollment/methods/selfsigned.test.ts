import { describe, expect, it } from 'vitest';
import { isSignedByItself } from '../../../src/pki/chain.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { OneRouter } from '../one-router.ts';

const SELF_SIGNED = { method: 'selfsigned', authority: undefined };

describe('a self-signed certificate', () => {
  it('is made, verified, saved, and found again', async () => {
    await using one = await OneRouter.start({ release: '17.9', trustpoint: SELF_SIGNED });
    const first = await one.enroll();
    expect(first.error).toBeUndefined();
    expect(first.outcome).toBe('verified');
    expect(first.certificates).toMatchObject([{ trustpoint: 'BRANCH', chain: [] }]);
    const [held] = one.router.state.certificates;
    expect(isSignedByItself(decodeCertificate(held?.der ?? new Uint8Array()))).toBe(true);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });
});
