import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';
import { readRendered } from './rendered.ts';

const UNSET = { start: 'unset', authoritative: false } as const;
const ENROLLED = { certificate: { daysOld: 40, daysLeft: 325 } } as const;

const HEALTH = [
  { command: 'show crypto ikev2 sa', expect: 'READY' },
  { command: 'show ip interface brief', count: 'up +up' },
];

/** Parts in a fleet, each with a line that only this part makes enroll type. */
const FLEETS = [
  {
    ca: 'ndes',
    cast: {
      'fresh, behind an enable password': { role: { privilege: 1 }, types: 'enable' },
      'fresh, 12.4': { role: { release: '12.4' }, types: 'crypto pki trustpoint BRANCH-OLD' },
      'fresh, XE 17.16': { role: { release: '17.16' }, types: 'hash sha256' },
      'fresh, its clock in 1993': { role: { clock: UNSET, privilege: 1 }, types: 'ntp server 192.0.2.123' },
      'fresh, its clock in 1993 and no NTP to be had': {
        role: { clock: UNSET, faults: ['no-ntp-sync'] },
        types: /^clock set \d/,
      },
      'fresh, privilege 7': { role: { faults: ['privilege-7'] }, types: 'show privilege' },
      'fresh, wants a user name behind enable': {
        role: { faults: ['privilege-1', 'enable-username'] },
        types: 'netops',
      },
      'fresh, denies terminal commands': { role: { faults: ['denies-terminal'] }, types: 'terminal width 0' },
      'fresh, every answer wanted twice': { role: { faults: ['re-asks'] }, types: 'yes' },
      'enrolled already': { role: ENROLLED, types: 'show version' },
      'its certificate has ended': { role: { state: 'expired' }, types: 'yes' },
      'trusts the CA already': { role: { state: 'authenticated' }, types: 'crypto pki enroll BRANCH' },
    },
  },
  {
    ca: 'generic',
    cast: {
      'fresh, behind an enable password': { role: { privilege: 1 }, types: '<hidden>' },
      'fresh, 12.4': { role: { release: '12.4' }, types: 'crypto pki authenticate BRANCH-OLD' },
      'fresh, 15.2, its clock in 1993': {
        role: { release: '15.2', clock: UNSET },
        types: 'terminal monitor',
      },
      'fresh, with a rollback timer and health': {
        role: { running: ['archive', 'path flash:before-'] },
        settings: { guard: { revert: '30m' }, health: HEALTH },
        types: 'configure confirm',
      },
      'fresh, with a reload to fear': {
        role: {},
        settings: { guard: { reloadIn: '30m' } },
        types: 'reload cancel',
      },
      'its health is worse afterwards': {
        role: { faults: ['tunnel-drops'] },
        settings: { health: HEALTH },
        types: 'no crypto pki trustpoint BRANCH',
        fails: true,
      },
      'fresh, rolled back in the end': {
        role: { faults: ['tunnel-drops'], running: ['archive', 'path flash:before-'] },
        settings: { guard: { revert: '30m' }, health: HEALTH },
        types: 'configure revert now',
        fails: true,
      },
      'enrolled already': { role: ENROLLED, types: 'show version' },
      'has lines of others': { role: { state: 'other-lines' }, types: 'crypto pki enroll BRANCH' },
      'trusts another CA': {
        role: { state: 'other-ca' },
        consent: '--replace-ca',
        types: 'no crypto pki trustpoint BRANCH',
      },
      'has a password of its own': {
        role: { state: 'spoiling-lines' },
        consent: '--adopt-trustpoint',
        types: 'no password',
      },
    },
  },
] as const;

describe.each(FLEETS)(
  'what render prints and enroll types, with the $ca CA',
  { timeout: 90_000 },
  (given) => {
    const parts = Object.entries(given.cast).map(([part, { role, types, ...more }], index) => ({
      part,
      role,
      types,
      name: `br-${String(index + 1).padStart(4, '0')}`,
      consent: 'consent' in more ? more.consent : undefined,
      settings: 'settings' in more ? more.settings : undefined,
      end: 'fails' in more ? 'health-failed' : part === 'enrolled already' ? 'unchanged' : 'verified',
    }));
    const typed = new Map<string, readonly string[]>();
    let fleet: LabFleet;

    const renderedFor = (name: string): Promise<string> =>
      readFile(path.join(fleet.dir, 'rendered', `${name}.txt`), 'utf8');

    beforeAll(async () => {
      fleet = await startLabFleet({
        routers: parts.length,
        ca: given.ca,
        cast: Object.fromEntries(parts.map(({ name, role }) => [name, role])),
      });
      await fleet.editInventory((inventory) => {
        inventory.setIn(['defaults', 'clock', 'ntpWait'], '2s');
        for (const { name, settings = {} } of parts)
          for (const [key, value] of Object.entries(settings))
            inventory.setIn(['devices', name, key], inventory.createNode(value));
      });
      expect((await fleet.run('render', '--out', 'rendered')).exit).toBe(0);
      const watched = fleet.names.map((name) => [name, watchTyping(fleet.router(name))] as const);
      const consents = parts.flatMap(({ consent, name }) => (consent === undefined ? [] : [consent, name]));

      const { outcomes } = await fleet.run('enroll', ...consents);

      expect(outcomes).toEqual(Object.fromEntries(parts.map(({ name, end }) => [name, end])));
      for (const [name, lines] of watched) typed.set(name, lines());
    }, 90_000);
    afterAll(() => fleet[Symbol.asyncDispose]());

    it.each(parts)('are the same lines in the same order: $part', async ({ name, part, types, end }) => {
      const fresh = part.startsWith('fresh') && end === 'verified';
      const all = typed.get(name) ?? [];
      const heard = part.endsWith('denies terminal commands') ? withoutWaste(all) : all;

      expect(readRendered(await renderedFor(name), { fresh }).unexplained(heard)).toBeUndefined();

      const own = heard.filter((line) =>
        typeof types === 'string' ? line.trim() === types : types.test(line),
      );
      expect(own.length).toBeGreaterThan(0);
      expect(heard.at(-1)).toBe('exit');
    });

    it('end with the observation on a router that has it all', async () => {
      const { name } = parts.find(({ part }) => part === 'enrolled already') ?? { name: '' };
      const [, connect = '', observe = ''] = (await renderedFor(name)).split(/^! ---- .* ----\n/m);
      const printed = `${connect}${observe}`
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('!'));
      expect(typed.get(name)).toEqual([...printed, 'exit']);
    });

    it('would differ by any line that is not printed, not typed, or not in its place', async () => {
      const text = await renderedFor('br-0001');
      const heard = typed.get('br-0001') ?? [];
      const isSame = (printed: string, lines: readonly string[]): boolean =>
        readRendered(printed, { fresh: true }).unexplained(lines) === undefined;
      const lines = text.split('\n');
      const certain = [...lines.keys()].filter((at) => !/^(?:!|$)/.test(lines[at] ?? ''));
      expect(certain.length).toBeGreaterThan(50);

      for (const at of certain) {
        // What may be typed again and again need not be printed in front of that, too.
        if (!text.includes(`\n!   ${lines[at]}\n`))
          expect(isSame(lines.toSpliced(at, 1).join('\n'), heard), `not printed: ${lines[at]}`).toBe(false);
        expect(isSame(lines.toSpliced(at, 0, 'reload').join('\n'), heard), 'printed, not typed').toBe(false);
      }
      for (const at of heard.keys())
        expect(isSame(text, heard.toSpliced(at, 0, 'reload')), 'typed, not printed').toBe(false);
      expect(isSame(text, heard.toReversed())).toBe(false);
      expect(isSame(text, [])).toBe(false);
    });
  },
);

/** Where a terminal's commands are refused, what was typed behind the first of them is thrown away, and typed again. */
function withoutWaste(lines: readonly string[]): readonly string[] {
  const again = lines.lastIndexOf('terminal width 511');
  expect(again).toBeGreaterThan(1);
  expect(lines.slice(again)).toEqual(expect.arrayContaining(lines.slice(1, again)));
  return [...lines.slice(0, 1), ...lines.slice(again)];
}
