import type { Personality, VersionFacts } from '../personality.ts';
import { IOS_XE_17_9 } from './ios-xe-17.9.ts';
import { DISCLAIMER } from './wording.ts';

const INTERFACES = ['GigabitEthernet0/0/0', 'GigabitEthernet0/0/1'];

/** IOS-XE before 17: SSH with SHA-1 and counter mode, and the log of classic IOS. */
export const IOS_XE_16_9: Personality = {
  ...IOS_XE_17_9,
  release: '16.9',
  versionLines,
  platform: { pid: 'ISR4331/K9', description: 'Cisco ISR4331 Chassis' },
  interfaces: INTERFACES,
  ssh: 'ios-xe-16',
  lacks: ['certificates pem', 'ec 521'],
  keys: {
    least: 512,
    most: 4096,
    preset: 1024,
    progress: 'two-lines',
    listing: 'typed',
    ecStorage: 'private-config',
    warnsBelow: 0,
  },
  request: {
    // No request of 16.x was captured: plain extensions are those of IOS-XE as such, the hash is a guess.
    hash: 'sha1',
    cipher: '3des',
    signerVersion: 3,
    extensionsInT61String: false,
    namesItselfInAltName: true,
  },
  log: {
    ...IOS_XE_17_9.log,
    rejected: () => 'Certificate enrollment request was rejected by Certificate Authority',
    installed: undefined,
    requested: undefined,
    betweenPasswords: false,
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS XE Software, Version 16.09.08',
    'Cisco IOS Software [Fuji], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.9.8, RELEASE SOFTWARE (fc4)',
    DISCLAIMER,
    '',
    'ROM: IOS-XE ROMMON',
    '',
    `${hostname} uptime is ${uptime}`,
    `Uptime for this control processor is ${uptime}`,
    'System returned to ROM by reload',
    'System image file is "bootflash:isr4300-universalk9.16.09.08.SPA.bin"',
    'Last reload reason: reload',
    '',
    'cisco ISR4331/K9 (1RU) processor with 1795999K/6147K bytes of memory.',
    `Processor board ID ${serialNumber}`,
    `${INTERFACES.length} Gigabit Ethernet interfaces`,
    '32768K bytes of non-volatile configuration memory.',
    '4194304K bytes of physical memory.',
    '3223551K bytes of flash memory at bootflash:.',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
