import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CertificatesUnreadableError, readCertificates } from '../../src/pki/certificate-bag.ts';
import { formatPem } from '../../src/pki/pem.ts';
import { degenerateSignedData } from '../../src/scep/index.ts';
import { issue, rsaKeys } from './make-certificate.ts';

const KEYS = rsaKeys();
const LEAF = issue({ subject: ['CN=br-1'], keys: KEYS }).der;
const CA = issue({ subject: ['CN=CA'], keys: KEYS, ca: true }).der;
const PEM = formatPem(LEAF) + formatPem(CA);
const SET = degenerateSignedData({ certificates: [LEAF, CA] });

const read = (content: string | Uint8Array): Buffer[] =>
  readCertificates(Buffer.from(content)).map(({ der }) => Buffer.from(der));

function codeOf(content: string | Uint8Array): string | undefined {
  try {
    read(content);
  } catch (thrown) {
    if (thrown instanceof CertificatesUnreadableError) return thrown.code;
    throw thrown;
  }
  return undefined;
}

describe('the certificates of a file', () => {
  it.each<readonly [string, string | Uint8Array, readonly Uint8Array[]]>([
    ['PEM', PEM, [LEAF, CA]],
    ['PEM with text around it', `Certificate:\n    Data:\n${PEM}bye\n`, [LEAF, CA]],
    ['PEM with a private key beside it', formatPem(Buffer.alloc(9), 'PRIVATE KEY') + PEM, [LEAF, CA]],
    ['PEM with the line ends of Windows', PEM.replaceAll('\n', '\r\n'), [LEAF, CA]],
    ['DER', LEAF, [LEAF]],
    ['base64 alone', Buffer.from(LEAF).toString('base64'), [LEAF]],
    ['PKCS#7', SET, [LEAF, CA]],
    ['PKCS#7 in PEM', formatPem(SET, 'PKCS7'), [LEAF, CA]],
  ])('are read as %s', (_, content, expected) => {
    expect(read(content)).toEqual(expected.map((der) => Buffer.from(der)));
  });

  it.each<readonly [string, string | Uint8Array, string]>([
    ['nothing', '', 'truncated'],
    ['a PEM block without its end', PEM.slice(0, -30), 'truncated'],
    ['the beginning of a second block', `${formatPem(LEAF)}-----BEGIN CERTIF`, 'truncated'],
    ['some of the DER', LEAF.subarray(0, 300), 'truncated'],
    ['some of the PKCS#7', SET.subarray(0, -1), 'truncated'],
    ['a note', 'will follow tomorrow', 'unreadable'],
    ['a block that is no base64', PEM.replace(/\nMII/, '\n!!!'), 'unreadable'],
    ['a certificate with bytes behind it', Buffer.concat([LEAF, Buffer.from('x')]), 'unreadable'],
    ['a private key alone', formatPem(Buffer.alloc(9), 'PRIVATE KEY'), 'unreadable'],
    ['a PKCS#7 without certificates', degenerateSignedData({}), 'unreadable'],
  ])('are missing from %s', (_, content, code) => {
    expect(codeOf(content)).toBe(code);
  });

  it('are those of the whole file or none, wherever a PEM file was cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: PEM.trimEnd().length - 1 }), (length) => {
        const cut = PEM.slice(0, length);
        if (cut.trimEnd() === formatPem(LEAF).trimEnd()) return;
        expect(codeOf(cut)).toBeDefined();
      }),
    );
  });

  it('are truncated wherever DER was cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: SET.length - 1 }), (length) => {
        expect(codeOf(SET.subarray(0, length))).toBe('truncated');
      }),
    );
  });
});
