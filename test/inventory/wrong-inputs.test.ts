import { describe, expect, it } from 'vitest';
import { formatInputProblem, InputError } from '../../src/domain/errors.ts';
import { HEAD, parse, SHA1 } from './inventories.ts';

const D = 'devices: { a: { host: a, trustpoints: [TP] } }\n';
const ca = (s: string) => HEAD.replace(`fingerprint: "${SHA1}"`, s) + D;
const tp = (s: string) => HEAD.replace('subject: "CN={{fqdn}}"', s) + D;
const dev = (s: string) => `${HEAD}devices:\n  a: { host: a, trustpoints: [TP], ${s} }\n`;

/** A wrong inventory and every sentence about it: line, column, key, message and hint. */
const WRONG: readonly (readonly [title: string, text: string, sentences: readonly string[]])[] = [
  ['an empty file', '', ['the file is empty (trustfleet init writes one to begin with)']],
  ['a list in the place of the inventory', '- a\n', ['1:1 expected a map of keys, found a list']],
  ['two documents', `${HEAD}${D}---\nb: 1\n`, ['9:1 the file holds several YAML documents, expected one']],
  [
    'brackets in braces without quotes',
    `${HEAD}devices:\n  "r[1-3]": { host: 192.0.2.[1-3] }\n`,
    [
      '9:29 not valid YAML: Unexpected [ at node end (inside { } and [ ], a value with brackets, braces or commas needs quotes)',
    ],
  ],
  ['a tag', dev('tags: !!set [x]'), ['9:42 a tag (!) has no meaning here (remove it)']],
  [
    'an alias without an anchor',
    dev('vars: *none'),
    ['9:42 devices.a.vars: the alias *none has no anchor &none before it'],
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
    'a misspelled key',
    dev('tiemouts: { connect: 3s }'),
    ['9:36 devices.a.tiemouts: is an unknown key (did you mean timeouts?)'],
  ],
  [
    'a key at the wrong level',
    dev('username: x'),
    ['9:36 devices.a.username: is an unknown key (username belongs under ssh)'],
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
    'an authority that does not exist',
    tp('subject: x').replace('authority: ca', 'authority: xx'),
    ['7:20 trustpoints.TP.authority: there is no authority "xx" (known: ca)'],
  ],
  [
    'a trustpoint named twice',
    `${HEAD}devices: { a: { host: a, trustpoints: [TP, TP] } }\n`,
    ['8:44 devices.a.trustpoints[1]: names the trustpoint a second time'],
  ],
  [
    'a group called all',
    `${HEAD}groups: { all: {} }\n${D}`,
    ['8:11 groups.all: all is a word of --limit, not a group name'],
  ],
  [
    'a name where a list belongs',
    `${HEAD}devices: { a: { host: a, trustpoints: TP } }\n`,
    ['8:39 devices.a.trustpoints: expected a list (write [TP])'],
  ],
  [
    'a missing fingerprint',
    ca('renewalChallenge: false'),
    [
      "5:3 authorities.ca.fingerprint: is missing: without a pin, anybody on the way could answer in the place of the CA (ask the CA's operator for the SHA1 and SHA256 fingerprints of the CA certificate)",
    ],
  ],
  [
    'an empty list of fingerprints',
    ca('fingerprint: []'),
    [
      "5:67 authorities.ca.fingerprint: is missing: without a pin, anybody on the way could answer in the place of the CA (ask the CA's operator for the SHA1 and SHA256 fingerprints of the CA certificate)",
    ],
  ],
  [
    'a fingerprint of 39 digits',
    ca(`fingerprint: ${SHA1.slice(5, -1)}`),
    ['5:67 authorities.ca.fingerprint: 39 hex digits, expected 32 (MD5), 40 (SHA1) or 64 (SHA256)'],
  ],
  [
    'a fingerprint that is no hash',
    ca('fingerprint: "SHA1:hello"'),
    ['5:67 authorities.ca.fingerprint: a fingerprint holds only hex digits, blanks, colons and dashes'],
  ],
  [
    'two fingerprints of one hash',
    ca(`fingerprint: ["${SHA1}", "${SHA1.replace('5A', '5B')}"]`),
    ['5:67 authorities.ca.fingerprint: two different SHA1 fingerprints: one certificate cannot have both'],
  ],
  [
    'https in the enrollment url',
    tp('subject: x').replace('http://ca', 'https://ca'),
    [
      '5:22 authorities.ca.scep.url: must be plain http (routers speak SCEP over http; its messages are signed and encrypted by themselves (RFC 8894))',
    ],
  ],
  [
    'pkiclient.exe in the enrollment url',
    tp('subject: x').replace('/scep"', '/scep/pkiclient.exe"'),
    ['5:22 authorities.ca.scep.url: holds pkiclient.exe (leave it out: the router appends it by itself)'],
  ],
  [
    'a question mark in the enrollment url',
    tp('subject: x').replace('/scep"', '/scep?x=1"'),
    [
      '5:22 authorities.ca.scep.url: holds a question mark (IOS takes ? as a call for help; the router adds the query by itself)',
    ],
  ],
  [
    'a challenge of an IOS certificate server',
    ca(`fingerprint: "${SHA1}", challenge: { ios-cs: { device: hub-1, server: CS, minutes: 30 } }`),
    [
      '5:148 authorities.ca.challenge.ios-cs: is not supported yet: trustfleet cannot mint passwords on an IOS certificate server (let a program do it, with challenge: { command: [program] })',
    ],
  ],
  [
    'two challenge sources',
    ca(`fingerprint: "${SHA1}", challenge: { env: A, file: b }`),
    [
      '5:146 authorities.ca.challenge: expected one source of a challenge (write none, or one of static, env, daily, file, command and ndes)',
    ],
  ],
  [
    'a challenge in clear',
    ca(`fingerprint: "${SHA1}", challenge: hunter2`),
    [
      '5:146 authorities.ca.challenge: expected the source of a challenge password (write none, or one of static, env, daily, file, command and ndes)',
    ],
  ],
  [
    'a static challenge in clear',
    ca(`fingerprint: "${SHA1}", challenge: { static: hunter2 }`),
    [
      '5:156 authorities.ca.challenge.static: a secret is referred to, never written into the inventory (write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" })',
    ],
  ],
  [
    'basic over plain http',
    ca(
      `fingerprint: "${SHA1}", challenge: { ndes: { url: "http://n/", username: u, password: { env: P }, auth: basic } }`,
    ),
    [
      '5:215 authorities.ca.challenge.ndes.auth: basic would send the password readable over plain http (use https, or auth: ntlm, or consent with allowInsecure: true)',
    ],
  ],
  [
    'a day in the place of a time',
    ca(`fingerprint: "${SHA1}", challenge: { daily: { value: { env: P }, notAfter: 2030-01-31 } }`),
    [
      '5:186 authorities.ca.challenge.daily.notAfter: is no date with time and zone (such as 2030-01-31T23:59:00Z or 2030-01-31T23:59:00+01:00)',
    ],
  ],
  [
    'a method that is not there yet',
    tp('subject: x, method: terminal'),
    ['7:44 trustpoints.TP.method: only scep is supported today'],
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
  ['a missing subject', tp('serialNumber: true'), ['7:3 trustpoints.TP.subject: is missing']],
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
  [
    'nobody to log in as',
    `authorities: {}\ndevices:\n  a: { host: a }\n  "r[1-9]": { host: "r[1-9]", ssh: { password: { env: P } } }\n`,
    [
      '3:3 devices.a: no ssh.username for a, r1, r2 and 7 more (set it under defaults, a group or the device)',
      '3:3 devices.a: neither ssh.password nor ssh.privateKey nor ssh.agent for a (set it under defaults, a group or the device: password: { env: TRUSTFLEET_PASSWORD })',
    ],
  ],
  [
    'two trustpoints that replace one key pair',
    HEAD.replace('devices', '') +
      '  T2: { authority: ca, subject: x, key: { label: TP }, renew: { regenerate: true } }\ndevices: { a: { host: a, trustpoints: [TP, T2] } }\n',
    [
      '8:41 trustpoints.T2.key: shares the key pair TP with TP, and one of them replaces it at renewal (give each its own key.label)',
    ],
  ],
  [
    'two sizes of one key pair',
    HEAD +
      '  T2: { authority: ca, subject: x, key: { label: TP, size: 4096 } }\ndevices: { a: { host: a, trustpoints: [TP, T2] } }\n',
    ['8:41 trustpoints.T2.key: the key pair TP has 2048 bits in TP, 4096 here'],
  ],
];

function sentencesOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.problems.map((problem) => formatInputProblem(problem).replace(/^inventory\.yaml[: ]/, ''));
  }
  return [];
}

describe('a wrong inventory', () => {
  it.each(WRONG)('%s', (_title, text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });

  it('tells all problems at once, in the order of the file', () => {
    const text = WRONG_TOGETHER;
    expect(sentencesOf(text)).toEqual([
      '3:10 defaults.ssh.usrname: is an unknown key (did you mean username?)',
      '6:28 authorities.ca.scep.url: must be plain http (routers speak SCEP over http; its messages are signed and encrypted by themselves (RFC 8894))',
      '8:32 trustpoints.TP.authority: there is no authority "cq" (did you mean ca?)',
      '8:55 trustpoints.TP.key.typ: is an unknown key (did you mean type?)',
      '8:71 trustpoints.TP.key.size: fewer than 2048 bits are too weak (a router that can do no better needs allowWeakKey: true beside the size)',
      '10:3 devices.a: no ssh.username for a, b (set it under defaults, a group or the device)',
      '10:3 devices.a: neither ssh.password nor ssh.privateKey nor ssh.agent for a, b (set it under defaults, a group or the device: password: { env: TRUSTFLEET_PASSWORD })',
      '11:3 devices.b.host: is missing',
    ]);
  });

  it('reports what an alias brings in once, where it was written', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `  r${index}: { <<: *base, host: r${index} }`);
    const text = `${HEAD}devices:\n  base: &base { host: base, tmeouts: {}, groups: [none] }\n${lines.join('\n')}\n`;
    expect(sentencesOf(text)).toEqual([
      '9:29 devices.base.tmeouts: is an unknown key (did you mean timeouts?)',
      '9:51 devices.base.groups[0]: there is no group "none"',
    ]);
  });

  it('never repeats what may be a secret', () => {
    const places = [
      'ssh: { password: hunter2 }',
      'ssh: { enable: [hunter2] }',
      'ssh: { password: { env: "hunter2!" } }',
    ];
    for (const place of places) {
      const sentences = sentencesOf(`${HEAD}devices: { a: { host: a, ${place} } }`);
      expect(sentences).toHaveLength(1);
      expect(sentences.join()).not.toContain('hunter2');
    }
  });
});

const WRONG_TOGETHER = `defaults:
  domain: example.net
  ssh: { usrname: x }
authorities:
  ca:
    scep: { ra: true, url: "https://ca.example.net/scep" }
    fingerprint: "${SHA1}"
trustpoints: {TP: { authority: cq, subject: x, key: { typ: rsa, size: 1024 } }}
devices:
  a: { host: a }
  b: { tags: [x] }
`;
