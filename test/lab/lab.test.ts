import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { enrollDevice } from '../../src/enrollment/job.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { openSecrets } from '../../src/inventory/secrets.ts';
import { Lab, type LabOptions } from '../../src/lab/lab.ts';
import { createRenderer } from '../../src/template/render.ts';

describe('a lab of several releases', () => {
  it('writes an inventory with which every one of its routers is enrolled', async () => {
    await using place = await startLab({
      routers: 0,
      releases: [
        { release: '12.4', count: 1 },
        { release: '16.9', count: 1 },
        { release: '17.16', count: 2 },
      ],
      cast: { 'br-0004': { faults: ['syslog-storm'], state: 'expired' } },
    });
    const { lab } = place;
    const { devices } = await loadInventory(lab.inventoryFile);
    await openSecrets(devices, { env: {}, ask: () => Promise.reject(new Error('nothing is asked')) });
    expect(devices.map(({ ssh, trustpoints }) => [ssh.algorithms, trustpoints[0]?.name])).toEqual([
      ['legacy', 'BRANCH-OLD'],
      ['legacy', 'BRANCH'],
      ['modern', 'BRANCH'],
      ['modern', 'BRANCH'],
    ]);
    const now = (): Date => new Date();
    const challenges = createChallengeSources({ now });
    const results = await Promise.all(
      devices.map((device) =>
        enrollDevice(device, {
          renderer: createRenderer(),
          challenges,
          acceptNewHostKeys: false,
          allowOverwriteNvram: false,
          consents: () => new Set(),
          now,
          signal: new AbortController().signal,
          onStep: () => {},
        }),
      ),
    );
    expect(results.map(({ outcome, release }) => [outcome, release])).toEqual([
      ['verified', 'ios 12.4(15)T14'],
      ['verified', 'ios-xe 16.09.08'],
      ['verified', 'ios-xe 17.16.01a'],
      ['verified', 'ios-xe 17.16.01a'],
    ]);
    for (const { router } of lab.routers) {
      expect(router.state.certificates.map(({ kind }) => kind)).toContain('identity');
      expect(router.state.failures).toEqual([]);
    }
  });
});

async function startLab(options: Omit<LabOptions, 'dir' | 'ca'>): Promise<AsyncDisposable & { lab: Lab }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-lab-'));
  const lab = await Lab.create({ ...options, dir, ca: 'ndes' });
  return {
    lab,
    async [Symbol.asyncDispose]() {
      await lab.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
