import { HEAD, SHA1 } from '../inventories.ts';
import { tp, type WrongCase } from './case.ts';

/** An authority without SCEP beside the usual one, and what a device with these trustpoints would be. */
const OFFLINE = HEAD.replace('trustpoints:', `  offline: { fingerprint: "${SHA1}" }\ntrustpoints:`);
const device = (...names: string[]): string =>
  `devices: { a: { host: a, trustpoints: [${names.join(', ')}] } }\n`;

/** An authority with one-time passwords, and a trustpoint with two key pairs. */
const twice = (more = ''): string => {
  const ndes = '{ ndes: { url: "https://n/certsrv/mscep_admin/", username: op, password: { env: P } } }';
  const once = `  once: { scep: { url: "http://n/x" }, fingerprint: "${SHA1}", challenge: ${ndes} }\ntrustpoints:`;
  const trustpoint = `  T2: { authority: once, subject: x, key: { usageKeys: true }${more} }\n`;
  return `${HEAD.replace('trustpoints:', once)}${trustpoint}${device('T2')}`;
};
const NO_SECOND =
  'does not go with the one-time passwords of once: a router puts one password into both requests, and the second one would be refused (use one key pair for both, a service with UseSinglePassword (singlePassword: true beside its url), or a static challenge)';

/** What ways to get a certificate cannot do. */
export const WRONG_METHODS: readonly WrongCase[] = [
  [
    'an unknown method',
    tp('subject: x, method: est'),
    [
      '7:44 trustpoints.TP.method: expected a way to get the certificate (write scep, terminal, selfsigned or ca-only, or a map with one of terminal, tftp, profile, pkcs12 and ca-only)',
    ],
  ],
  [
    'two methods at once',
    tp('subject: x, method: { terminal: {}, profile: { authentication: terminal, enrollment: terminal } }'),
    [
      '7:44 trustpoints.TP.method: expected one method (write scep, terminal, selfsigned or ca-only, or a map with one of terminal, tftp, profile, pkcs12 and ca-only)',
    ],
  ],
  [
    'a map without a method',
    tp('subject: x, method: {}'),
    [
      '7:44 trustpoints.TP.method: names no method (write scep, terminal, selfsigned or ca-only, or a map with one of terminal, tftp, profile, pkcs12 and ca-only)',
    ],
  ],
  [
    'auto-enroll with cut and paste',
    tp('subject: x, method: terminal, autoEnroll: 80, retry: { count: 3 }'),
    [
      '7:54 trustpoints.TP.autoEnroll: does not go with terminal: the router does not ask the CA by itself: somebody has to cut and paste',
      '7:70 trustpoints.TP.retry: does not go with terminal: the router does not ask the CA by itself',
    ],
  ],
  [
    'auto-enroll with TFTP',
    tp('subject: x, method: { tftp: { host: 192.0.2.9 } }, autoEnroll: 80'),
    [
      '7:75 trustpoints.TP.autoEnroll: does not go with tftp: the router does not ask the CA by itself: it only writes and reads files',
    ],
  ],
  [
    'new keys at a renewal by cut and paste',
    tp('subject: x, method: terminal, renew: { keys: regenerate }'),
    ['7:69 trustpoints.TP.renew.keys: does not go with terminal (possible: same)'],
  ],
  [
    'another label, and two keys, for an imported key pair',
    tp(
      'subject: x, method: { pkcs12: { file: x.p12, passphrase: { env: P } } }, key: { label: L, usageKeys: true }',
    ),
    [
      '7:104 trustpoints.TP.key.label: does not go with pkcs12: an imported key pair is called like its trustpoint',
      '7:114 trustpoints.TP.key.usageKeys: does not go with pkcs12: a file holds one key pair',
    ],
  ],
  [
    'a self-signed certificate of an authority',
    tp('subject: x, method: selfsigned'),
    ['7:9 trustpoints.TP.authority: does not go with selfsigned: the router signs its own certificate'],
  ],
  [
    'two self-signed certificates',
    HEAD +
      '  S1: { method: selfsigned, subject: x }\n  S2: { method: selfsigned, subject: x }\n' +
      device('S1', 'S2'),
    [
      '9:17 trustpoints.S2.method: a router keeps one self-signed certificate, and S1 stands on the same devices',
    ],
  ],
  [
    'a CA certificate with a key pair and a subject',
    tp('subject: x, method: ca-only, key: { size: 4096 }'),
    [
      '7:24 trustpoints.TP.subject: does not go with ca-only: no request is made',
      '7:53 trustpoints.TP.key: does not go with ca-only: there is no key pair',
    ],
  ],
  [
    'a certificate by SCEP from a CA that speaks none',
    `${OFFLINE}  T2: { authority: offline, subject: x }\n${device('T2')}`,
    ['9:20 trustpoints.T2.authority: offline speaks no SCEP (give it scep: { url: … })'],
  ],
  [
    'an offline CA whose certificate is not there to be pasted',
    `${OFFLINE}  T2: { authority: offline, subject: x, method: { terminal: { submit: { directory: desk } } } }\n${device('T2')}`,
    [
      '9:20 trustpoints.T2.authority: there is no certificate of offline to hand to routers (give it certificate: <file>; it is compared with the pin before it is pasted)',
    ],
  ],
  [
    'a CA certificate to be pasted that is not there',
    `${OFFLINE}  T2: { authority: offline, method: { ca-only: { by: terminal } } }\n${device('T2')}`,
    [
      '9:20 trustpoints.T2.authority: there is no certificate of offline to hand to routers (give it certificate: <file>; it is compared with the pin before it is pasted)',
    ],
  ],
  [
    'somebody unknown who takes requests',
    tp('subject: x, method: { terminal: { submit: mail } }'),
    [
      '7:66 trustpoints.TP.method.terminal.submit: expected who takes the request to the CA (write scep, { directory: folder } or { command: [program, argument] })',
    ],
  ],
  [
    'a TFTP server of ours and of somebody else',
    tp('subject: x, method: { tftp: { host: 192.0.2.9, port: 6969, directory: /srv/tftp } }'),
    [
      '7:94 trustpoints.TP.method.tftp.directory: an existing server needs neither listen nor port (leave them out, or the directory)',
    ],
  ],
  [
    'a PKCS#12 file with a passphrase in it',
    tp('method: { pkcs12: { file: a.p12, passphrase: hunter2 } }'),
    [
      '7:69 trustpoints.TP.method.pkcs12.passphrase: a secret is referred to, never written into the inventory (write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" })',
    ],
  ],
  [
    'a PKCS#12 file that is read by https',
    tp('method: { pkcs12: { file: a.p12, passphrase: { env: P }, url: "https://h/a.p12" } }'),
    ['7:86 trustpoints.TP.method.pkcs12.url: must be a tftp or plain http URL'],
  ],
  [
    'a PKCS#12 file without a name',
    tp('method: { pkcs12: { file: a.p12, passphrase: { env: P }, url: "tftp://h" } }'),
    ['7:86 trustpoints.TP.method.pkcs12.url: names no file'],
  ],
  [
    'a PKCS#12 file that trustfleet is to hand out by http',
    tp(
      'method: { pkcs12: { file: a.p12, passphrase: { env: P }, url: "http://h/{{name}}.p12", listen: 192.0.2.9 } }',
    ),
    [
      '7:119 trustpoints.TP.method.pkcs12.listen: trustfleet hands a file out by TFTP only (write url: "tftp://192.0.2.9/{{name}}.p12")',
    ],
  ],
  [
    'a PKCS#12 file that trustfleet is to hand out to all under one name',
    tp(
      'method: { pkcs12: { file: a.p12, passphrase: { env: P }, url: "tftp://h/a.p12", listen: 192.0.2.9 } }',
    ),
    [
      '7:86 trustpoints.TP.method.pkcs12.url: is the same for all devices, and each is handed a file of its own (write url: "tftp://192.0.2.9/{{name}}.p12")',
    ],
  ],
  [
    'a port without a server of trustfleet’s own',
    tp(
      'method: { pkcs12: { file: a.p12, passphrase: { env: P }, url: "tftp://h/{{name}}.p12", port: 6969 } }',
    ),
    [
      '7:117 trustpoints.TP.method.pkcs12.port: is of trustfleet’s own TFTP server (write listen: <address of this machine> as well)',
    ],
  ],
  [
    'a profile with a ninth parameter',
    tp(
      'subject: x, method: { profile: { authentication: terminal, enrollment: { url: "http://h/x" }, parameters: { 9: x } } }',
    ),
    [
      '7:20 trustpoints.TP.authority: there is no certificate of ca to hand to routers (give it certificate: <file>; it is compared with the pin before it is pasted)',
      '7:132 trustpoints.TP.method.profile.parameters.9: a parameter’s number is 1 to 8',
    ],
  ],
  [
    'a profile whose requests are pasted, for a CA that has no certificate to hand out and speaks no SCEP',
    `${OFFLINE}  T2: { authority: offline, subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: terminal, submit: { directory: desk } } } }\n  T3: { authority: offline, subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: terminal } } }\n${device('T2', 'T3')}`,
    [
      '9:20 trustpoints.T2.authority: there is no certificate of offline to hand to routers (give it certificate: <file>; it is compared with the pin before it is pasted)',
      '10:20 trustpoints.T3.authority: offline speaks no SCEP (give it scep: { url: … })',
    ],
  ],
  [
    'a profile whose requests are pasted, and whose router is to ask by itself',
    tp(
      'subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: terminal } }, autoEnroll: 80, retry: { count: 3 }, renew: { keys: regenerate }',
    ),
    [
      '7:122 trustpoints.TP.autoEnroll: does not go with a profile’s enrollment: terminal: the router does not ask the CA by itself: somebody has to cut and paste',
      '7:138 trustpoints.TP.retry: does not go with a profile’s enrollment: terminal: the router does not ask the CA by itself',
      '7:174 trustpoints.TP.renew.keys: does not go with a profile’s enrollment: terminal (possible: same)',
    ],
  ],
  [
    'a profile by URL that somebody is to submit',
    tp(
      'subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: { url: "http://h/x" }, submit: scep } }',
    ),
    [
      '7:131 trustpoints.TP.method.profile.submit: does not go with an enrollment URL: the router asks the CA by itself',
    ],
  ],
  [
    'a profile whose pasted request another certificate is to sign',
    `${HEAD}  T2: { authority: ca, subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: terminal, credential: TP } } }\n${device('TP', 'T2')}`,
    [
      '8:118 trustpoints.T2.method.profile.credential: does not go with enrollment: terminal: what is pasted is signed by nobody else',
    ],
  ],
  [
    'a profile whose credential is itself',
    `${HEAD}  T2: { authority: ca, subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: { url: "http://h/x" }, credential: T2 } } }\n${device('T2')}`,
    [
      '8:143 trustpoints.T2.method.profile.credential: is the trustpoint itself, which holds no certificate before it is enrolled',
    ],
  ],
  [
    'a profile whose credential is on other devices',
    `${HEAD}  T2: { authority: ca, subject: x, method: { profile: { authentication: { url: "http://h/x" }, enrollment: { url: "http://h/x" }, credential: TP } } }\n${device('T2')}`,
    [
      '8:143 trustpoints.T2.method.profile.credential: TP is not among the trustpoints of a device that has T2',
    ],
  ],
  [
    'a curve that routers do not have',
    tp('subject: x, key: { type: ec, size: 2048 }'),
    ['7:59 trustpoints.TP.key.size: expected 256, 384 or 521: the curves that routers have'],
  ],
  [
    'usage keys on a curve',
    tp('subject: x, key: { type: ec, usageKeys: true }'),
    ['7:64 trustpoints.TP.key.usageKeys: is for RSA keys; these are on a curve'],
  ],
  [
    'usage keys with passwords of NDES that are good for one request',
    twice(),
    [`9:45 trustpoints.T2.key.usageKeys: ${NO_SECOND}`],
  ],
  [
    'usage keys whose requests trustfleet takes to such an NDES',
    twice(', method: terminal'),
    [`9:45 trustpoints.T2.key.usageKeys: ${NO_SECOND}`],
  ],
  [
    'keys made on a token and stored on another',
    tp('subject: x, key: { on: "usbtoken0:", storage: "usbtoken1:" }'),
    ['7:70 trustpoints.TP.key.storage: is another device than on: the keys are kept where they are made'],
  ],
  [
    'a token without its colon',
    tp('subject: x, key: { on: usbtoken0 }'),
    ['7:47 trustpoints.TP.key.on: is no device of a router (with its colon, such as usbtoken0:)'],
  ],
  [
    'two kinds of one key pair',
    `${HEAD}  T2: { authority: ca, subject: x, key: { label: TP, type: ec } }\n${device('TP', 'T2')}`,
    ['8:41 trustpoints.T2.key: the key pair TP is RSA 2048 in TP, EC 256 here'],
  ],
  [
    'a parent that is not on the device',
    `${HEAD}  T2: { authority: ca, subject: x, parent: TP }\n${device('T2')}`,
    [
      '8:44 trustpoints.T2.parent: TP is not among the trustpoints of a device that has T2 (list TP beside T2; method: ca-only if the router needs no certificate of it)',
    ],
  ],
  [
    'parents in a circle',
    `${HEAD}  T2: { authority: ca, subject: x, parent: T3 }\n  T3: { authority: ca, subject: x, parent: T2 }\n${device('T2', 'T3')}`,
    [
      '8:44 trustpoints.T2.parent: goes round in a circle: T2 below T3 below T2',
      '9:44 trustpoints.T3.parent: goes round in a circle: T3 below T2 below T3',
    ],
  ],
];
