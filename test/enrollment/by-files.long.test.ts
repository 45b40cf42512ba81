import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabTftpServer } from '../../src/lab/tftp-server.ts';
import { freeUdpPort } from './free-udp-port.ts';
import { OneRouter, type OneRouterOptions } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

const HOST = '127.0.0.1';

/** The router asks port 69 of whatever host its URL names. */
const redirectTo =
  (port: number): NonNullable<OneRouterOptions['dial']> =>
  () =>
  (target) =>
    target.port === 69 ? { host: HOST, port } : target;

describe.each([false, true])('a router with a TFTP URL, asking for names: %s', (fileQuestions) => {
  it('gets a certificate through trustfleet’s own server, in two runs', async () => {
    await using desk = await PaperDesk.open();
    const port = await freeUdpPort();
    await using one = await OneRouter.start({
      authority: desk.authority,
      trustpoint: { method: { tftp: { host: HOST, port, submit: desk.submit } }, grant: { timeout: '0s' } },
      dial: redirectTo(port),
      fileQuestions,
    });
    const first = await one.enroll();
    expect([first.error, first.outcome]).toEqual([undefined, 'pending']);
    await desk.signAll();
    const second = await one.enroll();
    expect([second.error, second.outcome]).toEqual([undefined, 'verified']);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });
});

it('a router with usage keys gets both its certificates by files', async () => {
  await using desk = await PaperDesk.open();
  const port = await freeUdpPort();
  await using one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: {
      method: { tftp: { host: HOST, port, submit: desk.submit } },
      key: { usageKeys: true },
      grant: { timeout: '0s' },
    },
    dial: redirectTo(port),
  });
  expect((await one.enroll()).outcome).toBe('pending');
  expect([...(await desk.asked()).keys()].sort()).toEqual([
    'br-0001.BRANCH-encr.req',
    'br-0001.BRANCH-sign.req',
  ]);
  await desk.signAll();
  const second = await one.enroll();
  expect([second.error, second.outcome, second.certificates.length]).toEqual([undefined, 'verified', 2]);
});

it('an existing server’s directory does as well, and nothing is left in it', async () => {
  await using desk = await PaperDesk.open();
  const root = path.join(desk.dir, 'tftp');
  await mkdir(root);
  await using server = await LabTftpServer.start({ directory: root });
  await using one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: {
      method: { tftp: { host: HOST, directory: root, submit: desk.submit } },
      grant: { timeout: '0s' },
    },
    dial: redirectTo(server.port),
  });
  const first = await one.enroll();
  expect([first.error, first.outcome]).toEqual([undefined, 'pending']);
  await desk.signAll();
  expect((await one.enroll()).outcome).toBe('verified');
  expect(await readdir(root)).toEqual([]);
});
