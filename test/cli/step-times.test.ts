import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStepTimes } from '../../src/cli/step-times.ts';
import type { DeviceOutcome, StepName, StepOutcome } from '../../src/domain/step.ts';
import { toJson } from '../../src/report/json.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { aRun, at, finished } from '../report/a-run.ts';
import { aResult } from '../run/a-device.ts';
import { aFolder } from './fake-io.ts';

type Step = readonly [StepName, number, StepOutcome?];

/** A run as it is kept: a device for each list of steps. */
async function keepRun(
  state: string,
  id: string,
  devices: readonly (readonly Step[])[],
  outcome: DeviceOutcome = 'verified',
): Promise<void> {
  const folder = path.join(state, 'runs', id);
  await mkdir(folder, { recursive: true });
  const results = devices.map((_, index) => aResult(`br-${index}`, outcome));
  await writeFile(path.join(folder, 'result.json'), toJson(aRun(results), { id, version: '1' }));
  const events = devices.flatMap((steps, index) => [
    ...steps.map(([step, durationMs, end = 'done']): RunEvent => {
      const device = `br-${index}`;
      return { type: 'step-finished', step, outcome: end, durationMs, device, at: at(0) };
    }),
    finished(aResult(`br-${index}`, outcome)),
  ]);
  await writeFile(
    path.join(folder, 'events.jsonl'),
    events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  );
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

  it('comes from the last five runs that did the step, however many did nothing since', async () => {
    const state = aFolder();
    for (const day of [1, 2, 3, 4, 5, 6]) {
      await keepRun(state, `2026110${day}T020000Z-renew-000${day}`, [[['save', day * 1000]]]);
    }
    await keepRun(state, '20261001T020000Z-enroll-0001', [[['generate-keypair', 60_000]]]);
    await keepRun(state, '20261108T020000Z-renew-0008', [[['save', 1]]]);
    await rm(path.join(state, 'runs', '20261108T020000Z-renew-0008', 'events.jsonl'));
    for (const day of [11, 12, 13, 14, 15, 16, 17]) {
      await keepRun(state, `202611${day}T020000Z-renew-0011`, [[['connect', 700]]], 'unchanged');
    }

    expect(await readStepTimes(state)).toEqual(
      new Map([
        ['save', 4000],
        ['generate-keypair', 60_000],
      ]),
    );
  });

  it('is nothing where no run is kept', async () => {
    expect(await readStepTimes(path.join(aFolder(), 'nowhere'))).toEqual(new Map());
  });
});
