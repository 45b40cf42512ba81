import { describe, expect, it } from 'vitest';
import { maskedText, plainLine } from '../../../src/domain/config-line.ts';
import { DeviceError } from '../../../src/domain/errors.ts';

import {
  askable,
  inOldWords,
  inTodaysWords,
  type OldRouter,
  olderKeypairCommands,
} from '../../../src/ios/dialect/old-words.ts';
import { secret } from '../router.ts';

const LATE_12_2: OldRouter = { version: '12.2(15)T17', hostname: 'br-0001' };
const EARLY_12_2: OldRouter = { version: '12.2(8)T5', hostname: 'br-0001' };
const EARLY_12_3T: OldRouter = { version: '12.3(4)T3', hostname: 'br-0001' };

const said = (line: string, router = LATE_12_2, present?: string): string[] =>
  inOldWords(plainLine(line), router, present).map(maskedText);

function asked(lines: readonly string[], router = LATE_12_2): { lines: string[]; leftOut: string } {
  const { lines: kept, leftOut } = askable('BRANCH', lines.map(plainLine), router);
  return { lines: kept.map(maskedText), leftOut: leftOut.join('; ') };
}

function refused(lines: readonly string[], router = LATE_12_2): DeviceError {
  try {
    askable('BRANCH', lines.map(plainLine), router);
  } catch (error) {
    if (error instanceof DeviceError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a line in old words', () => {
  it.each([
    ['crypto pki trustpoint BRANCH', ['crypto ca trustpoint BRANCH']],
    [' revocation-check none', ['crl optional']],
    [' revocation-check crl none', ['crl best-effort']],
    [' enrollment url http://192.0.2.7', [' enrollment url http://192.0.2.7']],
    [' subject-name CN=crypto pki trustpoint', [' subject-name CN=crypto pki trustpoint']],
  ])('“%s” is typed as %j', (line, typed) => {
    expect(said(line)).toEqual(typed);
  });

  it('takes away the other CRL line that stands there, and needs none for a CRL that must be had', () => {
    expect(said('revocation-check none', LATE_12_2, 'crl best-effort')).toEqual([
      'no crl best-effort',
      'crl optional',
    ]);
    expect(said('revocation-check crl none', LATE_12_2, ' crl optional')).toEqual([
      'no crl optional',
      'crl best-effort',
    ]);
    expect(said('revocation-check crl', LATE_12_2, 'crl optional')).toEqual(['no crl optional']);
    expect(said('revocation-check crl')).toEqual([]);
  });

  it('keeps revocation-check from 12.3(2)T on', () => {
    expect(said('revocation-check ocsp none', EARLY_12_3T)).toEqual(['revocation-check ocsp none']);
    expect(asked(['revocation-check ocsp none'], EARLY_12_3T).leftOut).toBe('');
  });

  it('keeps a secret secret', () => {
    const password = secret('s3cret-word');
    expect(inOldWords({ parts: [' password ', password] }, LATE_12_2, undefined)).toEqual([
      { parts: [' password ', password] },
    ]);
  });
});

describe('a line of a configuration in today’s words', () => {
  it.each([
    [' crl optional', 'revocation-check none'],
    ['crl best-effort', 'revocation-check crl none'],
    ['query url ldap://192.0.2.7', 'crl query ldap://192.0.2.7'],
    ['crl query ldap://192.0.2.7', 'crl query ldap://192.0.2.7'],
    ['enrollment mode ra', 'enrollment mode ra'],
    ['subject-name CN=a, O=b', 'subject-name CN=a, O=b'],
  ])('“%s” is “%s”', (line, today) => {
    expect(inTodaysWords(line)).toBe(today);
  });
});

describe('what an old router can be asked for', () => {
  it('leaves out the pin, which is compared all the same, and says so', () => {
    const { lines, leftOut } = asked(['fqdn none', 'fingerprint 0123456789ABCDEF0123456789ABCDEF']);
    expect(lines).toEqual(['fqdn none']);
    expect(leftOut).toMatch(/^“fingerprint 01.*”: .*compared all the same$/);
    const { lines: kept } = asked(['fingerprint 0123'], { version: '12.3(12)' });
    expect(kept).toEqual(['fingerprint 0123']);
  });

  it('leaves out a name that the router asks for without being told, where it may not know the line', () => {
    expect(asked(['fqdn BR-0001.example.net'], EARLY_12_2)).toEqual({
      lines: [],
      leftOut: expect.stringContaining('its own name'),
    });
    expect(refused(['fqdn vpn.example.net'], EARLY_12_2).message).toContain('“fqdn vpn.example.net”');
    expect(refused(['fqdn none'], EARLY_12_2).message).toContain('“fqdn none”');
    expect(refused(['fqdn br-0001.example.net'], { version: '12.2(8)T5' }).code).toBe('unsupported-release');
  });

  it('names everything that has no old form at once', () => {
    const lines = [' hash sha256', ' vrf BLUE', ' auto-enroll 80 regenerate', ' revocation-check ocsp'];
    const { code, message, hint } = refused(['enrollment mode ra', ...lines]);
    expect(code).toBe('unsupported-release');
    expect(message).toBe(
      'BRANCH: 12.2(15)T17 has no line for “hash sha256”, “vrf BLUE”, “auto-enroll 80 regenerate”, “revocation-check ocsp”',
    );
    expect(hint).toContain('a trustpoint of its own');
  });

  it.each(['regenerate', 'subject-alt-name a.example.net', 'revocation-check none crl', 'storage nvram:'])(
    'refuses “%s”',
    (line) => {
      expect(refused([line]).message).toContain(`“${line}”`);
    },
  );

  it.each(['auto-enroll', 'auto-enroll regenerate', 'crl query ldap://192.0.2.7', 'usage ike', 'primary'])(
    'leaves “%s” to the router',
    (line) => {
      expect(asked([line])).toEqual({ lines: [line], leftOut: '' });
    },
  );
});

describe('older forms of the command that makes a key pair', () => {
  const forms = (command: string): string[] => olderKeypairCommands(plainLine(command)).map(maskedText);

  it('go from the newest to the oldest', () => {
    expect(forms('crypto key generate rsa general-keys label BRANCH exportable modulus 2048')).toEqual([
      'crypto key generate rsa general-keys label BRANCH exportable',
      'crypto key generate rsa general-keys BRANCH exportable',
    ]);
    expect(forms('crypto key generate rsa general-keys label BRANCH')).toEqual([
      'crypto key generate rsa general-keys BRANCH',
    ]);
    expect(forms('crypto key generate rsa')).toEqual([]);
  });
});
