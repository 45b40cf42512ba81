import { describe, expect, it } from 'vitest';
import { deviceError, openScripted, SPLITS, secret } from '../router.ts';
import { authenticating, enrolling, FAILURES, SUCCESSES } from './goldens.ts';

describe.concurrent.each(SPLITS.map((split) => [split] as const))(
  'golden conversations, read as %s',
  (split) => {
    it.each(SUCCESSES)('$name', async ({ name, act, result }) => {
      const { session, transport } = await openScripted(name, { split });
      expect(await act(session)).toEqual(result);
      await session.close();
      transport.finish();
    });

    it.each(FAILURES)('$name fails as $code', async ({ name, act, code, says }) => {
      const { session, transport } = await openScripted(name, { split });
      const error = await deviceError(act(session));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(says)]);
      await session.close();
      transport.finish();
    });
  },
);

describe('the fingerprint of an unauthenticated CA', () => {
  it('is no fingerprint to compare when only SHA256 is pinned: no is answered', async () => {
    const { session, transport } = await openScripted('ios-15-authenticate-mismatch');
    const error = await deviceError(authenticating([{ hash: 'SHA256', hex: 'AB'.repeat(32) }])(session));
    expect(error.code).toBe('fingerprint-unreadable');
    await session.close();
    transport.finish();
  });
});

describe('a challenge password', () => {
  it('is acquired once, at the router’s question, and stands in no transcript', async () => {
    const { session, transport, transcript } = await openScripted('ios-15-enroll');
    let calls = 0;
    await enrolling({
      serialNumber: true,
      acquirePassword: () => {
        calls += 1;
        expect(transport.typed).toMatch(/crypto pki enroll BRANCH\r$/);
        return Promise.resolve(secret('7C1F0A55E2D94B38'));
      },
    })(session);
    expect(calls).toBe(1);
    expect(transcript.lastLines(200)).not.toContain('7C1F0A55E2D94B38');
    await session.close();
  });
});
