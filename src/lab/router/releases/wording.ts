import type { InstalledFacts, Wording } from '../personality.ts';

/** `show version` of every lab router says this in its second or third line. */
export const DISCLAIMER =
  'This is a virtual router of the trustfleet lab: it behaves like the release above and runs none of it.';

/** Captured on 17.x only; the other releases borrow it, for what they ask is not known from captures. */
export const REENROLLMENT: Wording['reenrollment'] = {
  statement: (trustpoint) =>
    `Trustpoint ${trustpoint} has already enrolled and has a router cert issued to it.\n` +
    'If you successfully re-enroll this trustpoint,the existing certificate will be replaced.\n',
  question: 'Do you want to continue with re-enrollment? [yes/no]: ',
};

/** `commandwill` stands glued in captures of 15.x to 17.x. */
export function hintGlued(trustpoint: string): readonly string[] {
  return [`% The 'show crypto pki certificate verbose ${trustpoint}' commandwill show the fingerprint.`];
}

export const NOT_SAVED = 'Configuration was modified.  Issue "write memory" to save new certificate';

/** Further lines of one log entry stand this far in. */
const INDENT = ' '.repeat(22);

/** Behind `%PKI-6-CERT_INSTALL: `. */
export function installedText({ trustpoint, issuer, subject, serial, notAfter }: InstalledFacts): string {
  return [
    'An ID certificate has been installed under',
    `${INDENT}Trustpoint   : ${trustpoint}`,
    `${INDENT}Issuer-name  : ${issuer}`,
    `${INDENT}Subject-name : ${subject}`,
    `${INDENT}Serial-number: ${serial}`,
    `${INDENT}End-date     : ${notAfter.toISOString().replace(/\.\d+Z$/, 'Z')}`,
  ].join('\n');
}

/** Behind `%PKI-6-CSR_FINGERPRINT: `. */
export function requestedText({ md5, sha1 }: { readonly md5: string; readonly sha1: string }): string {
  return `\n${INDENT}CSR Fingerprint MD5 : ${md5}\n${INDENT}CSR Fingerprint SHA1: ${sha1}`;
}
