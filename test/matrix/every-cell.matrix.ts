import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASES } from '../../src/lab/router/personality.ts';
import { type Happened, runCell } from './cell.ts';
import { cells, expectedOf } from './row.ts';
import { ROWS } from './rows.ts';
import { compatibilityPage, compatibilityTable } from './table.ts';
import { MatrixWorld } from './world.ts';

/** Set to a part of `<release> <awkwardness>` to run only some cells; the page is then left as it is. */
const ONLY = process.env.MATRIX_ONLY;
/** Here the page is compared and not written: whoever changed a result has to have written it. */
const IN_CI = process.env.CI !== undefined;
const PAGE = path.resolve(import.meta.dirname, '../../docs/compatibility.md');

const ALL = cells(ROWS);
const happened = new Map<string, Happened>();
let world: MatrixWorld;

beforeAll(async () => {
  world = await MatrixWorld.start();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  process.stdout.write(`\n${compatibilityTable(happened)}\n`);
  if (IN_CI || happened.size < ALL.length) return;
  writeFileSync(PAGE, compatibilityPage(readFileSync(PAGE, 'utf8'), happened));
});

describe.concurrent('every release and every awkwardness', () => {
  // By release, so that the few rows that are much work are spread.
  for (const { key, row, release } of RELEASES.flatMap((one) => ALL.filter((cell) => cell.release === one))) {
    it.skipIf(ONLY !== undefined && !key.includes(ONLY))(key, async () => {
      const result = await runCell(world, row, release);
      happened.set(key, result);
      expect(result).toEqual(expectedOf(row, release));
    });
  }
});

if (IN_CI && ONLY === undefined) {
  describe('docs/compatibility.md', () => {
    it('shows what happened in every cell', () => {
      const page = readFileSync(PAGE, 'utf8');
      expect(compatibilityPage(page, happened)).toBe(page);
    });
  });
}
