import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Couriers } from '../../src/enrollment/couriers.ts';
import { KeptTransactions } from '../../src/enrollment/methods/kept-transactions.ts';
import { OneCa, usualInventory } from './one-ca.ts';

it('a second run goes on with the transaction of the first, and gets its certificate without another request', async () => {
  const state = await mkdtemp(path.join(tmpdir(), 'trustfleet-runs-'));
  await using world = await OneCa.start({
    ca: { approval: 'manual' },
    inventory: (ca) => usualInventory(ca, { trustpoint: { method: 'terminal', grant: { timeout: '0s' } } }),
  });
  // Nothing but the folder is the same in both.
  const run = () =>
    world.enroll({
      couriers: new Couriers({ now: () => new Date(), transactions: new KeptTransactions(state) }),
    });
  const first = await run();
  expect([first.error, first.outcome]).toEqual([undefined, 'pending']);
  const [file = ''] = await readdir(state);
  expect(await readFile(path.join(state, file), 'utf8')).not.toContain('one-challenge');
  const prints = (): number => world.typed.filter((line) => line.startsWith('crypto pki enroll')).length;
  expect(prints()).toBe(1);

  const still = await run();
  expect([still.error, still.outcome]).toEqual([undefined, 'pending']);
  expect(still.requests).toEqual(first.requests);
  world.ca.desk.grant();
  const last = await run();
  expect([last.error, last.outcome]).toEqual([undefined, 'verified']);

  expect(prints()).toBe(1);
  expect(new Set(world.ca.asked.map(({ transactionId }) => transactionId)).size).toBe(1);
  expect(world.ca.asked.map(({ messageType }) => messageType)).toEqual(['PKCSReq', 'CertPoll', 'CertPoll']);
  expect(await readdir(state)).toEqual([]);
  expect((await run()).outcome).toBe('unchanged');
  await rm(state, { recursive: true });
});
