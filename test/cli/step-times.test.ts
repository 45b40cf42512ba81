import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStepTimes } from '../../src/cli/step-times.ts';
import type { StepName, StepOutcome } from '../../src/domain/step.ts';
import { aFolder } from './fake-io.ts';

type Step = readonly [StepName, number, StepOutcome?];

async function keepRun(state: string, id: string, devices: readonly (readonly Step[])[]): Promise<void> {
  const folder = path.join(state, 'runs', id);
  await mkdir(folder, { recursive: true });
  const result = {
    devices: devices.map((steps) => ({
      steps: steps.map(([step, durationMs, outcome = 'done']) => ({ step, durationMs, outcome })),
    })),
  };
  await writeFile(path.join(folder, 'result.json'), JSON.stringify(result));
}

describe('how long steps took', () => {
  it('is what the middle one of the devices needed, of steps that were done', async () => {
    const state = aFolder();
    await keepRun(state, '20261121T020000Z-enroll-1f3a', [
      [
        ['generate-keypair', 90_000],
        ['await-grant', 5, 'failed'],
      ],
      [['generate-keypair', 4_000]],
      [
        ['generate-keypair', 10_000],
        ['save', 7, 'already-true'],
      ],
    ]);

    expect(await readStepTimes(state)).toEqual(new Map([['generate-keypair', 10_000]]));
  });

  it('comes from the last five runs that change routers; one that was killed or damaged is passed over', async () => {
    const state = aFolder();
    for (const day of [1, 2, 3, 4, 5, 6, 7]) {
      await keepRun(state, `2026110${day}T020000Z-renew-000${day}`, [[['save', day * 1000]]]);
    }
    await keepRun(state, '20261109T020000Z-verify-0009', [[['save', 1]]]);
    await mkdir(path.join(state, 'runs', '20261108T020000Z-enroll-0008'));
    await writeFile(path.join(state, 'runs', '20261107T020000Z-renew-0007', 'result.json'), '{"devices": [');

    expect(await readStepTimes(state)).toEqual(new Map([['save', 4000]]));
  });

  it('is nothing where no run is kept', async () => {
    expect(await readStepTimes(path.join(aFolder(), 'nowhere'))).toEqual(new Map());
  });
});
