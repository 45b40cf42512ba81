import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type FleetOptions, runFleet } from '../../src/run/run.ts';
import { aDevice, aResult, steppingClock } from './a-device.ts';

function withPassword(name: string, variable: string, username = 'netops'): Device {
  const device = aDevice(name);
  const password = new Secret({ kind: 'env', name: variable });
  return { ...device, ssh: { ...device.ssh, username, password } };
}

const refused = (device: Device) =>
  aResult(device.name, 'failed', {
    error: { code: 'login-refused', message: 'refused', detail: '', hint: '' },
  });

async function run(devices: readonly Device[], job: DeviceJob, more: Partial<FleetOptions> = {}) {
  const events: RunEvent[] = [];
  const tried: string[] = [];
  const result = await runFleet({
    command: 'enroll',
    devices,
    job: async (device, hooks) => {
      tried.push(device.name);
      return job(device, hooks);
    },
    concurrency: 50,
    signal: new AbortController().signal,
    reporters: [{ onEvent: (event) => events.push(event) }],
    now: steppingClock(),
    ...more,
  });
  return { result, events, tried };
}

const fleet = (size: number, variable = 'PW'): Device[] =>
  Array.from({ length: size }, (_, index) => withPassword(`br-${index + 1}`, variable));

describe('a password that is refused', () => {
  it('is tried on three devices, whatever the concurrency; the others say why they were left alone', async () => {
    const { result, tried, events } = await run(fleet(40), async (device) => {
      await nextTurn();
      return refused(device);
    });

    expect(tried).toEqual(['br-1', 'br-2', 'br-3']);
    expect(result.devices.slice(3).every(({ outcome }) => outcome === 'skipped')).toBe(true);
    expect(result.devices[39]).toMatchObject({
      device: 'br-40',
      notes: ['not tried, to keep the account from being locked (--lockout-guard)'],
      error: {
        code: 'lockout-guard',
        message:
          'the password of netops (environment variable PW) was refused on 3 devices, so it was not tried here',
        detail: 'refused by: br-1, br-2, br-3',
      },
    });
    expect(events.filter(({ type }) => type === 'device-finished')).toHaveLength(40);
  });

  it('stops nobody who has another user name, another password or none', async () => {
    const others = [
      withPassword('other-user', 'PW', 'admin'),
      withPassword('other-password', 'PW2'),
      aDevice('key-only'),
    ];
    const { result, tried } = await run([...fleet(9), ...others], async (device) =>
      device.name.startsWith('br-') ? refused(device) : aResult(device.name),
    );

    expect(tried.filter((name) => name.startsWith('br-'))).toHaveLength(3);
    expect(result.devices.slice(-3).map(({ outcome }) => outcome)).toEqual([
      'verified',
      'verified',
      'verified',
    ]);
  });

  it('counts also after others took it, while some are at work', async () => {
    const release: (() => void)[] = [];
    const { result, tried } = await run(
      fleet(20),
      async (device, { onStep }) => {
        const number = Number(device.name.slice(3));
        if (number === 1) {
          onStep({ type: 'step-started', step: 'connect' });
          onStep({ type: 'step-finished', step: 'connect', outcome: 'done', durationMs: 1 });
          await new Promise<void>((resolve) => release.push(resolve));
          return aResult(device.name);
        }
        if (number === 7) for (const free of release) free();
        await nextTurn();
        return number < 5 || number > 6 ? refused(device) : aResult(device.name);
      },
      { concurrency: 4 },
    );

    expect(tried.length).toBeLessThan(10);
    expect(result.devices[0]?.outcome).toBe('verified');
    expect(result.devices[19]?.error?.code).toBe('lockout-guard');
  });

  it('does not hold the fleet once it was taken', async () => {
    let together = 0;
    let most = 0;
    await run(fleet(30), async (device, { onStep }) => {
      together += 1;
      most = Math.max(most, together);
      onStep({ type: 'step-started', step: 'connect' });
      await nextTurn();
      onStep({ type: 'step-finished', step: 'connect', outcome: 'done', durationMs: 1 });
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      together -= 1;
      return aResult(device.name);
    });
    expect(most).toBe(30);
  });

  it('is tried everywhere when the guard is off', async () => {
    const { tried } = await run(fleet(9), async (device) => refused(device), { lockoutGuard: 0 });
    expect(tried).toHaveLength(9);
  });

  it('leaves nobody without a result when the run is stopped meanwhile', async () => {
    const stop = new AbortController();
    const { result } = await run(
      fleet(9),
      async (device) => {
        stop.abort();
        return refused(device);
      },
      { signal: stop.signal },
    );
    expect(result.devices.map(({ device }) => device)).toEqual(fleet(9).map(({ name }) => name));
    expect(result.devices[8]?.error?.code).toBe('interrupted');
  });
});

describe('a fleet of any mixture', () => {
  const one = fc.record({
    variable: fc.constantFrom('RIGHT', 'WRONG', 'WRONG_TOO'),
    fate: fc.constantFrom('ends', 'ends', 'unreachable'),
    turns: fc.nat(3),
  });

  it('has every wrong password refused at most as often as allowed, and every right one tried', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 10 }),
        async (kinds, lockoutGuard, concurrency) => {
          const devices = kinds.map(({ variable }, index) => withPassword(`br-${index}`, variable));
          const refusals = new Map<string, number>();
          const { result } = await run(
            devices,
            async (device, { onStep }) => {
              const kind = kinds[Number(device.name.slice(3))];
              if (kind === undefined) throw new Error('no such device');
              const { variable, fate, turns } = kind;
              onStep({ type: 'step-started', step: 'connect' });
              for (let turn = 0; turn < turns; turn += 1) await nextTurn();
              if (fate === 'unreachable') {
                const error = { code: 'unreachable' as const, message: 'no', detail: '', hint: '' };
                return aResult(device.name, 'failed', { error });
              }
              if (variable === 'RIGHT') {
                onStep({ type: 'step-finished', step: 'connect', outcome: 'done', durationMs: 1 });
                return aResult(device.name);
              }
              refusals.set(variable, (refusals.get(variable) ?? 0) + 1);
              return refused(device);
            },
            { lockoutGuard, concurrency },
          );

          expect(result.devices.map(({ device }) => device)).toEqual(devices.map(({ name }) => name));
          for (const [index, { variable, fate }] of kinds.entries()) {
            const { outcome, error } = result.devices[index] ?? {};
            const asIfAlone = fate === 'unreachable' || variable !== 'RIGHT' ? 'failed' : 'verified';
            if (outcome === 'skipped') {
              expect(error?.code).toBe('lockout-guard');
              expect(refusals.get(variable)).toBe(lockoutGuard);
            } else expect(outcome).toBe(asIfAlone);
            if (variable === 'RIGHT') expect(outcome).not.toBe('skipped');
          }
          for (const count of refusals.values()) expect(count).toBeLessThanOrEqual(lockoutGuard);
        },
      ),
      { numRuns: 60 },
    );
  });
});
