import type { Personality, VersionFacts } from '../personality.ts';

const INTERFACES = ['GigabitEthernet0/0', 'GigabitEthernet0/1'];

/** Classic IOS on a branch router. */
export const IOS_15_7: Personality = {
  release: '15.7',
  versionLines,
  platform: { pid: 'CISCO1921/K9', description: 'CISCO1921/K9 chassis' },
  interfaces: INTERFACES,
  rsa: { least: 360, most: 4096, preset: 512 },
  // An IOSv 15.x request was captured with SHA-1, one of a 1921 on 15.7 with MD5: not settled by captures.
  defaultHash: 'sha1',
  // DES or 3DES: not known from captures of 15.7.
  contentCipher: '3des',
  extensionsInT61String: true,
  namesItselfInAltName: false,
  showHint: (trustpoint) =>
    `% The 'show crypto pki certificate verbose ${trustpoint}' commandwill show the fingerprint.`,
  rejected: () => 'Certificate enrollment request was rejected by Certificate Authority',
  installed: undefined,
  requested: undefined,
  logsBetweenPasswords: false,
  logsGluedToPrompt: false,
  // Captured on 17.x only; what 15.7 asks is not known from captures.
  reenrollment: {
    statement: (trustpoint) =>
      `Trustpoint ${trustpoint} has already enrolled and has a router cert issued to it.\n` +
      'If you successfully re-enroll this trustpoint,the existing certificate will be replaced.\n',
    question: 'Do you want to continue with re-enrollment? [yes/no]: ',
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), Version 15.7(3)M8, RELEASE SOFTWARE (fc1)',
    'This is a virtual router of the trustfleet lab: it behaves like the release above and runs none of it.',
    '',
    'ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)',
    '',
    `${hostname} uptime is ${uptime}`,
    'System returned to ROM by power-on',
    'System image file is "flash0:c1900-universalk9-mz.SPA.157-3.M8.bin"',
    'Last reload type: Normal Reload',
    'Last reload reason: power-on',
    '',
    'Cisco CISCO1921/K9 (revision 1.0) with 487424K/36864K bytes of memory.',
    `Processor board ID ${serialNumber}`,
    `${INTERFACES.length} Gigabit Ethernet interfaces`,
    '1 terminal line',
    'DRAM configuration is 64 bits wide with parity disabled.',
    '255K bytes of non-volatile configuration memory.',
    '250880K bytes of ATA System CompactFlash 0 (Read/Write)',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
