import { HEAD } from '../inventories.ts';
import { tp, type WrongCase } from './case.ts';

/** Keys, names and renewal with a slip. */
export const WRONG_TRUSTPOINTS: readonly WrongCase[] = [
  [
    'an authority that does not exist',
    tp('subject: x').replace('authority: ca', 'authority: xx'),
    ['7:20 trustpoints.TP.authority: there is no authority "xx" (known: ca)'],
  ],
  [
    'a weak key',
    tp('subject: x, key: { size: 1024 }'),
    [
      '7:49 trustpoints.TP.key.size: fewer than 2048 bits are too weak (a router that can do no better needs allowWeakKey: true beside the size)',
    ],
  ],
  [
    'a key too long',
    tp('subject: x, key: { size: 8192 }'),
    ['7:49 trustpoints.TP.key.size: expected a whole number from 512 to 4096'],
  ],
  [
    'a missing subject',
    tp('serialNumber: true'),
    ['7:3 trustpoints.TP.subject: is missing (write subject: "CN={{fqdn}},OU=Branches")'],
  ],
  [
    'a line break in the subject',
    tp('subject: "CN=x\\nhostname y"'),
    ['7:33 trustpoints.TP.subject: holds a line break'],
  ],
  [
    'a question mark in the subject',
    tp('subject: "CN=x?"'),
    [
      '7:33 trustpoints.TP.subject: holds a question mark (IOS takes ? as a call for help; it cannot stand in a configuration line)',
    ],
  ],
  [
    'a control character in a VRF',
    tp('subject: x, vrf: "a\\x07"'),
    ['7:41 trustpoints.TP.vrf: holds a control character'],
  ],
  [
    'an unknown revocation check',
    tp('subject: x, revocationCheck: clr'),
    ['7:53 trustpoints.TP.revocationCheck: expected crl, ocsp or none, or a list of them'],
  ],
  [
    'an unknown revocation check in a list',
    tp('subject: x, revocationCheck: [crl, none, oscp]'),
    ['7:65 trustpoints.TP.revocationCheck[2]: expected crl, ocsp or none (did you mean ocsp?)'],
  ],
  [
    'an unknown hash',
    tp('subject: x, hash: sha265'),
    ['7:42 trustpoints.TP.hash: expected md5, sha1, sha256, sha384 or sha512 (did you mean sha256?)'],
  ],
  [
    'auto-enroll out of range',
    tp('subject: x, autoEnroll: 5'),
    ['7:48 trustpoints.TP.autoEnroll: expected a whole number from 10 to 99'],
  ],
  [
    'auto-enroll out of range in a map',
    tp('subject: x, autoEnroll: { percent: 100 }'),
    ['7:59 trustpoints.TP.autoEnroll.percent: expected a whole number from 10 to 99'],
  ],
  [
    'a renewal percentage out of range',
    tp('subject: x, renew: { before: 120% }'),
    ['7:53 trustpoints.TP.renew.before: expected a percentage from 1% to 99%'],
  ],
  [
    'a renewal without a unit',
    tp('subject: x, renew: { before: 30 }'),
    [
      '7:53 trustpoints.TP.renew.before: is neither a duration nor a percentage (write 30d, 2w or 20% (of life left))',
    ],
  ],
  [
    'a retry period too long',
    tp('subject: x, retry: { period: 90m }'),
    ['7:53 trustpoints.TP.retry.period: expected whole minutes from 1 to 60, such as 5 or 5m'],
  ],
  [
    'a flag as a word',
    tp('subject: x, serialNumber: yes'),
    [
      '7:50 trustpoints.TP.serialNumber: expected true or false, found the word yes (YAML 1.2 knows only true and false)',
    ],
  ],
  [
    'two trustpoints that replace one key pair',
    HEAD.replace('devices', '') +
      '  T2: { authority: ca, subject: x, key: { label: TP }, renew: { keys: regenerate } }\ndevices: { a: { host: a, trustpoints: [TP, T2] } }\n',
    [
      '8:41 trustpoints.T2.key: shares the key pair TP with TP, and one of them replaces it at renewal (give each its own key.label)',
    ],
  ],
  [
    'renewal windows that cannot be',
    HEAD +
      `  T2:
    authority: ca
    subject: x
    renew:
      keys: fresh
      spread: soon
      windows:
        - { cron: 0 1 * *, duration: 4h }
        - { cron: 0 1 31 2 *, duration: 4h }
        - { cron: 0 25 * * *, duration: 0m }
        - { cron: 0 1 * * *, duration: 4h, zone: CEST/Somewhere }
devices: { a: { host: a, zone: +01:00, trustpoints: [TP] } }
`,
    [
      '12:13 trustpoints.T2.renew.keys: expected same, regenerate or roll',
      '13:15 trustpoints.T2.renew.spread: is no duration (write a number and a unit: 90s, 5m, 2h, 30d or 1w)',
      '15:19 trustpoints.T2.renew.windows[0].cron: is no cron rule (five fields as in crontab: minute hour day month weekday, such as 0 1 * * 2-4)',
      '16:19 trustpoints.T2.renew.windows[1].cron: is a cron rule that never comes true (five fields as in crontab: minute hour day month weekday, such as 0 1 * * 2-4)',
      '17:19 trustpoints.T2.renew.windows[2].cron: is no cron rule (five fields as in crontab: minute hour day month weekday, such as 0 1 * * 2-4)',
      '17:41 trustpoints.T2.renew.windows[2].duration: must be longer than nothing',
      '18:50 trustpoints.T2.renew.windows[3].zone: is no time zone (an IANA name, such as Europe/Paris, America/Chicago or UTC)',
      '19:32 devices.a.zone: is no time zone (an IANA name, such as Europe/Paris, America/Chicago or UTC)',
    ],
  ],
  [
    'keys that are rolled, and cannot be',
    HEAD +
      `  T2: { authority: ca, subject: x, renew: { keys: roll } }
  T3: { authority: ca, subject: x, renew: { keys: same, switch: "x {{new}}", retireAfter: 1d } }
  T4: { authority: ca, subject: x, renew: { keys: roll, switch: "x {{old}}" } }
  T5: { authority: ca, subject: x, autoEnroll: 80, renew: { keys: roll, switch: "x {{new}}" } }
  T6: { authority: ca, subject: x, renew: { keys: roll, switch: "x {{new}} ?" } }
devices: { a: { host: a, trustpoints: [TP] } }
`,
    [
      '8:51 trustpoints.T2.renew.keys: roll needs the lines that switch over (write a switch such as crypto ikev2 profile BRANCH, and below it, indented, pki trustpoint {{new}})',
      '9:65 trustpoints.T3.renew.switch: is for keys: roll only',
      '9:91 trustpoints.T3.renew.retireAfter: is for keys: roll only',
      '10:65 trustpoints.T4.renew.switch: names no {{new}} that it switches to (such as crypto ikev2 profile BRANCH, and below it, indented, pki trustpoint {{new}})',
      '11:48 trustpoints.T5.autoEnroll: cannot stand beside renew.keys: roll (a router that renews by itself never makes the next generation)',
      '12:65 trustpoints.T6.renew.switch: holds a question mark (IOS takes ? as a call for help; it cannot stand in a configuration line)',
    ],
  ],
  [
    'two sizes of one key pair',
    HEAD +
      '  T2: { authority: ca, subject: x, key: { label: TP, size: 4096 } }\ndevices: { a: { host: a, trustpoints: [TP, T2] } }\n',
    ['8:41 trustpoints.T2.key: the key pair TP is RSA 2048 in TP, RSA 4096 here'],
  ],
];
