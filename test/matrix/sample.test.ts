import { readFileSync } from 'node:fs';
import path from 'node:path';
import PQueue from 'p-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/lab/router/faults.ts';
import { RELEASES } from '../../src/lab/router/personality.ts';
import { STATES } from '../../src/lab/states.ts';
import { type Happened, runCell } from './cell.ts';
import { type Cell, cells, expectedOf } from './row.ts';
import { ROWS } from './rows.ts';
import { compatibilityPage } from './table.ts';
import { MatrixWorld } from './world.ts';

const AT_ONCE = 10;

/** Every awkwardness on one release, in turn, and every release without any. `npm run test:matrix` runs them all. */
const SAMPLE: readonly Cell[] = ROWS.flatMap((row, index) => {
  const own = cells([row]);
  return row.name === 'plain' ? own : own.slice(index % own.length, (index % own.length) + 1);
});

describe('a router of the lab, enrolled', () => {
  const results = new Map<string, Promise<Happened>>();
  let world: MatrixWorld;

  beforeAll(async () => {
    world = await MatrixWorld.start();
    const queue = new PQueue({ concurrency: AT_ONCE });
    for (const { key, row, release } of SAMPLE) {
      const result = queue.add(() => runCell(world, row, release));
      // A failure is told by the test that waits for it.
      result.catch(() => undefined);
      results.set(key, result);
    }
  }, 30_000);
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(SAMPLE)('$key', { timeout: 180_000 }, async ({ key, row, release }) => {
    expect(await results.get(key)).toEqual(expectedOf(row, release));
  });
});

describe('the matrix', () => {
  it('has every fault, every state and every release of the lab', () => {
    const faults = ROWS.flatMap(({ faults = [] }) => faults).flatMap((fault) => {
      if (typeof fault === 'string') return fault;
      // A command that is denied beside a fault has no name of its own.
      if (fault.name === 'denies') return [];
      return fault.name === 'cut' ? `cut-${fault.at}` : fault.name;
    });
    expect([...new Set(faults)].toSorted()).toEqual(Object.keys(FAULTS).toSorted());
    const states = ROWS.flatMap(({ state }) => state ?? []);
    expect([...new Set(states)].toSorted()).toEqual(Object.keys(STATES).toSorted());
    expect([...new Set(cells(ROWS).map(({ release }) => release))]).toEqual([...RELEASES]);
  });

  it('is what docs/compatibility.md shows', () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/compatibility.md'), 'utf8');
    const expected = new Map(cells(ROWS).map(({ key, row, release }) => [key, expectedOf(row, release)]));
    expect(compatibilityPage(page, expected)).toBe(page);
  });
});
