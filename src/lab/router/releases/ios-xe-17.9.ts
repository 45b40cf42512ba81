import type { Personality, VersionFacts } from '../personality.ts';
import { DISCLAIMER, hintGlued, installedText, NOT_SAVED, REENROLLMENT, requestedText } from './wording.ts';

const INTERFACES = ['GigabitEthernet1', 'GigabitEthernet2', 'GigabitEthernet3'];

/** IOS-XE on a virtual branch router. */
export const IOS_XE_17_9: Personality = {
  release: '17.9',
  versionLines,
  platform: { pid: 'C8000V', description: 'Cisco C8000V Edge chassis' },
  interfaces: INTERFACES,
  // Captured on 17.15 and later only.
  ssh: 'modern',
  pkiWord: 'pki',
  lacks: [],
  logStamps: 'datetime',
  showsZoneMinutes: true,
  keys: {
    least: 512,
    most: 4096,
    preset: 2048,
    progress: 'two-lines',
    listing: 'typed',
    ecStorage: 'private-config',
    warnsBelow: 0,
  },
  // Files as OpenSSL 3 makes them were seen to fail on 17.9.
  pkcs12: 'legacy',
  request: {
    // Captured with a `hash sha256` line only: the default is not known from captures.
    hash: 'sha256',
    // Captured against a CA that offered AES as well.
    cipher: '3des',
    signerVersion: 3,
    extensionsInT61String: false,
    namesItselfInAltName: true,
  },
  wording: {
    fingerprints: 'named',
    subject: 'include',
    sent: hintGlued,
    // Captured on a wireless controller of 17.x.
    asksForPem: false,
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
    rejected: (trustpoint) =>
      `Certificate enrollment request was rejected by Certificate Authority for Trustpoint ${trustpoint}`,
    installed: (facts) => ({ message: 'PKI-6-CERT_INSTALL', text: installedText(facts) }),
    requested: (hashes) => ({ message: 'PKI-6-CSR_FINGERPRINT', text: requestedText(hashes) }),
    fingerprints: 'notes',
    betweenPasswords: true,
    additions: false,
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS XE Software, Version 17.09.04a',
    'Cisco IOS Software [Cupertino], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a, RELEASE SOFTWARE (fc3)',
    DISCLAIMER,
    '',
    'ROM: IOS-XE ROMMON',
    '',
    `${hostname} uptime is ${uptime}`,
    `Uptime for this control processor is ${uptime}`,
    'System returned to ROM by reload',
    'System image file is "bootflash:packages.conf"',
    'Last reload reason: reload',
    '',
    'cisco C8000V (VXE) processor (revision VXE) with 2028465K/3075K bytes of memory.',
    `Processor board ID ${serialNumber}`,
    'Router operating mode: Autonomous',
    `${INTERFACES.length} Gigabit Ethernet interfaces`,
    '32768K bytes of non-volatile configuration memory.',
    '3965344K bytes of physical memory.',
    '11526144K bytes of virtual hard disk at bootflash:.',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
