import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../src/domain/errors.ts';
import { type Fingerprint, formatFingerprint } from '../../src/domain/fingerprint.ts';
import type { Seen } from '../../src/enrollment/ca-lookup.ts';
import { comparablePins, PRINTED_BY } from '../../src/enrollment/pins.ts';
import { issue } from '../pki/make-certificate.ts';
import { CA, inDays, TRUSTPOINT } from './world.ts';

const OTHER = issue({ subject: ['CN=RA'], notBefore: inDays(-1), notAfter: inDays(1) });
const of = (hash: Fingerprint['hash'], der = CA.der): Fingerprint => ({
  hash,
  hex: createHash(hash.toLowerCase()).update(der).digest('hex').toUpperCase(),
});
const SHOWS_IT: Seen = { certificates: [OTHER.der, CA.der] };
const SHOWS_ANOTHER: Seen = { certificates: [OTHER.der] };
const SEES_NOTHING: Seen = { unseen: new Error('no connection to the CA: ECONNREFUSED') };

function compare(fingerprints: readonly Fingerprint[], seen: Seen): ReturnType<typeof comparablePins> {
  const lookup = { certificates: () => Promise.resolve(seen) };
  const authority = { ...TRUSTPOINT.authority, fingerprints };
  return comparablePins(authority, 'BRANCH', lookup, new AbortController().signal);
}

describe('comparablePins', () => {
  it('looks at no CA where the router prints every pinned hash', async () => {
    const lookup = { certificates: () => Promise.reject(new Error('looked at')) };
    const authority = { ...TRUSTPOINT.authority, fingerprints: [of('SHA1'), of('MD5')] };
    const { pins } = await comparablePins(authority, 'BRANCH', lookup, new AbortController().signal);
    expect(pins).toEqual(authority.fingerprints);
  });

  it.each<[string, readonly Fingerprint[]]>([
    ['SHA256 alone', [of('SHA256')]],
    ['SHA1 and SHA256', [of('SHA1'), of('SHA256')]],
    ['MD5 and SHA256', [of('SHA256'), of('MD5')]],
    ['all three', [of('MD5'), of('SHA1'), of('SHA256')]],
  ])('adds to %s what the router will print of the certificate that has them all', async (_name, given) => {
    const { pins, unseen } = await compare(given, SHOWS_IT);
    expect(unseen).toBeUndefined();
    expect(pins.slice(0, given.length)).toEqual(given);
    expect(new Set(pins)).toEqual(new Set([of('MD5'), of('SHA1'), of('SHA256')]));
    expect(pins).toHaveLength(3);
  });

  it('adds the MD5 that is all a router of crypto ca prints, where it is not pinned', async () => {
    const authority = { ...TRUSTPOINT.authority, fingerprints: [of('SHA1')] };
    const asOld = (seen: Seen) =>
      comparablePins(
        authority,
        'BRANCH',
        { certificates: () => Promise.resolve(seen) },
        new AbortController().signal,
        PRINTED_BY.ca,
      );
    expect((await asOld(SHOWS_IT)).pins).toEqual([of('SHA1'), of('MD5')]);
    await expect(asOld(SEES_NOTHING)).rejects.toMatchObject({
      code: 'fingerprint-unreadable',
      message: expect.stringMatching(/^the pin is SHA1 only and /),
    });
    await expect(asOld(SHOWS_ANOTHER)).rejects.toMatchObject({ code: 'fingerprint-mismatch' });
  });

  it('refuses a CA whose certificate has one pinned fingerprint and not the other, before any router is asked', async () => {
    await expect(
      compare([of('SHA1'), { hash: 'SHA256', hex: 'AB'.repeat(32) }], SHOWS_IT),
    ).rejects.toMatchObject({
      code: 'fingerprint-mismatch',
      message: 'BRANCH: the CA’s certificate has not every pinned fingerprint: SHA1 agrees, SHA256 does not',
      detail: expect.stringMatching(/^pinned: SHA1 [\s\S]*The router was not told to fetch it\.$/),
    });
    // Of two certificates: the fingerprints of both do not make one.
    await expect(compare([of('SHA1'), of('SHA256', OTHER.der)], SHOWS_IT)).rejects.toMatchObject({
      code: 'fingerprint-mismatch',
    });
  });

  it.each<[string, Seen, RegExp]>([
    ['cannot reach the CA', SEES_NOTHING, /cannot fetch it: no connection to the CA: ECONNREFUSED/],
    ['meets another CA', SHOWS_ANOTHER, /meets another CA at that URL/],
  ])('leaves it to the printed pins where this machine %s, and says why', async (_name, seen, why) => {
    const given = [of('SHA1'), of('SHA256')];
    const { pins, unseen } = await compare(given, seen);
    expect(pins).toEqual(given);
    expect(unseen).toMatch(why);
  });

  it('stops where nothing is pinned that is printed and no CA is to be seen', async () => {
    await expect(compare([of('SHA256')], SEES_NOTHING)).rejects.toMatchObject({
      code: 'fingerprint-unreadable',
      hint: expect.stringMatching(/^ask the CA’s operator .* never one that is only shown here/),
    });
  });

  it('takes another CA than the pinned one for what it is, and offers none of its fingerprints to be pinned', async () => {
    const error: unknown = await compare([of('SHA256')], SHOWS_ANOTHER).catch((thrown: unknown) => thrown);
    if (!(error instanceof DeviceError)) throw new Error('another CA was taken');
    expect([error.code, error.hint]).toEqual([
      'fingerprint-mismatch',
      expect.stringMatching(/^do not accept it/),
    ]);
    expect(error.message).toBe(
      'BRANCH: the CA showed this machine no certificate with the pinned fingerprint',
    );
    expect(error.detail).toContain('another certificate, shown to this machine by ');
    const printed = [of('SHA1', OTHER.der), of('MD5', OTHER.der)].map(formatFingerprint);
    expect(printed.filter((hash) => error.detail.includes(hash))).toEqual([]);
    expect(`${error.hint}\n${error.detail}`).not.toMatch(/\bpin (?:the|it|that)/);
  });
});
