import type { Personality, VersionFacts } from '../personality.ts';
import { IOS_12_4 } from './ios-12.4.ts';
import { DISCLAIMER, REENROLLMENT } from './wording.ts';

/** Before 12.3(7)T: everything is `crypto ca`, and one MD5 fingerprint without a name is all that is shown. */
export const IOS_12_2: Personality = {
  ...IOS_12_4,
  release: '12.2',
  versionLines,
  platform: { pid: 'CISCO1720', description: '1720 chassis' },
  interfaces: ['FastEthernet0', 'Ethernet0'],
  pkiWord: 'ca',
  // The pin came with 12.3(12), `revocation-check` and `| section` with 12.3(2)T, PEM with 12.3(4)T, self-signed
  // certificates that last with 12.3(14)T. The word `label` in front of a key's
  // name is known from 12.3(4)T, keys on tokens from 12.4(11)T; a guide for 12.2(8)T writes the name without it.
  lacks: [
    ...IOS_12_4.lacks,
    // 12.3(4)T.
    'certificate server',
    'enrollment profile',
    'file enrollment',
    'certificates verbose',
    'fingerprint',
    'key label',
    'key storage',
    'output section',
    'pem enrollment',
    'revocation-check',
    'self-signed',
  ],
  wording: {
    fingerprints: 'md5-only',
    subject: 'be',
    asksForPem: false,
    sent: () => [
      '% The certificate request fingerprint will be displayed.',
      "% The 'show crypto ca certificate' command will also show the fingerprint.",
    ],
    reenrollment: REENROLLMENT,
  },
  listing: {
    serialLabel: 'Certificate Serial Number',
    crlLabel: 'CRL Distribution Point',
    names: 'spaced',
    showsNoRenewalAs1970: true,
  },
  log: { ...IOS_12_4.log, facility: 'CRYPTO', fingerprints: 'bare-md5' },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco Internetwork Operating System Software ',
    'IOS (tm) C1700 Software (C1700-K9SY7-M), Version 12.2(15)T17, RELEASE SOFTWARE (fc1)',
    DISCLAIMER,
    '',
    'ROM: System Bootstrap, Version 12.0(3)T, RELEASE SOFTWARE (fc1)',
    '',
    `${hostname} uptime is ${uptime}`,
    'System returned to ROM by power-on',
    'System image file is "flash:c1700-k9sy7-mz.122-15.T17.bin"',
    '',
    'cisco 1720 (MPC860T) processor (revision 0x601) with 58982K/6554K bytes of memory.',
    `Processor board ID ${serialNumber}, with hardware revision 0000`,
    'M860 processor: part number 0, mask 32',
    'Bridging software.',
    '1 Ethernet/IEEE 802.3 interface(s)',
    '1 FastEthernet/IEEE 802.3 interface(s)',
    '32K bytes of non-volatile configuration memory.',
    '16384K bytes of processor board System flash (Read/Write)',
    '',
    'Configuration register is 0x2102',
    '',
  ];
}
