import { describe, expect, it } from 'vitest';
import { type VerificationInput, verifyCertificate } from '../../src/pki/verify.ts';
import {
  actual,
  asked,
  given,
  HOST,
  held,
  IMPOSTOR,
  inputFor,
  print,
  printed,
  REQUEST,
  ROOT,
  ROUTER_KEYS,
  replaced,
  root,
  sub,
  underRoot,
  underSub,
  unusual,
  WITHOUT_END,
  WITHOUT_USAGE,
} from './certificate-world.ts';
import {
  DIGITAL_SIGNATURE,
  ecKeys,
  fingerprintOf,
  issue,
  KEY_ENCIPHERMENT,
  rsaKeys,
} from './make-certificate.ts';

describe('a certificate that is not what was asked for', () => {
  const v1 = root({ version: 1 });
  it.each<[string, VerificationInput, Record<string, string>]>([
    [
      'another CA of the same name',
      held({ chainDers: [IMPOSTOR.der] }),
      { 'ca-pinned': 'fail', 'chain-valid': 'fail' },
    ],
    [
      'a signature by another CA of the same name',
      given({ issuer: { ...IMPOSTOR } }),
      { 'chain-valid': 'fail' },
    ],
    [
      'two pins of two CAs',
      held({
        chainDers: [ROOT.der, IMPOSTOR.der],
        ...asked({ pins: [fingerprintOf(ROOT, 'MD5'), fingerprintOf(IMPOSTOR, 'SHA1')] }),
      }),
      { 'ca-pinned': 'fail', 'chain-valid': 'fail' },
    ],
    ['no pin', held(asked({ pins: [] })), { 'ca-pinned': 'fail', 'chain-valid': 'fail' }],
    [
      'a self-signed certificate',
      inputFor(issue({ subject: REQUEST.subject, keys: ROUTER_KEYS, serial: '1A2B', dnsNames: [HOST] })),
      { 'chain-valid': 'fail', 'key-usage': 'note' },
    ],
    ['an issuer that is no CA', underRoot(root({ ca: false })), { 'chain-valid': 'fail' }],
    [
      'an issuer without keyCertSign',
      underRoot(root({ usage: [DIGITAL_SIGNATURE] })),
      { 'chain-valid': 'fail' },
    ],
    [
      'an expired CA',
      underRoot(root({ notAfter: new Date('2026-11-21T11:59:59Z') })),
      { 'chain-valid': 'fail' },
    ],
    [
      'a CA of tomorrow',
      underRoot(root({ notBefore: new Date('2026-11-22T00:00:00Z') })),
      { 'chain-valid': 'fail' },
    ],
    ['a root of version 1', underRoot(v1), { 'chain-valid': 'note' }],
    ['an intermediate of version 1', underSub(sub({ version: 1 })), { 'chain-valid': 'fail' }],
    ['a missing intermediate', underSub(sub(), ROOT, { chainDers: [ROOT.der] }), { 'chain-valid': 'fail' }],
    ['an intermediate that is no CA', underSub(sub({ ca: false })), { 'chain-valid': 'fail' }],
    [
      'a path length that is too short',
      underSub(sub(), root({ ca: { pathLength: 0 } })),
      { 'chain-valid': 'fail' },
    ],
    [
      'another key',
      held({ routerKey: rsaKeys().publicKey.export({ type: 'spki', format: 'der' }) }),
      { 'key-matches-router': 'fail' },
    ],
    ['a short key', given({ keys: rsaKeys(1024) }), { 'key-strong-enough': 'fail' }],
    ['an EC key', given({ keys: ecKeys() }), { 'key-strong-enough': 'fail' }],
    [
      'an end in the past',
      given({ notAfter: new Date('2026-11-21T11:59:59Z') }),
      { 'valid-by-router-clock': 'fail', 'valid-by-our-clock': 'fail', 'serial-changed': 'fail' },
    ],
    [
      'a start an hour ahead',
      given({ notBefore: new Date('2026-11-21T13:00:00Z') }),
      { 'valid-by-router-clock': 'fail', 'valid-by-our-clock': 'fail' },
    ],
    [
      'a start within the tolerance',
      given({ notBefore: new Date('2026-11-21T12:01:00Z') }),
      { 'valid-by-router-clock': 'note', 'valid-by-our-clock': 'note' },
    ],
    [
      'a router that lives in 1993',
      held({ routerNow: new Date('1993-03-01T00:00:00Z') }),
      { 'valid-by-router-clock': 'fail' },
    ],
    ['another unit', held(asked({ subject: `CN=${HOST},OU=Sales` })), { 'subject-as-asked': 'fail' }],
    [
      'a unit in other letters',
      held(asked({ subject: `CN=${HOST},OU=branches` })),
      { 'subject-as-asked': 'fail' },
    ],
    [
      'a dropped unit',
      given({ subject: [`CN=${HOST}`, 'O=Example', 'serialNumber=1'] }),
      { 'subject-as-asked': 'fail' },
    ],
    [
      'a dropped serial number',
      given({ subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example'] }),
      { 'subject-as-asked': 'note' },
    ],
    [
      'a dropped unstructured name, no alternative one',
      given({ subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example', 'serialNumber=1'], dnsNames: [] }),
      { 'names-as-asked': 'note' },
    ],
    ['a dropped address', held(asked({ ipAddress: '192.0.2.1' })), { 'subject-as-asked': 'note' }],
    [
      'another address',
      inputFor(issue({ ...REQUEST, address: [192, 0, 2, 2] }), asked({ ipAddress: '192.0.2.1' })),
      { 'subject-as-asked': 'fail' },
    ],
    ['a subject nobody can read', held(asked({ subject: 'br-1' })), { 'subject-as-asked': 'unknown' }],
    ['another name', held(asked({ fqdn: 'br-2.example.net' })), { 'names-as-asked': 'fail' }],
    [
      'the right CN and another alternative name',
      given({
        subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example', 'serialNumber=1'],
        dnsNames: ['br-2.example.net'],
      }),
      { 'names-as-asked': 'fail' },
    ],
    ['no key usage', inputFor(issue(WITHOUT_USAGE)), { 'key-usage': 'note' }],
    ['no keyEncipherment', given({ usage: [DIGITAL_SIGNATURE] }), { 'key-usage': 'note' }],
    ['no digitalSignature', given({ usage: [KEY_ENCIPHERMENT] }), { 'key-usage': 'fail' }],
    ['a pending request', printed({ status: 'Pending', serial: '1A2B' }), { 'certificate-present': 'fail' }],
    [
      'the router’s own certificate',
      printed({ kind: 'self-signed', head: 'Router Self-Signed Certificate' }),
      { 'certificate-present': 'fail' },
    ],
    ['another trustpoint', printed({ trustpoints: ['OTHER'] }), { 'issued-for-trustpoint': 'fail' }],
    ['another serial number in the print', printed({ serial: '1A2C' }), { 'print-agrees': 'fail' }],
    [
      'another subject in the print',
      printed({ subject: [{ type: 'cn', value: 'br-2' }] }),
      { 'print-agrees': 'fail' },
    ],
    [
      'another issuer in the print',
      printed({ issuer: [{ type: 'cn', value: 'Evil' }] }),
      { 'print-agrees': 'fail' },
    ],
    [
      'a printed start seven minutes off',
      printed({ startDate: print(new Date('2026-01-01T00:07:00Z'), 0) }),
      { 'print-agrees': 'fail' },
    ],
    [
      'a printed end a year off',
      printed({ endDate: print(new Date('2029-01-01T00:00:00Z'), 60) }),
      { 'print-agrees': 'fail' },
    ],
    [
      'printed dates in two zones',
      printed({ endDate: print(new Date('2028-01-01T00:00:00Z'), -300) }),
      { 'print-agrees': 'fail' },
    ],
    ['a print without an end', held({ printed: WITHOUT_END }), { 'print-agrees': 'unknown' }],
    ['a print without a subject', printed({ subject: [] }), { 'print-agrees': 'unknown' }],
    [
      'the old serial number',
      held({ previous: replaced({ serial: '001A2B', notAfter: new Date(0) }) }),
      { 'serial-changed': 'fail' },
    ],
    [
      'an earlier end than before',
      held({ previous: replaced({ notAfter: new Date('2029-01-01T00:00:00Z') }) }),
      { 'serial-changed': 'fail' },
    ],
    [
      'a new key where the old one was to be kept',
      held({ previous: replaced({ publicKey: ROOT.spki }) }),
      { 'key-as-wanted': 'fail' },
    ],
    [
      'the old key where a new one was asked for',
      held({ previous: replaced({ keyWanted: 'new' }) }),
      { 'key-as-wanted': 'fail' },
    ],
    [
      'a key that only the router’s own lines decide',
      held({ previous: replaced({ keyWanted: 'any' }) }),
      { 'key-as-wanted': 'note' },
    ],
    ['an unsaved configuration', held({ startup: { serials: ['0A'] } }), { 'startup-saved': 'fail' }],
  ])('is found out: %s', (_, input, expected) => {
    expect(unusual(verifyCertificate(input))).toEqual(expected);
  });

  it('is described so that a person sees the difference', () => {
    expect(actual(given({ subject: [`CN=${HOST}`, 'O=Example'] }), 'subject-as-asked')).toBe(
      `CN=${HOST}, O=Example (OU=Branches missing)`,
    );
    expect(actual(given({ subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example'] }), 'subject-as-asked')).toBe(
      `CN=${HOST}, OU=Branches, O=Example (serialNumber dropped by the CA)`,
    );
    expect(actual(held({ chainDers: [IMPOSTOR.der] }), 'ca-pinned')).toMatch(
      /^O=Example, CN=Branch CA has SHA1 (?:[0-9A-F]{8} ?){5}, SHA256 (?:[0-9A-F]{8} ?){8}$/,
    );
    expect(actual(underSub(sub()), 'chain-valid')).toMatch(
      / < O=Example, CN=Sub CA < O=Example, CN=Branch CA$/,
    );
    expect(actual(underSub(sub(), ROOT, { chainDers: [ROOT.der] }), 'chain-valid')).toBe(
      'no certificate of its issuer O=Example, CN=Sub CA is at hand',
    );
    expect(actual(given({ issuer: IMPOSTOR }), 'chain-valid')).toContain(
      'was not made by O=Example, CN=Branch CA',
    );
    expect(actual(given({ usage: [KEY_ENCIPHERMENT] }), 'key-usage')).toBe(
      'keyEncipherment (digitalSignature missing)',
    );
    expect(actual(given({ notBefore: new Date('2026-11-21T12:00:30Z') }), 'valid-by-our-clock')).toContain(
      'valid in 30s',
    );
  });
});
