import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf, savedIn, touching, watchTyping } from '../e2e/evidence.ts';
import { type LabFleet, startLabFleet } from '../e2e/lab-fleet.ts';
import type { Ran } from '../e2e/program.ts';

const SIZE = 200;
/** Two of batch 3 (the 12th to the 61st router), near its beginning: more than 3 % of its 50. */
const DOWN = ['br-0013', 'br-0014'];
const WINDOW = ['--batch', '1,5%,25%,100%', '--max-fail', '3%', '--concurrency', '20', '--start-rate', '100'];
/** Nothing listens there. */
const NO_SERVER = 1;

describe(`a change window over ${SIZE} routers`, () => {
  let fleet: LabFleet;
  beforeAll(async () => {
    fleet = await startLabFleet({ routers: SIZE });
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  const numberOf = (ran: Ran, outcome: string): number =>
    Object.values(ran.outcomes).filter((each) => each === outcome).length;
  const enrolled = (): string[] =>
    fleet.names.filter((name) =>
      fleet.router(name).state.certificates.some(({ kind }) => kind === 'identity'),
    );

  it('stops when the budget of a batch is spent: what the recap counts is what the routers hold', async () => {
    const ports = new Map<string, unknown>();
    await fleet.editInventory((inventory) => {
      for (const name of DOWN) {
        ports.set(name, inventory.getIn(['devices', name, 'port']));
        inventory.setIn(['devices', name, 'port'], NO_SERVER);
      }
    });

    const ran = await fleet.run('enroll', ...WINDOW);

    expect(ran.exit, ran.stderr).toBe(5);
    expect(DOWN.map((name) => ran.outcomes[name])).toEqual(['unreachable', 'unreachable']);
    const verified = fleet.names.filter((name) => ran.outcomes[name] === 'verified');
    expect(verified).toEqual(enrolled());
    expect(verified.slice(0, 11)).toEqual(fleet.names.slice(0, 11));
    expect(fleet.lab.ca.authority.issued).toHaveLength(verified.length);
    const skipped = fleet.names.filter((name) => ran.device(name).error?.code === 'budget-exceeded');
    expect(verified.length + skipped.length + DOWN.length).toBe(SIZE);
    // Nobody of the last batch was even logged in to.
    expect(fleet.names.slice(61).flatMap((name) => fleet.router(name).state.typed)).toEqual([]);
    expect(ran.result?.counts).toMatchObject({
      verified: verified.length,
      skipped: skipped.length,
      failed: 2,
    });
    expect(ran.stdout).toContain(`${skipped.length} skipped`);
    expect(ran.stdout).toMatch(
      /2 of the 50 devices of batch 3 of 4 failed, more than the 3% that --max-fail allows/,
    );

    await fleet.editInventory((inventory) => {
      for (const [name, port] of ports) inventory.setIn(['devices', name, 'port'], port);
    });
  });

  it('goes on with --resume where it stopped, and touches nobody who is done', async () => {
    const done = enrolled();
    const since = done.map((name) => watchTyping(fleet.router(name)));

    const ran = await fleet.run('enroll', '--resume', ...WINDOW);

    expect(ran.exit, ran.stderr).toBe(0);
    expect(numberOf(ran, 'verified')).toBe(SIZE - done.length);
    expect(since.flatMap((typed) => touching(typed()))).toEqual([]);
    const { issued } = fleet.lab.ca.authority;
    expect(issued).toHaveLength(SIZE);
    const { passwords } = fleet.lab.ca;
    expect(new Set(issued.map(({ challenge }) => challenge))).toEqual(new Set(passwords.minted));
    expect(passwords.outstanding).toBe(0);
    for (const name of fleet.names) {
      const { identity } = evidenceOf(fleet, name);
      expect(savedIn(fleet.router(name), identity), name).toEqual(['running', 'startup']);
    }
  });

  it('changes nothing when it is run once more', async () => {
    const since = fleet.names.map((name) => watchTyping(fleet.router(name)));

    const ran = await fleet.run('enroll', ...WINDOW);

    expect(ran.exit).toBe(0);
    expect(numberOf(ran, 'unchanged')).toBe(SIZE);
    expect(since.flatMap((typed) => touching(typed()))).toEqual([]);
    expect(fleet.lab.ca.authority.issued).toHaveLength(SIZE);
    const status = await fleet.run('status', '--json');
    expect(status.exit).toBe(0);
  });
});
