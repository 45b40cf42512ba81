import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { OneRouter } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

it('trustfleet takes a router’s request to the CA by SCEP, with a challenge that leaves no trace', async () => {
  await using one = await OneRouter.start({ trustpoint: { method: 'terminal' } });
  const result = await one.enroll();
  expect([result.error, result.outcome]).toEqual([undefined, 'verified']);
  expect(one.ca.asked.map(({ messageType, challenge }) => [messageType, challenge])).toEqual([
    ['PKCSReq', 'one-challenge'],
  ]);
  expect(one.typed).toContain('no password');
  expect(JSON.stringify(result)).not.toContain('one-challenge');
  expect((await one.enroll()).outcome).toBe('unchanged');
});

it('a command takes a router’s request to its CA, and is asked again when it has no answer yet', async () => {
  await using desk = await PaperDesk.open();
  // It passes the request on to the desk, and its answer back.
  const script = [
    "const fs = require('node:fs'), path = require('node:path')",
    'const [out, back] = process.argv.slice(2)',
    "fs.writeFileSync(path.join(out, process.env.TRUSTFLEET_DEVICE + '.req'), fs.readFileSync(0))",
    'const [answer] = fs.readdirSync(back)',
    'if (answer === undefined) process.exit(75)',
    'process.stdout.write(fs.readFileSync(path.join(back, answer)))',
  ].join('\n');
  const file = path.join(desk.dir, 'carry.cjs');
  await writeFile(file, script);
  const command = [process.execPath, file, desk.requests, desk.answers];
  await using one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: { terminal: { submit: { command } } }, grant: { timeout: '0s' } },
  });
  expect((await one.enroll()).outcome).toBe('pending');
  await desk.signAll();
  const second = await one.enroll();
  expect([second.error, second.outcome]).toEqual([undefined, 'verified']);
});
