import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/cli/plan-document.ts';
import { evidenceOf, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

describe.concurrent('the rules of trustfleet renew', { timeout: 90_000 }, () => {
  it('renews as many as the CA takes in one run, those first that end first', async () => {
    await using fleet = await startDue({ 'br-0001': 20, 'br-0002': 5, 'br-0003': 12 });
    await fleet.editInventory((inventory) => {
      inventory.setIn(['limits', 'authorities', 'lab-ca', 'renewals'], 1);
    });
    const before = serials(fleet);

    const planned = await fleet.run('plan', '--for', 'renew', '--json', 'plan.json');

    expect(planned.exit).toBe(2);
    const plan = JSON.parse(await readFile(path.join(fleet.dir, 'plan.json'), 'utf8')) as PlanDocument;
    expect(plan.devices.map(({ as }) => as)).toEqual(['unchanged', 'renew', 'unchanged']);
    expect(plan.devices[0]?.plan?.decisions[0]?.decision).toBe('waits-for-capacity');

    const first = await fleet.run('renew');

    expect(first.outcomes).toEqual({ 'br-0001': 'unchanged', 'br-0002': 'verified', 'br-0003': 'unchanged' });
    expect(first.exit).toBe(0);
    expect(decisionsOf(first)).toEqual(['waits-for-capacity', 'due', 'waits-for-capacity']);
    expect(changed(before, serials(fleet))).toEqual(['br-0002']);
    expect(fleet.lab.ca.asked).toHaveLength(1);
    // What the reading heard is kept beside what the renewal heard.
    const { transcript = '', earlierTranscripts } = first.device('br-0002');
    expect(path.basename(transcript)).toBe('br-0002.attempt-2.txt');
    expect(earlierTranscripts?.map((file) => path.basename(file))).toEqual(['br-0002.txt']);

    const second = await fleet.run('renew');

    expect(decisionsOf(second)).toEqual(['waits-for-capacity', 'not-due', 'due']);
    expect(changed(before, serials(fleet))).toEqual(['br-0002', 'br-0003']);
    expect(fleet.lab.ca.asked).toHaveLength(2);
  });

  it('gives no place to a router that cannot be read, and tells of it', async () => {
    await using fleet = await startDue({ 'br-0001': 20, 'br-0002': 5 });
    await fleet.editInventory((inventory) => {
      inventory.setIn(['limits', 'authorities', 'lab-ca', 'renewals'], 1);
      inventory.setIn(['devices', 'br-0002', 'port'], 1);
    });
    const before = serials(fleet);

    const ran = await fleet.run('renew');

    expect(ran.outcomes).toEqual({ 'br-0001': 'verified', 'br-0002': 'unreachable' });
    expect(ran.exit).toBe(1);
    expect(changed(before, serials(fleet))).toEqual(['br-0001']);
  });

  it('waits for the window, but not with an emergency, and not when it is told to ignore windows', async () => {
    await using fleet = await startDue({ 'br-0001': 25, 'br-0002': 3 });
    const opens = await closeWindows(fleet);
    const before = serials(fleet);
    const typed = watchTyping(fleet.router('br-0001'));

    const closed = await fleet.run('renew');

    expect(closed.outcomes).toEqual({ 'br-0001': 'unchanged', 'br-0002': 'verified' });
    expect(decisionsOf(closed)).toEqual(['outside-window', 'due']);
    const [waiting] = closed.device('br-0001').decisions;
    expect(waiting?.reason).toContain(`the next window opens ${opens}`);
    expect(closed.device('br-0002').decisions[0]?.reason).toContain('waits for no window');
    expect(touching(typed())).toEqual([]);
    expect(changed(before, serials(fleet))).toEqual(['br-0002']);

    const forced = await fleet.run('renew', '--ignore-windows');

    expect(decisionsOf(forced)).toEqual(['due', 'not-due']);
    expect(changed(before, serials(fleet))).toEqual(['br-0001', 'br-0002']);
  });

  it('shows the wave of ends without touching a router, and from the state directory without connecting', async () => {
    await using fleet = await startDue({ 'br-0001': 300, 'br-0002': 10 });
    const watched = fleet.names.map((name) => watchTyping(fleet.router(name)));

    const shown = await fleet.run('renew', '--calendar', '--json', 'calendar.json');

    expect(shown.exit).toBe(0);
    expect(shown.stdout).toContain('2 certificates on 2 devices');
    expect(shown.stdout).toMatch(/renewals foreseen/);
    expect(touching(watched.flatMap((typed) => typed()))).toEqual([]);

    expect((await fleet.run('renew', '--offline')).exit).toBe(3);
    const nothingKept = await fleet.run('renew', '--calendar', '--offline', '--json', 'calendar.json');
    expect(nothingKept.exit).toBe(3);

    await fleet.run('verify');
    const looked = watched.map((typed) => typed().length);
    const offline = await fleet.run('renew', '--calendar', '--offline', '--json', '-');
    const { months, days, unread } = JSON.parse(offline.stdout) as {
      months: { ends: number; renewals: number }[];
      days: { day: string; ends: number; renewals: number }[];
      unread: string[];
    };
    expect(unread).toEqual([]);
    expect(months.reduce((sum, { ends }) => sum + ends, 0)).toBe(2);
    expect(days.findIndex(({ ends }) => ends > 0)).toBeGreaterThan(8);
    // One is due today, and again before the 24 months are over; the other when 30 days are left.
    expect(days[0]?.renewals).toBe(1);
    expect(watched.map((typed) => typed().length)).toEqual(looked);
  });
});

function startDue(daysLeft: Readonly<Record<string, number>>): Promise<LabFleet> {
  return startLabFleet({
    routers: Object.keys(daysLeft).length,
    cast: Object.fromEntries(
      Object.entries(daysLeft).map(([name, left]) => [
        name,
        { certificate: { daysOld: 365 - left, daysLeft: left } },
      ]),
    ),
  });
}

/** A window that opens in twelve hours, for one; returns when, as it is told. */
async function closeWindows({ editInventory }: LabFleet): Promise<string> {
  const opens = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 12 * 3_600_000);
  const cron = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
  await editInventory((inventory) => {
    inventory.setIn(['trustpoints', 'BRANCH', 'renew', 'windows'], [{ cron, duration: '1h' }]);
  });
  return `${opens.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function serials(fleet: LabFleet): Readonly<Record<string, string>> {
  return Object.fromEntries(fleet.names.map((name) => [name, evidenceOf(fleet, name).identity.serialNumber]));
}

function changed(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.keys(before).filter((name) => before[name] !== after[name]);
}

function decisionsOf({ result }: Awaited<ReturnType<LabFleet['run']>>): readonly string[] {
  return (result?.devices ?? []).flatMap(({ decisions }) => decisions.map(({ decision }) => decision));
}
