import { expect } from 'vitest';
import type { Release } from '../../src/lab/router/personality.ts';
import { judge, snapshotOf } from './judge.ts';
import { expectedOf, type Row } from './row.ts';
import type { MatrixWorld } from './world.ts';

/** What happened in a cell. */
export interface Happened {
  readonly end: string;
  readonly left: string;
  readonly afterwards?: string;
}

const SETTLE_MS = 1_000;

/** Runs the client's job against one router, and again without the fault where the row says so. */
export async function runCell(world: MatrixWorld, row: Row, release: Release): Promise<Happened> {
  await using cell = await world.router(release, row);
  const before = snapshotOf(cell);
  const first = await cell.enroll();
  const end = first.outcome === 'failed' ? (first.error?.code ?? 'failed') : first.outcome;
  // A request that was on its way when the connection broke is still answered.
  await settled(cell.router.state);
  const left = judge(cell, before);
  if (process.env.MATRIX_DETAIL !== undefined)
    process.stderr.write(
      `${row.name} ${release}: ${end}, ${left}: ${first.error?.message ?? ''} ${first.error?.detail ?? ''}\n`,
    );
  expect(cell.router.state.failures, 'faults of the lab itself').toEqual([]);
  expect(cell.impostor.asked, 'requests to another CA').toEqual([]);
  if (first.outcome === 'verified' && row.consents !== undefined) {
    // What was allowed once is not asked about again.
    const second = await cell.enroll([]);
    if (second.outcome !== 'unchanged')
      return { end, left, afterwards: second.error?.code ?? second.outcome };
  }
  if (expectedOf(row, release).afterwards === undefined) return { end, left };

  cell.repair();
  const again = await cell.enroll();
  const afterwards = judge(cell, before);
  if (afterwards === 'enrolled' && again.outcome === 'verified') return { end, left, afterwards };
  return { end, left, afterwards: `${again.error?.code ?? again.outcome}, ${afterwards}` };
}

async function settled(state: {
  readonly trustpoints: readonly { readonly isEnrolling: boolean }[];
}): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  const isBusy = (): boolean => state.trustpoints.some(({ isEnrolling }) => isEnrolling);
  while (isBusy() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}
