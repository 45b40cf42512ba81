import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  createChallengeSources,
  createRenderer,
  type DeviceJob,
  enrollDevice,
  loadInventory,
  previewDevice,
  runFleet,
  selectDevices,
  toJson,
} from '../src/index.ts';
import { anInventory } from './cli/an-inventory.ts';
import { aResult } from './run/a-device.ts';

it('is enough to load, select, preview and run a fleet', async () => {
  const inventory = await loadInventory(`${anInventory()}/inventory.yaml`);
  const devices = selectDevices(inventory, { limit: 'br-[12]' });
  const [first] = devices;
  const steps = first === undefined ? [] : previewDevice(first, createRenderer()).steps;

  const result = await runFleet({
    command: 'enroll',
    devices,
    job: async ({ name }) => aResult(name),
    concurrency: 1,
    signal: new AbortController().signal,
    reporters: [],
    now: () => new Date('2026-11-21T02:00:00Z'),
  });

  const typed = steps.flatMap(({ lines }) => lines.map(({ text }) => text));
  expect(typed).toContain('crypto pki enroll BRANCH');
  expect(JSON.parse(toJson(result, { id: 'x', version: '1' }))).toMatchObject({ counts: { verified: 2 } });
});

it('takes what the example of its own page gives', () => {
  const now = (): Date => new Date();
  const shared = {
    renderer: createRenderer(),
    challenges: createChallengeSources({ now }),
    acceptNewHostKeys: false,
    allowOverwriteNvram: false,
    consents: () => new Set<never>(),
    now,
  };
  const job: DeviceJob = (device, hooks) => enrollDevice(device, { ...shared, ...hooks });
  const page = readFileSync(path.resolve(import.meta.dirname, '../src/index.ts'), 'utf8');

  const [, given = ''] = /const shared = \{\n([\s\S]*?) \* \};/.exec(page) ?? [];

  const names = [...given.matchAll(/^ \* {3}(\w+)/gm)].map(([, name]) => name);
  expect(names).toEqual(Object.keys(shared));
  expect(job).toBeTypeOf('function');
});
