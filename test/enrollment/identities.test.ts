import { describe, expect, it } from 'vitest';
import { identitiesOf } from '../../src/enrollment/identities.ts';
import { readCertificates } from '../../src/ios/show/certificates.ts';
import type { PrintedKeypair } from '../../src/ios/show/keypairs.ts';
import type { ConfiguredCertificate } from '../../src/ios/show/running-pki.ts';
import { DIGITAL_SIGNATURE, issue, KEY_ENCIPHERMENT, type Made, rsaKeys } from '../pki/make-certificate.ts';

const SIGNS = issue({ subject: ['CN=r'], keys: rsaKeys(), serial: '01', usage: [DIGITAL_SIGNATURE] });
const ENCRYPTS = issue({ subject: ['CN=r'], keys: rsaKeys(), serial: '02', usage: [KEY_ENCIPHERMENT] });

function configured({ der }: Made, serial: string): ConfiguredCertificate {
  return { kind: 'identity', head: `certificate ${serial}`, serial, der };
}

function printed(serial: string, usage: string) {
  return readCertificates(
    `Certificate\n  Status: Available\n  Certificate Serial Number (hex): ${serial}\n  Certificate Usage: ${usage}\n  Associated Trustpoints: T \n`,
  );
}

function keypair({ spki }: Made, usage: string): PrintedKeypair {
  const key = { label: 'T', type: 'rsa', bits: 2048, publicKey: spki } as const;
  return { ...key, usage, generatedAt: '', helper: false, notUnderstood: [] };
}

const BOTH = [configured(ENCRYPTS, '02'), configured(SIGNS, '01')];

describe('two certificates of one trustpoint', () => {
  it('are told apart by the key pairs that they certify, the one for signatures first', () => {
    // The key pairs decide against what is printed and what stands in the certificates.
    const keys = [keypair(ENCRYPTS, 'Signature Key'), keypair(SIGNS, 'Encryption Key')];
    const listing = [...printed('02', 'Encryption'), ...printed('01', 'Signature')];
    const held = identitiesOf(BOTH, listing, keys);
    expect(held.map(({ use, configured: { serial } = { serial: '' } }) => [use, serial])).toEqual([
      ['signature', '02'],
      ['encryption', '01'],
    ]);
  });

  it.each([
    [
      'by what the router prints',
      [...printed('01', 'Encryption'), ...printed('02', 'Signature')],
      ['02', '01'],
    ],
    ['else by their own key usage', [], ['01', '02']],
  ] as const)('are told apart %s where no key pair fits', (_how, listing, serials) => {
    const held = identitiesOf(BOTH, listing, []);
    expect(held.map(({ use }) => use)).toEqual(['signature', 'encryption']);
    expect(held.map((each) => each.configured?.serial)).toEqual(serials);
  });

  it('are not mixed up with a print of another serial number', () => {
    const held = identitiesOf(BOTH, printed('03', 'Signature'), []);
    expect(held).toHaveLength(3);
    expect(held.filter((each) => each.configured !== undefined && each.printed !== undefined)).toEqual([]);
  });
});
