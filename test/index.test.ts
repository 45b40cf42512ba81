import { expect, it } from 'vitest';
import {
  createRenderer,
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
  const lines = first === undefined ? [] : previewDevice(first, createRenderer());

  const result = await runFleet({
    command: 'enroll',
    devices,
    job: async ({ name }) => aResult(name),
    concurrency: 1,
    signal: new AbortController().signal,
    reporters: [],
    now: () => new Date('2026-11-21T02:00:00Z'),
  });

  expect(lines).toContainEqual({ kind: 'exec', text: 'crypto pki enroll BRANCH' });
  expect(JSON.parse(toJson(result, { id: 'x', version: '1' }))).toMatchObject({ counts: { verified: 2 } });
});
