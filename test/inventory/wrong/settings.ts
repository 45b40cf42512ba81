import { dev, type WrongCase } from './case.ts';

/** What defaults, groups and devices may set, with a slip. */
export const WRONG_SETTINGS: readonly WrongCase[] = [
  [
    'a duration without a unit',
    dev('timeouts: { connect: 30 }'),
    ['9:57 devices.a.timeouts.connect: is no duration (write a number and a unit: 90s, 5m, 2h, 30d or 1w)'],
  ],
  [
    'a duration of nothing',
    dev('timeouts: { connect: 0s }'),
    ['9:57 devices.a.timeouts.connect: must be longer than nothing'],
  ],
  [
    'a duration no timer holds',
    dev('timeouts: { device: 60d }'),
    ['9:56 devices.a.timeouts.device: is too long: 24d at most'],
  ],
  [
    'a bare zone name',
    dev('clock: { timezone: CET }'),
    [
      '9:55 devices.a.clock.timezone: a zone name alone says nothing: to a router only its offset from UTC counts (write { name: CET, offset: "+01:00" })',
    ],
  ],
  [
    'a zone without an offset',
    dev('clock: { timezone: { name: CET } }'),
    ['9:45 devices.a.clock.timezone.offset: expected hours east of UTC (such as "+01:00", "-03:30" or 5.5)'],
  ],
  [
    'an offset of 60 hours',
    dev('clock: { timezone: { name: CET, offset: 60 } }'),
    [
      '9:76 devices.a.clock.timezone.offset: is no offset from UTC (such as "+01:00", "-03:30" or 5.5; at most 14 hours)',
    ],
  ],
  [
    'a summer time rule with a slip',
    dev('clock: { summerTime: { name: CEST, recurring: "last Sun Mrz 2:00 last Sun Oct 3:00" } }'),
    [
      '9:82 devices.a.clock.summerTime.recurring: is no recurring rule (such as "last Sun Mar 2:00 last Sun Oct 3:00")',
    ],
  ],
  [
    'an NTP server that is no address',
    dev('clock: { ntp: [192.0.2.1, 192.0.2.1.9] }'),
    ['9:62 devices.a.clock.ntp[1]: is no IPv4 address'],
  ],
  [
    'an NTP key that is not defined',
    dev('clock: { ntp: [{ address: 192.0.2.1, key: 7 }] }'),
    [
      '9:78 devices.a.clock.ntp[0].key: there is no NTP key 7 (define it under clock.ntp.keys of the same device)',
    ],
  ],
  [
    'an NTP key defined twice',
    dev('clock: { ntp: { keys: [{ id: 1, md5: { env: A } }, { id: 1, md5: { env: B } }] } }'),
    ['9:93 devices.a.clock.ntp.keys[1].id: key 1 is defined twice'],
  ],
  [
    'an NTP key in clear',
    dev('clock: { ntp: { keys: [{ id: 1, md5: hunter2 }] } }'),
    [
      '9:73 devices.a.clock.ntp.keys[0].md5: a secret is referred to, never written into the inventory (write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" })',
    ],
  ],
  [
    'a password in clear',
    dev('ssh: { password: hunter2 }'),
    [
      '9:53 devices.a.ssh.password: a secret is referred to, never written into the inventory (write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" })',
    ],
  ],
  [
    'a numeric password in clear',
    dev('ssh: { password: 12345 }'),
    [
      '9:53 devices.a.ssh.password: a secret is referred to, never written into the inventory (write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" })',
    ],
  ],
  [
    'a reference to nothing',
    dev('ssh: { password: {} }'),
    [
      '9:53 devices.a.ssh.password: refers to nothing (write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" })',
    ],
  ],
  [
    'a misspelled reference',
    dev('ssh: { password: { evn: A } }'),
    ['9:55 devices.a.ssh.password.evn: is an unknown key (did you mean env?)'],
  ],
  [
    'a shell line in the place of a program',
    dev('ssh: { password: { command: pass show x } }'),
    [
      '9:64 devices.a.ssh.password.command: expected a list, found text: no shell splits it (write a list: [program, argument, argument])',
    ],
  ],
  [
    'true in the place of a name',
    dev('ssh: { username: true }'),
    ['9:53 devices.a.ssh.username: expected text, found true (put it in quotes)'],
  ],
  [
    'an unknown set of algorithms',
    dev('ssh: { algorithms: legcy }'),
    ['9:55 devices.a.ssh.algorithms: expected modern, legacy or auto (did you mean legacy?)'],
  ],
  [
    'a port out of range',
    dev('port: 70000'),
    ['9:42 devices.a.port: expected a whole number from 1 to 65535'],
  ],
  ['a port as text', dev('port: "22"'), ['9:42 devices.a.port: expected a number, found text']],
  [
    'a domain with a blank',
    dev('domain: example net'),
    [
      '9:44 devices.a.domain: is no DNS name: expected words of letters, digits and dashes with dots between them',
    ],
  ],
  [
    'an fqdn with a question mark',
    dev('vars: { fqdn: "a?.b" }'),
    [
      '9:50 devices.a.vars.fqdn: is no DNS name: expected words of letters, digits and dashes with dots between them',
    ],
  ],
  ['an empty value', dev('tags:'), ['9:42 devices.a.tags: has no value (give it one or remove the key)']],
];
