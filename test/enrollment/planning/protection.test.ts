import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/domain/device.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { GuardNews } from '../../../src/enrollment/guard/pending.ts';
import { describePlan } from '../../../src/enrollment/planning/device-plan.ts';
import { CA, DEVICE, identity, NOW, observed, TRUSTPOINT, wantedLines } from '../world.ts';
import { planOf } from './plans.ts';

const REVERT: Device = { ...DEVICE, guard: { kind: 'revert', minutes: 10 } };
const WATCHED: Device = {
  ...REVERT,
  health: [
    { command: 'show crypto ikev2 sa', rule: { kind: 'expect', pattern: 'READY' }, withinMs: 90_000 },
    { command: 'show ip interface brief', rule: { kind: 'count', pattern: 'up +up' } },
  ],
};
const WHOLE = { lines: wantedLines(), ca: CA, keyBits: 2048, identity: identity({ from: -100, to: 200 }) };

function planned(device: Device, guards: GuardNews = { notes: [] }, router = observed({})) {
  return describePlan(device, router, planOf(router, { device }), {
    now: NOW,
    consents: new Set(),
    allowOverwriteNvram: false,
    link: { loginMs: 300, commandMs: 50 },
    guards,
  });
}

function reasons(device: Device, guards?: GuardNews): readonly string[] {
  return planned(device, guards).risk.reasons.map(({ level, text }) => `${level}: ${text}`);
}

describe('what protects a router', () => {
  it('is told with the moments at which a rollback timer is set and taken off, and what it does otherwise', () => {
    const { protection } = planned(WATCHED);

    expect(protection?.backup).toContain('into the state directory before configure BRANCH');
    expect(protection?.guard).toEqual({
      kind: 'revert',
      minutes: 10,
      set: '“configure terminal revert timer 10” before configure BRANCH',
      takenOff: '“configure confirm” when verify and health have passed, before save',
      otherwise: 'the router rolls its running configuration back by itself, 10 minutes after it was set',
    });
    expect(protection?.health?.commands).toEqual([
      { command: 'show crypto ikev2 sa', rule: '“READY” is found, within 1m 30s' },
      { command: 'show ip interface brief', rule: 'no fewer lines with “up +up” than before' },
    ]);
    expect(reasons(WATCHED)).toContain(
      'low: its guard rolls lines back; a new key pair and a renewed certificate stay',
    );
  });

  it('is a medium risk where the router would reload', () => {
    const device: Device = { ...DEVICE, guard: { kind: 'reload', minutes: 15 } };

    expect(planned(device).protection?.guard).toMatchObject({
      set: '“reload in 15” before configure BRANCH',
      takenOff: '“reload cancel” when verify has passed, before save',
    });
    expect(reasons(device)[0]).toMatch(/^medium: its guard reloads it when something fails/);
  });

  it('is nothing where nothing is done, and where nothing is changed neither backup nor guard', () => {
    expect(planned(WATCHED, undefined, observed(WHOLE)).protection).toBeUndefined();
    const waiting = planned(WATCHED, undefined, observed({ ...WHOLE, saved: false }));
    expect(waiting.actions.map(({ kind }) => kind)).toEqual(['save']);
    expect(waiting.protection).not.toHaveProperty('guard');
    expect(waiting.protection).not.toHaveProperty('backup');
    expect(waiting.protection?.health?.commands).toHaveLength(2);
  });

  it.each<[keyof GuardNews, DeviceError]>([
    ['pending', new DeviceError('guard-pending', 'a reload of the router is scheduled already')],
    ['untold', new DeviceError('plan-conflict', 'the router does not tell of reloads')],
    ['impossible', new DeviceError('plan-conflict', 'it has no archive with a path')],
  ])('is called impossible when it is %s', (key, error) => {
    const news = { notes: [], [key]: error };

    expect(planned(REVERT, news).protection?.guard?.impossible).toBe(error.message);
    expect(reasons(REVERT, news)[0]).toBe(`high: its guard cannot protect it: ${error.message}`);
  });

  it('warns of a guard that acts before all the waits of the plan are over', () => {
    const second = { ...TRUSTPOINT, name: 'BACKUP', key: { ...TRUSTPOINT.key, label: 'BACKUP' } };
    const slow = [TRUSTPOINT, second].map((each) => ({ ...each, grantTimeoutMs: 300_000 }));

    expect(reasons({ ...REVERT, trustpoints: slow })).toContain(
      'medium: its guard of 10 minutes acts before the waits of this plan are over, 10m at most',
    );
    expect(reasons({ ...REVERT, trustpoints: slow.slice(0, 1) }).join('\n')).not.toContain(
      'waits of this plan',
    );
  });
});
