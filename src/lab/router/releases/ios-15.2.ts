import type { Personality, VersionFacts } from '../personality.ts';
import { DISCLAIMER, hintGlued, NOT_SAVED, REENROLLMENT } from './wording.ts';

const INTERFACES = ['GigabitEthernet0/0', 'GigabitEthernet0/1', 'GigabitEthernet0/2'];

/** The older generation of 15.x, on an ISR G2. */
export const IOS_15_2: Personality = {
  release: '15.2',
  versionLines,
  platform: { pid: 'CISCO2901/K9', description: 'CISCO2901/K9 chassis' },
  interfaces: INTERFACES,
  ssh: 'ios-15',
  pkiWord: 'pki',
  // PEM output of `show` and EC keys of 521 bits were seen on 17.x only.
  lacks: ['certificates pem', 'ec 521'],
  logStamps: 'datetime',
  showsZoneMinutes: true,
  keys: {
    least: 360,
    most: 4096,
    preset: 512,
    progress: 'two-lines',
    listing: 'typed',
    ecStorage: 'not specified',
    warnsBelow: 0,
  },
  // Files as OpenSSL 3 makes them were seen to fail on 17.9.
  pkcs12: 'legacy',
  request: {
    // Routers of 12.4 to 15.1 were seen with MD5, DES and a version 1 signer, later ones with SHA-1 or MD5: where it
    // changed is not known from captures.
    hash: 'md5',
    cipher: '3des',
    signerVersion: 3,
    extensionsInT61String: true,
    namesItselfInAltName: false,
  },
  wording: {
    fingerprints: 'named',
    subject: 'include',
    sent: hintGlued,
    // From a guide; what 17.x was seen to ask is another sentence.
    asksForPem: true,
    reenrollment: REENROLLMENT,
  },
  listing: {
    serialLabel: 'Certificate Serial Number (hex)',
    crlLabel: 'CRL Distribution Points',
    names: 'plain',
    showsNoRenewalAs1970: false,
  },
  log: {
    facility: 'PKI',
    notSaved: NOT_SAVED,
    rejected: () => 'Certificate enrollment request was rejected by Certificate Authority',
    installed: undefined,
    requested: undefined,
    fingerprints: 'notes',
    betweenPasswords: false,
    additions: false,
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M7, RELEASE SOFTWARE (fc2)',
    DISCLAIMER,
    '',
    'ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)',
    '',
    `${hostname} uptime is ${uptime}`,
    'System returned to ROM by power-on',
    'System image file is "flash0:c2900-universalk9-mz.SPA.152-4.M7.bin"',
    'Last reload type: Normal Reload',
    '',
    'Cisco CISCO2901/K9 (revision 1.0) with 483328K/40960K bytes of memory.',
    `Processor board ID ${serialNumber}`,
    `${INTERFACES.length} Gigabit Ethernet interfaces`,
    '1 terminal line',
    'DRAM configuration is 64 bits wide with parity enabled.',
    '255K bytes of non-volatile configuration memory.',
    '250880K bytes of ATA System CompactFlash 0 (Read/Write)',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
