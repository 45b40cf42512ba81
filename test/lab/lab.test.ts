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

describe('a lab whose CA is one of its routers', () => {
  it('writes an inventory that fetches one-time passwords there', async () => {
    await using place = await startLab({ routers: 1, ca: 'ios-cs' });
    const { lab } = place;
    const { devices } = await loadInventory(lab.inventoryFile);
    expect(devices.map(({ name, trustpoints }) => [name, trustpoints.length])).toEqual([
      ['hub-1', 0],
      ['br-0001', 1],
    ]);
    const [trustpoint] = devices[1]?.trustpoints ?? [];
    expect(trustpoint?.authority?.challenge).toMatchObject({ kind: 'ios-cs', server: 'CS' });
    expect(() => lab.ca).toThrow('hub-1');
  });

  it('lets trustfleet grant requests there instead, where approval is manual', async () => {
    await using place = await startLab({ routers: 1, ca: 'ios-cs', approval: 'manual' });
    const { devices } = await loadInventory(place.lab.inventoryFile);
    const [trustpoint] = devices[1]?.trustpoints ?? [];
    expect(trustpoint?.authority).toMatchObject({ challenge: { kind: 'none' }, grant: { server: 'CS' } });
  });

  it.each([
    [{ tiers: 2 }, '--tiers'],
    [{ nextCa: true }, '--next-ca'],
    [{ cast: { 'br-0001': { state: 'expired' } } }, '--fault'],
  ] as const)('is refused with %o', async (options, key) => {
    await expect(startLab({ routers: 1, ca: 'ios-cs', ...options })).rejects.toMatchObject({
      problems: [{ key }],
    });
  });
});

describe('a lab with CAs above its CA', () => {
  it('writes an inventory with their trustpoints, each below the next', async () => {
    await using place = await startLab({ routers: 1, ca: 'generic', tiers: 3 });
    const { devices } = await loadInventory(place.lab.inventoryFile);
    expect(devices[0]?.trustpoints.map(({ name, parent, method }) => [name, parent, method.kind])).toEqual([
      ['LAB-ROOT', undefined, 'ca-only'],
      ['LAB-UPPER', 'LAB-ROOT', 'ca-only'],
      ['BRANCH', 'LAB-UPPER', 'scep'],
    ]);
  });
});

async function startLab({
  ca = 'ndes',
  ...options
}: Omit<LabOptions, 'dir' | 'ca'> & Partial<Pick<LabOptions, 'ca'>>): Promise<
  AsyncDisposable & { lab: Lab }
> {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-lab-'));
  const lab = await Lab.create({ ...options, dir, ca });
  return {
    lab,
    async [Symbol.asyncDispose]() {
      await lab.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
