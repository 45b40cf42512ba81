import { dev, type WrongCase } from './case.ts';

const LOOKS =
  'is no command that only looks: it has to begin with show, ping or traceroute, written out, and say what (such as show crypto ikev2 sa, or ping 192.0.2.1 source Loopback0)';
const FILTER =
  'has another filter than one include, exclude, begin, section or count (such as show crypto ikev2 sa, or ping 192.0.2.1 source Loopback0)';
const WAY = '9:43 devices.a.guard: expected one way back (write { revert: 10m }, { reloadIn: 10m } or false)';
const RULE =
  '9:45 devices.a.health[0]: expected a command and one of expect, count and same (such as { command: show crypto ikev2 sa, expect: READY })';

/** What protects a router while it is changed, with a slip. */
export const WRONG_GUARDS: readonly WrongCase[] = [
  [
    'a guard of a second',
    dev('guard: { revert: 30s }'),
    ['9:53 devices.a.guard.revert: expected whole minutes from 3m to 120m (such as 10m)'],
  ],
  [
    'a guard of seconds between',
    dev('guard: { revert: 150s }'),
    ['9:53 devices.a.guard.revert: expected whole minutes from 3m to 120m (such as 10m)'],
  ],
  [
    'a guard too long for a timer',
    dev('guard: { reloadIn: 3h }'),
    ['9:55 devices.a.guard.reloadIn: expected whole minutes from 3m to 120m (such as 10m)'],
  ],
  [
    'a guard shorter than the wait for the CA',
    dev('guard: { revert: 6m }'),
    [
      '9:53 devices.a.guard.revert: acts before the wait for a certificate is over, with 2m for the rest of the work, for a (write 7m or more, or shorten grant.timeout)',
    ],
  ],
  [
    'a guard shorter than what health may wait for',
    dev('guard: { reloadIn: 7m }, health: [{ command: show clock, expect: x, within: 90s }]'),
    [
      '9:55 devices.a.guard.reloadIn: acts before the wait for a certificate is over, with 2m for the rest of the work, for a (write 9m or more, or shorten grant.timeout)',
    ],
  ],
  ['two guards', dev('guard: { revert: 10m, reloadIn: 10m }'), [WAY]],
  ['a guard that is on', dev('guard: true'), [WAY]],
  [
    'a command that changes',
    dev('health: [{ command: clear crypto sa, expect: x }]'),
    [`9:56 devices.a.health[0].command: ${LOOKS}`],
  ],
  [
    'an abbreviated command',
    dev('health: [{ command: sh ver, expect: x }]'),
    [`9:56 devices.a.health[0].command: ${LOOKS}`],
  ],
  [
    'a command that writes a file',
    dev('health: [{ command: "show run | redirect flash:x", expect: x }]'),
    [`9:56 devices.a.health[0].command: ${FILTER}`],
  ],
  [
    'a filter behind a filter',
    dev('health: [{ command: "show run | include a | tee flash:x", expect: x }]'),
    [`9:56 devices.a.health[0].command: ${FILTER}`],
  ],
  [
    'a ping that asks whom',
    dev('health: [{ command: ping, expect: x }]'),
    [`9:56 devices.a.health[0].command: ${LOOKS}`],
  ],
  [
    'a pattern that fits nothing written',
    dev('health: [{ command: show clock, expect: "x*" }]'),
    ['9:76 devices.a.health[0].expect: fits an empty text: it would never tell that something is wrong'],
  ],
  [
    'a pattern with a slip',
    dev('health: [{ command: show clock, count: "(up" }]'),
    ['9:75 devices.a.health[0].count: is no regular expression: Unterminated group'],
  ],
  ['a check without a rule', dev('health: [{ command: show clock }]'), [RULE]],
  ['a check with two rules', dev('health: [{ command: show clock, expect: a, count: b }]'), [RULE]],
  [
    'health that is no list',
    dev('health: show clock'),
    ['9:44 devices.a.health: expected a list (such as [{ command: show crypto ikev2 sa, expect: READY }])'],
  ],
];
