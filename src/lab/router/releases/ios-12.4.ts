import type { Personality, VersionFacts } from '../personality.ts';
import { IOS_15_2 } from './ios-15.2.ts';
import { DISCLAIMER } from './wording.ts';

/** Classic IOS of the first ISR generation: MD5, single DES, a version 1 signer, and SSH as old as itself. */
export const IOS_12_4: Personality = {
  ...IOS_15_2,
  release: '12.4',
  versionLines,
  platform: { pid: 'CISCO2811', description: '2811 chassis' },
  interfaces: ['FastEthernet0/0', 'FastEthernet0/1'],
  ssh: 'ios-12',
  // `hash`, `subject-alt-name` and the status of a trustpoint are documented for 15.x; whether late 12.4T has them is
  // not known from captures.
  // IKEv2 came with 15.1(1)T, EC keys with 15.1(2)T, the rollback timer with 12.4(20)T, IPv6
  // addresses in an enrollment URL with 15.2(1)T.
  lacks: [
    'certificates pem',
    'ec 521',
    'ec keys',
    'hash',
    'ikev2',
    'ipv6 enrollment',
    'pkcs12 password',
    'rollback timer',
    'subject-alt-name',
    'trustpoints status',
  ],
  logStamps: 'uptime',
  showsZoneMinutes: false,
  keys: {
    least: 360,
    most: 2048,
    preset: 512,
    progress: 'one-line',
    listing: 'bare',
    ecStorage: 'not specified',
    warnsBelow: 0,
  },
  request: {
    hash: 'md5',
    cipher: 'des',
    signerVersion: 1,
    extensionsInT61String: true,
    namesItselfInAltName: false,
  },
  wording: {
    ...IOS_15_2.wording,
    // Written apart in guides of that time.
    sent: (trustpoint) => [
      `% The 'show crypto pki certificate verbose ${trustpoint}' command will show the fingerprint.`,
    ],
  },
  listing: {
    serialLabel: 'Certificate Serial Number',
    crlLabel: 'CRL Distribution Point',
    names: 'plain',
    showsNoRenewalAs1970: false,
  },
  log: {
    ...IOS_15_2.log,
    notSaved: 'Configuration was modified. Issue "write memory" to save new certificate',
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS Software, 2800 Software (C2800NM-ADVSECURITYK9-M), Version 12.4(15)T14, RELEASE SOFTWARE (fc2)',
    DISCLAIMER,
    '',
    'ROM: System Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)',
    '',
    `${hostname} uptime is ${uptime}`,
    'System returned to ROM by power-on',
    'System image file is "flash:c2800nm-advsecurityk9-mz.124-15.T14.bin"',
    '',
    'Cisco 2811 (revision 53.51) with 249856K/12288K bytes of memory.',
    `Processor board ID ${serialNumber}`,
    '2 FastEthernet interfaces',
    '1 Virtual Private Network (VPN) Module',
    'DRAM configuration is 64 bits wide with parity enabled.',
    '239K bytes of non-volatile configuration memory.',
    '62720K bytes of ATA CompactFlash (Read/Write)',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
