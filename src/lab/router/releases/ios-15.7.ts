import type { Personality, VersionFacts } from '../personality.ts';
import { IOS_15_2 } from './ios-15.2.ts';
import { DISCLAIMER } from './wording.ts';

const INTERFACES = ['GigabitEthernet0/0', 'GigabitEthernet0/1'];

/** The younger generation of 15.x, on a branch router. */
export const IOS_15_7: Personality = {
  ...IOS_15_2,
  release: '15.7',
  versionLines,
  platform: { pid: 'CISCO1921/K9', description: 'CISCO1921/K9 chassis' },
  interfaces: INTERFACES,
  // What 15.7 offers is not known from captures. Modern here, so that any SSH client gets in without an option.
  ssh: 'modern',
  request: {
    // An IOSv 15.x request was captured with SHA-1, one of a 1921 on 15.7 with MD5: not settled by captures.
    hash: 'sha1',
    // DES or 3DES: not known from captures of 15.7.
    cipher: '3des',
    signerVersion: 3,
    extensionsInT61String: true,
    namesItselfInAltName: false,
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), Version 15.7(3)M8, RELEASE SOFTWARE (fc1)',
    DISCLAIMER,
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
