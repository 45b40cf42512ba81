import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { OneRouter } from '../one-router.ts';
import { PaperDesk } from '../paper-desk.ts';
import { Pkcs12Files } from './pkcs12-files.ts';

/** What is typed that changes a router. */
const CHANGES = /^(?:configure|crypto|no|write|copy)\b/;

async function changesNothing(one: OneRouter, error: { readonly code: string; readonly message: string }) {
  const { running, startup } = one.router.state;
  const result = await one.enroll();
  expect(result.error).toMatchObject({ code: error.code, message: expect.stringContaining(error.message) });
  expect(one.typed.filter((line) => CHANGES.test(line))).toEqual([]);
  expect(one.router.state).toMatchObject({ running, startup, keys: [], certificates: [] });
}

it('a PKCS#12 file with another passphrase is named, and nothing is changed on the router', async () => {
  await using files = await Pkcs12Files.open();
  await files.lay({ passphrase: 'not-the-one' });
  await using one = await files.router();
  await changesNothing(one, { code: 'pkcs12-unusable', message: 'the passphrase does not open' });
});

it('a truncated PEM of the CA is named, and nothing is changed on the router', async () => {
  await using desk = await PaperDesk.open();
  await writeFile(desk.caFile, (await readFile(desk.caFile, 'utf8')).slice(0, 300));
  await using one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: { terminal: { submit: desk.submit } } },
  });
  await changesNothing(one, { code: 'ca-certificate-unusable', message: desk.caFile });
});
