import type { InstalledFacts, Personality, VersionFacts } from '../personality.ts';

const INTERFACES = ['GigabitEthernet1', 'GigabitEthernet2', 'GigabitEthernet3'];
/** Further lines of one log entry stand this far in. */
const INDENT = ' '.repeat(22);

/** IOS-XE on a virtual branch router. */
export const IOS_XE_17_9: Personality = {
  release: '17.9',
  versionLines,
  platform: { pid: 'C8000V', description: 'Cisco C8000V Edge chassis' },
  interfaces: INTERFACES,
  rsa: { least: 512, most: 4096, preset: 2048 },
  // Captured with a `hash sha256` line only: the default is not known from captures.
  defaultHash: 'sha1',
  // Captured against a CA that offered AES as well.
  contentCipher: '3des',
  extensionsInT61String: false,
  namesItselfInAltName: true,
  showHint: (trustpoint) =>
    `% The 'show crypto pki certificate verbose ${trustpoint}' commandwill show the fingerprint.`,
  rejected: (trustpoint) =>
    `Certificate enrollment request was rejected by Certificate Authority for Trustpoint ${trustpoint}`,
  installed: (facts) => ({ message: 'PKI-6-CERT_INSTALL', text: installedText(facts) }),
  requested: ({ md5, sha1 }) => ({
    message: 'PKI-6-CSR_FINGERPRINT',
    text: `\n${INDENT}CSR Fingerprint MD5 : ${md5}\n${INDENT}CSR Fingerprint SHA1: ${sha1}`,
  }),
  logsBetweenPasswords: true,
  logsGluedToPrompt: false,
  reenrollment: {
    statement: (trustpoint) =>
      `Trustpoint ${trustpoint} has already enrolled and has a router cert issued to it.\n` +
      'If you successfully re-enroll this trustpoint,the existing certificate will be replaced.\n',
    question: 'Do you want to continue with re-enrollment? [yes/no]: ',
  },
};

function versionLines({ hostname, uptime, serialNumber }: VersionFacts): readonly string[] {
  return [
    'Cisco IOS XE Software, Version 17.09.04a',
    'Cisco IOS Software [Cupertino], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a, RELEASE SOFTWARE (fc3)',
    'This is a virtual router of the trustfleet lab: it behaves like the release above and runs none of it.',
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

function installedText({ trustpoint, issuer, subject, serial, notAfter }: InstalledFacts): string {
  return [
    'An ID certificate has been installed under',
    `${INDENT}Trustpoint   : ${trustpoint}`,
    `${INDENT}Issuer-name  : ${issuer}`,
    `${INDENT}Subject-name : ${subject}`,
    `${INDENT}Serial-number: ${serial}`,
    `${INDENT}End-date     : ${notAfter.toISOString().replace(/\.\d+Z$/, 'Z')}`,
  ].join('\n');
}
