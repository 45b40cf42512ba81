import { expect, it } from 'vitest';
import { OneRouter } from '../one-router.ts';

it('usage keys get a certificate each, verified against its own key, and a second run changes nothing', async () => {
  await using one = await OneRouter.start({ release: '17.9', trustpoint: { key: { usageKeys: true } } });
  const first = await one.enroll();
  expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
  expect(first.certificates).toMatchObject([{ use: 'signature' }, { use: 'encryption' }]);
  const matching = first.findings.filter(({ check }) => check === 'key-matches-router');
  expect(matching).toMatchObject([
    { use: 'signature', status: 'pass' },
    { use: 'encryption', status: 'pass' },
  ]);
  expect((await one.enroll()).outcome).toBe('unchanged');
});
