import { expect, it } from 'vitest';
import { OneRouter } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

const CHECKED = ['ca-pinned', 'valid-by-router-clock', 'valid-by-our-clock', 'startup-saved'];

it('a CA certificate alone is pasted, compared, checked and saved', async () => {
  await using desk = await PaperDesk.open();
  await using one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: 'ca-only', subject: undefined, grant: undefined },
  });
  const first = await one.enroll();
  expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
  expect(first.findings.map(({ check, status }) => `${check} ${status}`)).toEqual(
    CHECKED.map((check) => `${check} pass`),
  );
  expect(first.certificates).toEqual([]);
  const typed = one.typed.filter((line) => line.startsWith('crypto '));
  expect(typed).toEqual(['crypto pki trustpoint BRANCH', 'crypto pki authenticate BRANCH']);
});
