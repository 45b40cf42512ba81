import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePage, readAdminPage } from '../../src/challenge/ndes-page.ts';
import { onSecretKnown } from '../../src/domain/secret.ts';
import {
  CACHE_FULL,
  ENCODINGS,
  issued,
  issuedForAll,
  issuedInGerman,
  NO_PERMISSION,
  ROUTERS_PAGE,
  THUMBPRINT,
} from './pages.ts';

const OTP = '8CE317021F690069';
const read = (html: string) => readAdminPage(Buffer.from(html, 'utf16le'), 'NDES branch-ca', 'text/html');

describe.each(Object.entries(ENCODINGS))('an admin page in %s', (_, encode) => {
  it('yields its password, its life and the MD5 thumbprint', () => {
    const page = readAdminPage(encode(issued(OTP)), 'NDES branch-ca', 'text/html');
    expect(page).toMatchObject({
      kind: 'issued',
      reusable: false,
      validityMs: 3_600_000,
      thumbprint: { hash: 'MD5', hex: THUMBPRINT.replaceAll(' ', '') },
    });
    expect(page.kind === 'issued' && page.password.reveal()).toBe(OTP);
  });

  it('yields the password for all of UseSinglePassword', () => {
    const page = readAdminPage(encode(issuedForAll(OTP)), 'NDES branch-ca');
    expect(page).toMatchObject({ kind: 'issued', reusable: true });
    expect(page).not.toHaveProperty('validityMs');
  });

  it('tells a full cache and a missing permission', () => {
    expect(readAdminPage(encode(CACHE_FULL), 'x')).toEqual({ kind: 'cache-full' });
    expect(readAdminPage(encode(NO_PERMISSION), 'x')).toEqual({ kind: 'no-permission' });
  });

  it('is read by its form when the language is another', () => {
    const page = readAdminPage(encode(issuedInGerman(THUMBPRINT, OTP)), 'x');
    expect(page.kind === 'issued' && page.password.reveal()).toBe(OTP);
    expect(page).toMatchObject({ thumbprint: { hash: 'MD5' } });
  });
});

describe('an admin page', () => {
  it('is decoded by the declared charset when the bytes do not tell', () => {
    const body = Buffer.from('Gerät', 'latin1');
    expect(decodePage(body, 'text/html; charset=iso-8859-1')).toBe('Gerät');
    expect(decodePage(body, 'text/html; charset=no-such-thing')).toBe('Ger\uFFFDt');
  });

  it('may show a SHA1 thumbprint', () => {
    const thumbprint = '00112233 44556677 8899AABB CCDDEEFF 00112233';
    expect(read(issued(OTP, { thumbprint }))).toMatchObject({ thumbprint: { hash: 'SHA1' } });
  });

  it('makes its password known to redactors at once, even when the page is refused', () => {
    const known: string[] = [];
    const stop = onSecretKnown((value) => known.push(value));
    expect(read(issued('0BADF00D0BADF00D', { thumbprint: '12 34' })).kind).toBe('unknown');
    stop();
    expect(known).toContain('0BADF00D0BADF00D');
  });

  it.each([
    ['has two candidates in another language', issuedInGerman(THUMBPRINT, OTP, '0011223344556677')],
    ['has no thumbprint in another language', issuedInGerman(OTP)],
    ['has two thumbprints in another language', issuedInGerman(THUMBPRINT, THUMBPRINT, OTP)],
    ['shows the sentence twice', issued(OTP) + issued('0011223344556677')],
    ['cuts its password by a blank', issued('8CE31702 1F690069')],
    ['shows an entity in its password', issued('8CE3&amp;1F69')],
    ['shows an empty password', issued('')],
    ['shows a password and the full cache', issued(OTP) + CACHE_FULL],
    ['shows both errors', CACHE_FULL + NO_PERMISSION],
    ['is the page for routers', ROUTERS_PAGE],
    ['is empty', ''],
  ])('that %s is unknown', (_, html) => {
    expect(read(html).kind).toBe('unknown');
  });

  it('that is unknown is described by its title alone', () => {
    expect(read('<title>Sign in</title><b>0123456789ABCDEF</b>')).toEqual({
      kind: 'unknown',
      why: 'its title is "Sign in"',
    });
  });

  it('is read whatever the password, and never as another one', () => {
    const hex = fc.stringMatching(/^[0-9A-F]{4,128}$/);
    fc.assert(
      fc.property(hex, fc.constantFrom(...Object.values(ENCODINGS)), (password, encode) => {
        const page = readAdminPage(encode(issued(password)), 'x');
        expect(page.kind === 'issued' && page.password.reveal()).toBe(password);
      }),
    );
  });

  it('never yields part of a password when it is cut anywhere', () => {
    const body = Buffer.from(issued(OTP), 'utf16le');
    for (let length = 0; length < body.length; length += 7) {
      const page = readAdminPage(body.subarray(0, length), 'x');
      expect(page.kind === 'issued' ? page.password.reveal() : OTP).toBe(OTP);
    }
  });
});
