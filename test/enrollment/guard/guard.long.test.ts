import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { BackupFile } from '../../../src/enrollment/guard/backup.ts';
import { enrolledTrustpoint } from '../../../src/lab/states.ts';
import { OneRouter, type OneRouterOptions } from '../one-router.ts';

const ARCHIVE = ['archive', 'path flash:before-'];
/** A timer of the router that never ends while a test runs. */
const LONG = { minuteMs: 60_000 };
const TUNNEL = [
  { command: 'show crypto ikev2 sa', expect: 'READY' },
  { command: 'show ip interface brief', count: 'up +up' },
];

const due: OneRouterOptions['preset'] = async (facts) => [
  await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, { daysOld: 353, daysLeft: 12 }),
];

describe('health before and after', () => {
  it('lets a router be saved that is as good as before', async () => {
    await using one = await OneRouter.start({ settings: { health: TUNNEL } });

    const result = await one.enroll();

    expect(result.outcome).toBe('verified');
    expect(result.steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['protect', 'verify', 'accept', 'save']),
    );
    expect(one.typed.filter((line) => line === 'show crypto ikev2 sa')).toHaveLength(2);
    const at = (line: string): number => one.typed.lastIndexOf(line);
    expect(at('show crypto ikev2 sa')).toBeLessThan(at('write memory'));
    expect(one.router.state.startup).toContain('crypto pki trustpoint BRANCH');
  });

  it('leaves alone a router that is not well', async () => {
    await using one = await OneRouter.start({
      settings: { health: [{ command: 'show crypto ikev2 sa', expect: 'NOT-READY' }] },
    });
    const before = one.router.state.running;

    const result = await one.enroll();

    expect(result.error).toMatchObject({
      code: 'health-failed',
      step: 'protect',
      message: '“show crypto ikev2 sa” was bad before the first change: “NOT-READY” was not found',
      detail: expect.stringContaining('none/none            READY'),
    });
    expect(result.notes).toContain('nothing was changed on the router');
    expect(one.router.state.running).toBe(before);
    expect(one.typed).not.toContain('configure terminal');
  });

  it('takes back what it added when the tunnel has gone, and saves nothing', async () => {
    await using one = await OneRouter.start({ faults: ['tunnel-drops'], settings: { health: TUNNEL } });
    const { startup } = one.router.state;

    const result = await one.enroll();

    expect(result.outcome).toBe('failed');
    expect(result.error).toMatchObject({ code: 'health-failed', step: 'accept' });
    expect(result.error?.message).toContain('“READY” is not found any more and 1 more');
    expect(result.steps.at(-1)).toMatchObject({ step: 'retreat', outcome: 'done' });
    expect(result.notes.join('\n')).toMatch(
      /the router was led back, nothing was saved: trustpoint BRANCH was removed again, with its certificates; .*the new key pair BRANCH stays.*they are as they were/,
    );
    expect(one.router.state.trustpoints).toEqual([]);
    expect(one.router.state.startup).toBe(startup);
    expect(one.typed).not.toContain('write memory');
  });

  it('waits for a tunnel that comes up again within its time, no longer than that', async () => {
    const patient = TUNNEL.map((check) => ({ ...check, within: '30s' }));
    await using one = await OneRouter.start({
      faults: [{ name: 'tunnel-drops', looks: 1 }],
      settings: { health: patient },
    });

    const result = await one.enroll();

    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('verified');
    expect(one.typed.filter((line) => line === 'show crypto ikev2 sa')).toHaveLength(3);
    expect(one.router.state.startup).toContain('crypto pki trustpoint BRANCH');
  });

  it('gives up when the time is over', async () => {
    const impatient = TUNNEL.map((check) => ({ ...check, within: '200ms' }));
    await using one = await OneRouter.start({ faults: ['tunnel-drops'], settings: { health: impatient } });

    const result = await one.enroll();

    expect(result.error).toMatchObject({ code: 'health-failed', step: 'accept' });
    expect(one.typed.filter((line) => line === 'show crypto ikev2 sa').length).toBeGreaterThan(2);
  });

  it('says of a renewed certificate that it stays, and what brings the old one back', async () => {
    await using one = await OneRouter.start({
      faults: ['tunnel-drops'],
      settings: { health: TUNNEL },
      preset: due,
    });
    const old = one.held.get('BRANCH');

    const result = await one.renew();

    expect(result.error?.code).toBe('health-failed');
    expect(one.held.get('BRANCH')).not.toEqual(old);
    expect(result.notes.join('\n')).toMatch(
      /BRANCH: the new certificate stays, [0-9A-F]+ cannot be put back by hand; nothing was saved: a reload brings back/,
    );
    expect(one.typed).not.toContain('write memory');
  });
});

describe('a rollback timer', () => {
  const settings = { guard: { revert: '10m' }, health: TUNNEL };

  it('is set before the first change, and confirmed behind the last check', async () => {
    await using one = await OneRouter.start({ running: ARCHIVE, settings, ...LONG });

    const result = await one.enroll();

    expect(result.error).toBeUndefined();
    const order = [
      'configure terminal revert timer 10',
      'crypto pki trustpoint BRANCH',
      'crypto pki enroll BRANCH',
      'configure confirm',
      'write memory',
    ].map((line) => one.typed.indexOf(line));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    one.router.runOutTimers();
    expect(one.held.has('BRANCH')).toBe(true);
  });

  it('is refused where there is no archive, and nothing is changed', async () => {
    await using one = await OneRouter.start({ settings });
    const result = await one.enroll();
    expect(result.error).toMatchObject({
      code: 'plan-conflict',
      message: expect.stringContaining('Turn config archive on'),
      hint: expect.stringContaining('path flash:'),
    });
    expect(result.notes).toContain('nothing was changed on the router');
  });

  it('is refused by a release that knows none', async () => {
    await using one = await OneRouter.start({ release: '12.4', settings: { guard: { revert: '10m' } } });
    const result = await one.enroll();
    expect(result.error?.message).toContain('its release knows no rollback timer');
  });

  it('brings the router back when the connection breaks in the middle', async () => {
    await using one = await OneRouter.start({
      running: ARCHIVE,
      settings,
      faults: ['cut-configure'],
      ...LONG,
    });
    const before = one.router.state.trustpoints;

    const result = await one.enroll();

    expect(result.error?.code).toBe('connection-lost');
    expect(result.notes.join('\n')).toMatch(
      /the guard was not taken off: the router rolls its running configuration back by itself, by \d{4}-/,
    );
    expect(one.router.state.trustpoints).not.toEqual(before);

    // Somebody tries again too early: the timer is still running.
    expect((await one.enroll()).error).toMatchObject({
      code: 'guard-pending',
      message: 'a rollback is pending on the router already',
      hint: expect.stringContaining('wait until it has run out, 10 minutes at most, then run again'),
    });
    one.router.runOutTimers();
    expect(one.router.state.trustpoints).toEqual(before);
    expect((await one.enroll()).outcome).toBe('verified');
  });

  it('that still runs keeps what was granted meanwhile from being saved and called verified', async () => {
    await using one = await OneRouter.start({
      running: ARCHIVE,
      settings: { ...settings, guard: { revert: '3m' } },
      faults: ['cut-enroll'],
      ...LONG,
    });
    const { startup } = one.router.state;
    expect((await one.enroll()).error?.code).toBe('connection-lost');
    await vi.waitFor(() => expect(one.held.has('BRANCH')).toBe(true), 10_000);

    const again = await one.enroll();

    expect(again.outcome).toBe('failed');
    expect(again.error).toMatchObject({ code: 'guard-pending', step: 'observe' });
    expect(one.typed).not.toContain('write memory');
    expect(one.typed).not.toContain('configure confirm');
    expect(one.router.state.startup).toBe(startup);
    expect((await one.renew()).error?.code).toBe('guard-pending');
    one.router.runOutTimers();
    expect(one.held.has('BRANCH')).toBe(false);
    expect((await one.enroll()).outcome).toBe('verified');
    one.router.runOutTimers();
    expect(one.held.has('BRANCH')).toBe(true);
  });

  it('is left to itself when the run is stopped', async () => {
    await using one = await OneRouter.start({ running: ARCHIVE, settings, ...LONG });
    const stop = new AbortController();
    const result = await one.enroll({
      signal: stop.signal,
      onStep: ({ type, step }) => {
        if (type === 'step-finished' && step === 'configure') stop.abort();
      },
    });
    expect(result.outcome).toBe('interrupted');
    expect(result.notes.join('\n')).toContain('the guard was not taken off: the router rolls');
    expect(one.typed).not.toContain('configure revert now');
    one.router.runOutTimers();
    expect(one.router.state.trustpoints).toEqual([]);
  });

  it('is let go off at once when health is worse', async () => {
    await using one = await OneRouter.start({
      running: ARCHIVE,
      settings,
      faults: ['tunnel-drops'],
      ...LONG,
    });

    const result = await one.enroll();

    expect(result.error?.code).toBe('health-failed');
    expect(one.typed).toContain('configure revert now');
    expect(one.typed).not.toContain('write memory');
    expect(one.router.state.trustpoints).toEqual([]);
    expect(result.notes.join('\n')).toContain('the router rolled its running configuration back');
  });

  it('that ran out meanwhile is told of, and nothing is saved', async () => {
    await using one = await OneRouter.start({
      running: ARCHIVE,
      settings: { guard: { revert: '10m' } },
      ...LONG,
    });
    const result = await one.enroll({
      onStep: ({ type, step }) => {
        if (type === 'step-finished' && step === 'verify') one.router.runOutTimers();
      },
    });
    expect(result.error).toMatchObject({ code: 'guard-expired', step: 'accept' });
    expect(result.notes.join('\n')).toContain('the guard may have acted meanwhile');
    expect(one.typed).not.toContain('write memory');
  });
});

describe('a reload as a guard', () => {
  const settings = { guard: { reloadIn: '5m' } };

  it('is scheduled, announced, and called off before saving', async () => {
    await using one = await OneRouter.start({ settings, ...LONG });

    const result = await one.enroll();

    expect(result.error).toBeUndefined();
    expect(one.typed.indexOf('reload in 5')).toBeLessThan(one.typed.indexOf('crypto pki trustpoint BRANCH'));
    expect(one.typed.indexOf('reload cancel')).toBeLessThan(one.typed.indexOf('write memory'));
    one.router.runOutTimers();
    expect(one.held.has('BRANCH')).toBe(true);
  });

  it('answers no when the router asks whether to save, and says what is at stake', async () => {
    await using one = await OneRouter.start({ settings, ...LONG });
    await one.router.configure(['ip host unsaved 192.0.2.1']);
    const result = await one.enroll();
    expect(result.outcome).toBe('verified');
    expect(result.notes.join('\n')).toContain('held changes that nobody saved');
    expect(one.typed[one.typed.indexOf('reload in 5') + 1]).toBe('no');
  });

  it('brings back a renewed certificate’s predecessor when health is worse', async () => {
    await using one = await OneRouter.start({
      settings: { ...settings, health: TUNNEL },
      faults: ['tunnel-drops'],
      preset: due,
      ...LONG,
    });
    const old = one.held.get('BRANCH');

    const result = await one.renew();

    expect(result.error?.code).toBe('health-failed');
    expect(result.notes.join('\n')).toMatch(/reloads by itself, by .*, and comes back with its startup/);
    expect(one.typed).not.toContain('reload cancel');
    expect(one.held.get('BRANCH')).not.toEqual(old);
    one.router.runOutTimers();
    expect(one.held.get('BRANCH')).toEqual(old);
  });

  it('is called off when something else failed and the router answers', async () => {
    await using one = await OneRouter.start({ settings, faults: ['denies-keygen'], ...LONG });
    const result = await one.enroll();
    expect(result.error?.code).toBe('command-refused');
    expect(one.typed).toContain('reload cancel');
    expect(result.notes).toContain('the router’s reload was called off');
  });

  it('of somebody else stops the device before it is touched', async () => {
    await using one = await OneRouter.start({ settings, ...LONG });
    one.router.scheduleReload(60);
    const result = await one.enroll();
    expect(result.error).toMatchObject({
      code: 'guard-pending',
      message: expect.stringContaining('scheduled already'),
    });
  });

  it('that is still scheduled keeps a router that is right from being reported so', async () => {
    await using one = await OneRouter.start({ settings, ...LONG });
    expect((await one.enroll()).outcome).toBe('verified');
    expect((await one.enroll()).outcome).toBe('unchanged');
    one.router.scheduleReload(60);

    const results = [await one.enroll(), await one.renew()];

    expect(results.map(({ error }) => error?.code)).toEqual(['guard-pending', 'guard-pending']);
    one.router.runOutTimers();
    expect((await one.renew()).outcome).toBe('unchanged');
  });
});

describe('a guard that an inventory of another day has left', () => {
  it.each([{ guard: { revert: '10m' } }, { guard: { reloadIn: '10m' } }])(
    'is found whichever kind the inventory names now: $guard',
    async (settings) => {
      await using one = await OneRouter.start({ settings, running: ARCHIVE, ...LONG });
      one.router.scheduleReload(60);

      const result = await one.enroll();

      expect(result.error).toMatchObject({ code: 'guard-pending', step: 'observe' });
      expect(result.error?.message).toContain('a reload of the router is scheduled already');
      expect(result.notes).toContain('nothing was changed on the router');
    },
  );

  it('is told of by verify, which makes its checks all the same and does not call the router verified', async () => {
    await using one = await OneRouter.start({
      settings: { guard: { revert: '10m' } },
      running: ARCHIVE,
      ...LONG,
    });
    expect((await one.enroll()).outcome).toBe('verified');
    expect((await one.verify()).outcome).toBe('verified');
    one.router.scheduleReload(60);

    const result = await one.verify();

    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'guard-pending' } });
    expect(result.findings.length).toBeGreaterThan(10);
    expect(result.findings.every(({ status }) => status === 'pass' || status === 'note')).toBe(true);
  });
});

describe('a plan for a router with a guard', () => {
  it.each<[string, OneRouterOptions, string, string]>([
    [
      'no archive',
      { settings: { guard: { revert: '10m' } } },
      'plan-conflict',
      'it has no archive with a path',
    ],
    [
      'a release without a timer',
      { release: '12.4', settings: { guard: { revert: '10m' } } },
      'plan-conflict',
      'its release knows no rollback timer',
    ],
  ])('sees that it is impossible: %s', async (_title, options, code, message) => {
    await using one = await OneRouter.start({ ...options, ...LONG });

    const { result, plan } = await one.plan();

    expect(result.error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(plan?.protection?.guard?.impossible).toContain(message);
    expect(plan?.risk.reasons[0]).toMatchObject({ level: 'high', text: expect.stringContaining(message) });
    expect(one.typed).not.toContain('configure terminal');
    expect((await one.enroll()).error?.code).toBe(code);
  });

  it('sees a reload that is scheduled, also where nothing is to be done', async () => {
    await using one = await OneRouter.start({
      settings: { guard: { revert: '10m' } },
      running: ARCHIVE,
      ...LONG,
    });
    expect((await one.plan()).result.outcome).toBe('planned');
    expect((await one.enroll()).outcome).toBe('verified');
    expect((await one.plan()).result.outcome).toBe('unchanged');
    one.router.scheduleReload(60);

    expect((await one.plan()).result.error?.code).toBe('guard-pending');
  });
});

describe('the backup', () => {
  it('holds what the router said and its certificates, without secrets, before the first change', async () => {
    const kept: BackupFile[] = [];
    let typedBefore: readonly string[] = [];
    await using one = await OneRouter.start({
      preset: due,
      running: ['crypto pki trustpoint OTHER', 'password hidden-from-backups'],
    });

    const result = await one.renew(undefined, {
      backUp: (device, files) => {
        expect(device).toBe('br-0001');
        kept.push(...files);
        typedBefore = one.typed;
        return Promise.resolve();
      },
    });

    expect(result.outcome).toBe('verified');
    const names = kept.map(({ name }) => name);
    expect(names).toContain('show-running-config-section-crypto-pki.txt');
    expect(names).toContain('show-crypto-key-mypubkey-rsa.txt');
    expect(
      names.filter((name) => /^certificates\/BRANCH\.(?:identity|ca)\.\w+\.der$/.test(name)),
    ).toHaveLength(2);
    const texts = kept.map(({ content }) => (typeof content === 'string' ? content : '')).join('\n');
    expect(texts).toContain('password 7 [redacted]');
    expect(typedBefore).not.toContain('configure terminal');
    // Whoever goes back by hand finds the files under these names.
    const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/state.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `(show-[\w-]+\.txt)` \|/gm)].map(([, name]) => name);
    expect(documented.length).toBeGreaterThan(4);
    expect(names).toEqual(expect.arrayContaining(documented));
  });

  it('that cannot be written keeps the router from being touched', async () => {
    await using one = await OneRouter.start();
    const result = await one.enroll({
      backUp: () => Promise.reject(new DeviceError('state-unwritable', 'br-0001 was not backed up: ENOSPC')),
    });
    expect(result.error).toMatchObject({ code: 'state-unwritable', step: 'protect' });
    expect(one.typed).not.toContain('configure terminal');
  });

  it('is not made of a router that needs nothing', async () => {
    await using one = await OneRouter.start();
    await one.enroll();
    const result = await one.enroll({ backUp: () => Promise.reject(new Error('nobody asked')) });
    expect(result.outcome).toBe('unchanged');
  });
});
