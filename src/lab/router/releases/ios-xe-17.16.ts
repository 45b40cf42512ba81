import type { Personality, VersionFacts } from '../personality.ts';
import { IOS_XE_17_9 } from './ios-xe-17.9.ts';
import { DISCLAIMER } from './wording.ts';

/** Late 17.x: no key below 2048 bits is made, below 3072 it warns; `ssh-rsa` is off. */
export const IOS_XE_17_16: Personality = {
  ...IOS_XE_17_9,
  release: '17.16',
  versionLines,
  keys: {
    least: 2048,
    most: 4096,
    preset: 2048,
    progress: 'two-lines',
    listing: 'sized',
    ecStorage: 'private-config',
    warnsBelow: 3072,
  },
  pkcs12: 'any',
  log: { ...IOS_XE_17_9.log, additions: true },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS XE Software, Version 17.16.01a',
    'Cisco IOS Software [IOSXE], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.16.1a, RELEASE SOFTWARE (fc1)',
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
    '3 Gigabit Ethernet interfaces',
    '32768K bytes of non-volatile configuration memory.',
    '3965344K bytes of physical memory.',
    '11526144K bytes of virtual hard disk at bootflash:.',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
