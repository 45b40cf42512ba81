import type { Device } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';

const SHA1 = { hash: 'SHA1', hex: '0123456789ABCDEF0123456789ABCDEF01234567' } as const;
const SHA256 = { hash: 'SHA256', hex: 'AB'.repeat(32) } as const;
const MD5 = { hash: 'MD5', hex: 'FA3654F394F533B37F7A4AE2BB4F3D9A' } as const;

export const PLAIN_TRUSTPOINT: Trustpoint = {
  name: 'BRANCH',
  method: { kind: 'scep' },
  authority: {
    name: 'branch-ca',
    scep: { url: 'http://ndes.example.net/certsrv/mscep/mscep.dll', ra: false },
    fingerprints: [SHA256],
    challenge: { kind: 'none' },
    renewalChallenge: false,
  },
  key: { type: 'rsa', label: 'BRANCH', size: 2048, exportable: false, usageKeys: false },
  subject: 'CN={{fqdn}},OU=Branches,O=Example',
  fqdn: '{{fqdn}}',
  serialNumber: false,
  ipAddress: 'none',
  revocationCheck: ['crl'],
  grantTimeoutMs: 300_000,
  renew: {
    before: { kind: 'percent-of-life-left', percent: 20 },
    keys: 'same',
    spreadMs: 0,
    windows: [],
    checkRevocation: false,
  },
};

export const FULL_TRUSTPOINT: Trustpoint = {
  ...PLAIN_TRUSTPOINT,
  authority: {
    ...PLAIN_TRUSTPOINT.authority,
    scep: { url: 'http://[2001:db8::80]:8080/scep', ra: true },
    fingerprints: [SHA256, MD5, SHA1],
  },
  key: { type: 'rsa', label: 'VPN-KEY', size: 4096, exportable: true, usageKeys: false },
  name: 'VPN',
  subject: 'CN={{name}},OU={{site}} {{vars.floor}},O="Example, Inc."',
  fqdn: '{{name}}.{{vars.domain}}',
  serialNumber: true,
  ipAddress: 'GigabitEthernet0/0',
  revocationCheck: ['crl', 'ocsp', 'none'],
  hash: 'sha256',
  usage: ['ike', 'ssl-client'],
  vrf: 'Mgmt',
  sourceInterface: 'Loopback0',
  retry: { count: 20, periodMinutes: 2 },
  crlQuery: 'ldap://crl.example.net',
  autoEnroll: { percent: 80, regenerate: true },
};

export const PLAIN: Device = {
  name: 'br-0001',
  host: '192.0.2.11',
  port: 22,
  fqdn: 'br-0001.example.net',
  groups: ['emea'],
  tags: [],
  vars: {},
  ssh: { username: 'netops', knownHosts: '/dev/null', algorithms: 'modern' },
  timeouts: { connect: 1, login: 1, command: 1, keygen: 1, device: 1 },
  clock: {
    timezone: { name: 'UTC', offsetMinutes: 0 },
    ntp: { servers: [{ address: '192.0.2.1', prefer: false }], keys: [] },
    ntpWaitMs: 1,
    maxSkewMs: 1,
  },
  trustpoints: [PLAIN_TRUSTPOINT],
};

export const FULL: Device = {
  ...PLAIN,
  name: 'br-0002',
  vars: { site: 'Lyon', floor: 3, domain: 'vpn.example.net', vrfs: ['red', 'blue'] },
  clock: {
    ...PLAIN.clock,
    timezone: { name: 'NST', offsetMinutes: -210 },
    summerTime: { name: 'NDT', recurring: 'last sunday March 02:00 first Sun Oct 3:00', offsetMinutes: 30 },
    ntp: {
      servers: [
        { address: 'ntp.example.net', prefer: true, vrf: 'Mgmt', key: 7 },
        { address: '192.0.2.2', prefer: false },
      ],
      sourceInterface: 'Loopback0',
      keys: [
        { id: 7, md5: Secret.acquired('Tick-Tock-7', 'a test') },
        { id: 8, md5: new Secret({ kind: 'env', name: 'NTP_KEY_8' }) },
      ],
    },
  },
  trustpoints: [PLAIN_TRUSTPOINT, FULL_TRUSTPOINT],
};

/** Every way to get a certificate but SCEP. */
export const METHODS: Device = {
  ...PLAIN,
  name: 'br-0003',
  trustpoints: [
    { ...PLAIN_TRUSTPOINT, name: 'ROOT', method: { kind: 'ca-only', by: 'terminal' }, subject: '' },
    {
      ...PLAIN_TRUSTPOINT,
      name: 'PASTE',
      method: { kind: 'terminal', pem: true, submit: { kind: 'scep' } },
      parent: 'ROOT',
      key: { type: 'ec', label: 'CURVE', size: 384, exportable: false },
    },
    {
      ...PLAIN_TRUSTPOINT,
      name: 'FILES',
      method: {
        kind: 'tftp',
        host: '192.0.2.9',
        server: { kind: 'embedded', address: '192.0.2.9', port: 69 },
        submit: { kind: 'scep' },
      },
      key: {
        type: 'rsa',
        label: 'TOKEN',
        size: 2048,
        exportable: false,
        usageKeys: true,
        storage: 'usbtoken0:',
      },
    },
    {
      ...PLAIN_TRUSTPOINT,
      name: 'WEB',
      method: {
        kind: 'profile',
        name: 'WEB-CA',
        authentication: { kind: 'url', url: 'http://ca.example.net', command: 'GET /certs/ca.der' },
        enrollment: {
          kind: 'url',
          url: 'http://ca.example.net/enroll',
          command: 'POST code=$P1&request=$REQ',
        },
        parameters: [
          { number: 1, by: 'value', value: 'aaaa-bbbb' },
          { number: 2, by: 'prompt', value: Secret.acquired('Open-Sesame-2', 'a test') },
        ],
        credential: 'PASTE',
      },
    },
    {
      ...PLAIN_TRUSTPOINT,
      name: 'FILE12',
      method: {
        kind: 'pkcs12',
        file: '/p12/{{name}}.p12',
        passphrase: Secret.acquired('Open-Sesame-3', 'a test'),
        by: { kind: 'terminal' },
      },
      subject: '',
    },
    { ...PLAIN_TRUSTPOINT, name: 'SELF', method: { kind: 'selfsigned' }, https: true },
  ],
};

/** A short name gives no name for the request; MD5 alone is pinned; no time servers. */
export const SHORT: Device = {
  ...PLAIN,
  name: 'lab',
  fqdn: 'lab',
  clock: {
    ...PLAIN.clock,
    timezone: { name: 'CET', offsetMinutes: 60 },
    summerTime: { name: 'CEST', offsetMinutes: 60 },
    ntp: { servers: [], keys: [] },
  },
  trustpoints: [
    {
      ...PLAIN_TRUSTPOINT,
      authority: { ...PLAIN_TRUSTPOINT.authority, fingerprints: [MD5] },
      ipAddress: '192.0.2.9',
    },
  ],
};
