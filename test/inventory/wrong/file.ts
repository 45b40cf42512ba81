import { HEAD } from '../inventories.ts';
import { DEVICES, dev, type WrongCase } from './case.ts';

/** What is no inventory, and devices, ranges and names with a slip. */
export const WRONG_FILES: readonly WrongCase[] = [
  ['an empty file', '', ['the file is empty (trustfleet init writes one to begin with)']],
  ['a list in the place of the inventory', '- a\n', ['1:1 expected a map of keys, found a list']],
  [
    'two documents',
    `${HEAD}${DEVICES}---\nb: 1\n`,
    ['9:1 the file holds several YAML documents, expected one'],
  ],
  [
    'brackets in braces without quotes',
    `${HEAD}devices:\n  "r[1-3]": { host: 192.0.2.[1-3] }\n`,
    [
      '9:29 not valid YAML: Unexpected [ at node end (inside { } and [ ], a value with brackets, braces or commas needs quotes)',
    ],
  ],
  [
    'a key given twice',
    `${HEAD}devices:\n  a: { host: a }\n  a: { host: b }\n`,
    ['10:3 devices.a: the key is given twice, first on line 9'],
  ],
  [
    'a device that a range produces again',
    `${HEAD}devices:\n  r2: { host: a }\n  "r[1-3]": { host: "b[1-3]" }\n`,
    ['10:3 devices["r[1-3]"]: the device r2 is there already, from r2'],
  ],
  [
    'two ranges that overlap',
    `${HEAD}devices:\n  r[1-3]: { host: "a[1-3]" }\n  r[2-5]: { host: "b[2-5]" }\n`,
    ['10:3 devices["r[2-5]"]: the device r2 is there already, from r[1-3], and 1 more'],
  ],
  [
    'a device without a host',
    `${HEAD}devices:\n  a:\n    trustpoints: [TP]\n`,
    ['9:3 devices.a.host: is missing'],
  ],
  [
    'a device without anything',
    `${HEAD}devices:\n  a:\n`,
    ['9:5 devices.a: has no value (give it one or remove the key)'],
  ],
  ['no devices at all', HEAD, ['1:1 devices: is missing']],
  [
    'a host with a port',
    `${HEAD}devices: { a: { host: "192.0.2.1:22" } }\n`,
    ['8:23 devices.a.host: holds a port (write the port under its own key, port:)'],
  ],
  [
    'a host that is no address',
    `${HEAD}devices: { a: { host: 192.0.2.300 } }\n`,
    ['8:23 devices.a.host: is no IPv4 address'],
  ],
  [
    'one host for a range',
    `${HEAD}devices: { "r[1-3]": { host: a } }\n`,
    [
      '8:30 devices["r[1-3]"].host: one host for 3 devices (give the host a range as well: host: 192.0.2.[11-13])',
    ],
  ],
  [
    'a host range of another size',
    `${HEAD}devices: { "r[1-3]": { host: "a[1-4]" } }\n`,
    ['8:30 devices["r[1-3]"].host: 4 hosts for 3 devices'],
  ],
  [
    'a range that runs backward',
    `${HEAD}devices: { "r[9-3]": { host: a } }\n`,
    ['8:12 devices["r[9-3]"]: [9-3] runs backward'],
  ],
  [
    'a device name with a blank',
    `${HEAD}devices: { "a b": { host: a } }\n`,
    [
      '8:12 devices["a b"]: a name holds letters, digits, dots, dashes and underscores, and begins with a letter or digit',
    ],
  ],
  [
    'a group that does not exist',
    `${HEAD}groups: { emea: {} }\ndevices: { a: { host: a, groups: [emae] } }\n`,
    ['9:35 devices.a.groups[0]: there is no group "emae" (did you mean emea?)'],
  ],
  [
    'a trustpoint that does not exist',
    `${HEAD}devices: { a: { host: a, trustpoints: [TB] } }\n`,
    ['8:40 devices.a.trustpoints[0]: there is no trustpoint "TB" (did you mean TP?)'],
  ],
  [
    'a trustpoint named twice',
    `${HEAD}devices: { a: { host: a, trustpoints: [TP, TP] } }\n`,
    ['8:44 devices.a.trustpoints[1]: names the trustpoint a second time'],
  ],
  [
    'a group called all',
    `${HEAD}groups: { all: {} }\n${DEVICES}`,
    ['8:11 groups.all: all is a word of --limit, not a group name'],
  ],
  [
    'a name where a list belongs',
    `${HEAD}devices: { a: { host: a, trustpoints: TP } }\n`,
    ['8:39 devices.a.trustpoints: expected a list (write [TP])'],
  ],
  [
    'nobody to log in as',
    `authorities: {}\ndevices:\n  a: { host: a }\n  "r[1-9]": { host: "r[1-9]", ssh: { password: { env: P } } }\n`,
    [
      '3:3 devices.a: no ssh.username for a, r1, r2 and 7 more (set it under defaults, a group or the device)',
      '3:3 devices.a: neither ssh.password nor ssh.privateKey nor ssh.agent for a (set it under defaults, a group or the device: password: { env: TRUSTFLEET_PASSWORD })',
    ],
  ],
  ['a tag', dev('tags: !!set [x]'), ['9:42 a tag (!) has no meaning here (remove it)']],
  [
    'an alias without an anchor',
    dev('vars: *none'),
    ['9:42 devices.a.vars: the alias *none has no anchor &none before it'],
  ],
  [
    'a misspelled key',
    dev('tiemouts: { connect: 3s }'),
    ['9:36 devices.a.tiemouts: is an unknown key (did you mean timeouts?)'],
  ],
  [
    'a key at the wrong level',
    dev('username: x'),
    ['9:36 devices.a.username: is an unknown key (username belongs under ssh)'],
  ],
];
