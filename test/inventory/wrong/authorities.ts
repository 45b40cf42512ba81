import { SHA1 } from '../inventories.ts';
import { ca, tp, type WrongCase } from './case.ts';

/** Pins, URLs and challenges with a slip. */
export const WRONG_AUTHORITIES: readonly WrongCase[] = [
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
    'a certificate server on a router that is not there',
    ca(
      `fingerprint: "${SHA1}", challenge: { ios-cs: { device: hub-1, server: CS } }, grant: { ios-cs: { device: br-2, server: CS } }`,
    ),
    [
      '5:166 authorities.ca.challenge.ios-cs.device: there is no device "hub-1" (trustfleet logs in to it: describe the router under devices:)',
      '5:216 authorities.ca.grant.ios-cs.device: there is no device "br-2" (trustfleet logs in to it: describe the router under devices:)',
    ],
  ],
  [
    'a certificate server without its label',
    ca(`fingerprint: "${SHA1}", challenge: { ios-cs: { device: a } }`),
    ['5:148 authorities.ca.challenge.ios-cs.server: is missing'],
  ],
  [
    'a password of a certificate server that lives for days',
    ca(`fingerprint: "${SHA1}", challenge: { ios-cs: { device: a, server: CS, minutes: 3000 } }`),
    ['5:190 authorities.ca.challenge.ios-cs.minutes: expected a whole number from 1 to 1440'],
  ],
  [
    'a daily challenge with two ends',
    ca(
      `fingerprint: "${SHA1}", challenge: { daily: { value: { env: A }, notAfter: 2030-01-31T23:59:00Z, zone: UTC } }`,
    ),
    [
      '5:155 authorities.ca.challenge.daily: expected notAfter or zone, one of the two (zone: Europe/Paris for a password that holds until midnight there)',
    ],
  ],
  [
    'a command as one text',
    ca(`fingerprint: "${SHA1}", challenge: { command: otp.sh }`),
    [
      '5:157 authorities.ca.challenge.command: expected a program and its arguments (such as [./otp.sh, --ca, branch], or { run: [./otp.sh], validity: 60m })',
    ],
  ],
  [
    'a command whose passwords live for ever',
    ca(`fingerprint: "${SHA1}", challenge: { command: { run: [otp.sh], validity: 0s } }`),
    ['5:184 authorities.ca.challenge.command.validity: must be longer than nothing'],
  ],
  [
    'two challenge sources',
    ca(`fingerprint: "${SHA1}", challenge: { env: A, file: b }`),
    [
      '5:146 authorities.ca.challenge: expected one source of a challenge (write none, or one of static, env, daily, file, command, ndes and ios-cs)',
    ],
  ],
  [
    'a challenge in clear',
    ca(`fingerprint: "${SHA1}", challenge: hunter2`),
    [
      '5:146 authorities.ca.challenge: expected the source of a challenge password (write none, or one of static, env, daily, file, command, ndes and ios-cs)',
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
];
