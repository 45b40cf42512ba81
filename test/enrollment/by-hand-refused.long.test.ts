import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PaperCa, pem } from '../lab/router/paper-ca.ts';
import { newKey, rsaRequest } from '../pki/make-request.ts';
import { OneRouter } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

const NAME = 'br-0001.BRANCH';
const MINUTE_MS = 60_000;

/** A router whose request lies at an offline CA. */
let desk: PaperDesk;
let one: OneRouter;

beforeAll(async () => {
  desk = await PaperDesk.open();
  one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: { terminal: { submit: desk.submit, pem: true } }, grant: { timeout: '0s' } },
  });
  expect((await one.enroll()).outcome).toBe('pending');
}, 60_000);

afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

describe('what a CA sends back', () => {
  const request = async (): Promise<string> => (await desk.asked()).get(`${NAME}.req`) ?? '';
  const cases = [
    [
      'for another key',
      'the answer is a certificate for another key',
      async () => {
        const other = rsaRequest({ key: newKey() });
        return pem('CERTIFICATE', desk.ca.issue(pem('CERTIFICATE REQUEST', other)));
      },
    ],
    [
      'signed by another CA of the same name',
      'does not lead to the pinned CA',
      async () => pem('CERTIFICATE', new PaperCa().issue(await request())),
    ],
    [
      'cut off',
      'no certificate that can be read',
      async () => pem('CERTIFICATE', desk.ca.issue(await request())).slice(0, 400),
    ],
    ['expired', 'waits', async () => pem('CERTIFICATE', desk.ca.issue(await request(), -1))],
  ] as const;

  it.each(cases)('%s is not given to the router', async (_, says, make) => {
    const before = one.typed.length;
    await answerOfOld(await make());
    const { error, outcome, notes } = await one.enroll();
    if (says === 'waits')
      expect([outcome, notes.join()]).toEqual(['pending', expect.stringContaining('waits for')]);
    else {
      expect([error?.code, error?.message]).toEqual(['answer-unfit', expect.stringContaining(says)]);
      expect(error?.detail).toContain('Nothing of it was given to the router.');
    }
    expect(one.typed.slice(before).filter((line) => !/^(?:show|terminal|exit|dir)\b/.test(line))).toEqual([]);
    expect(one.held.size).toBe(0);
  });

  it('for the router’s key is imported all the same, once it is right', async () => {
    await answerOfOld(pem('CERTIFICATE', desk.ca.issue(await request())));
    const { error, outcome } = await one.enroll();
    expect([error, outcome]).toEqual([undefined, 'verified']);
  });
});

/** One that lies there for a while, and came behind the request. */
async function answerOfOld(content: string): Promise<void> {
  const file = path.join(desk.requests, `${NAME}.req`);
  const [asked, came] = [2, 1].map((minutes) => new Date(Date.now() - minutes * MINUTE_MS));
  if (asked === undefined || came === undefined) throw new Error('two times');
  if ((await readdir(desk.requests)).includes(`${NAME}.req`)) await utimes(file, asked, asked);
  await desk.answer(`${NAME}.crt`, content);
  await utimes(path.join(desk.answers, `${NAME}.crt`), came, came);
}
