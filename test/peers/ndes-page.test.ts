import { describe, expect, it } from 'vitest';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { Secret } from '../../src/domain/secret.ts';
import { LAB_NDES_ACCOUNT } from '../../src/lab/ca/ntlm-acceptor.ts';
import { authority, device, failureOf, forever, ndesSpec, trustpoint } from '../challenge/fixtures.ts';
import { Folder } from './folder.ts';
import { lookAtAdminPage, oneTimePassword, pageText, passwordOn, startCa } from './lab-ca.ts';
import { openssl, writeCertificates } from './openssl.ts';

describe("curl's NTLM at the admin page of the lab", () => {
  it('sees a page in UTF-16 with a password and the thumbprint that openssl computes', async () => {
    await using ca = await startCa('ndes');
    await using folder = await Folder.make();
    const { stdout, stderr } = await lookAtAdminPage(ca);
    expect(stderr).toBe('200');
    expect(stdout[1]).toBe(0);
    const text = await pageText(stdout);
    expect(ca.passwords.minted).toEqual([passwordOn(text)]);
    expect(text).toContain('This password can be used only once and will expire within 60 minutes.');
    const root = await writeCertificates(folder, 'root.pem', ca.authority.ca.certificate);
    const md5 = (await openssl('x509', '-in', root, '-noout', '-fingerprint', '-md5')).trim();
    const thumbprint = /certificate is: <B> (?<groups>[0-9A-F ]+) <\/B>/.exec(text)?.groups?.groups ?? '';
    expect(thumbprint).toMatch(/^[0-9A-F]{8}( [0-9A-F]{8}){3}$/);
    expect(md5.replace(/^.*=/, '').replaceAll(':', '')).toBe(thumbprint.replaceAll(' ', ''));
  });

  it('is turned away with a wrong password, and nothing is minted', async () => {
    await using ca = await startCa('ndes');
    const { stdout, stderr } = await lookAtAdminPage(ca, 'Wrong-2026');
    expect(stderr).toBe('401');
    expect(stdout).toHaveLength(0);
    expect(ca.passwords.minted).toEqual([]);
  });

  it('fills the cache with five looks', async () => {
    await using ca = await startCa('ndes');
    const seen = new Set<string>();
    for (let look = 0; look < 5; look += 1) seen.add(await oneTimePassword(ca));
    expect([...seen]).toEqual(ca.passwords.minted);
    expect(seen.size).toBe(5);
    const { stdout, stderr } = await lookAtAdminPage(ca);
    expect(stderr).toBe('200');
    const text = await pageText(stdout);
    expect(text).toContain('The password cache is full.');
    expect(passwordOn(text)).toBeUndefined();
    expect(ca.passwords.minted).toHaveLength(5);
  });
});

describe('our challenge source at the page that curl reads', () => {
  it('brings a password beside those that curl was shown, and shares the five places with it', async () => {
    await using ca = await startCa('ndes');
    const byCurl = await oneTimePassword(ca);
    const source = sourceOf(ca.adminUrl, LAB_NDES_ACCOUNT.password, [
      `MD5:${ca.authority.fingerprint('md5')}`,
    ]);
    const challenge = await source.acquire(device(), trustpoint(), forever);
    const password = challenge.password?.reveal();
    expect(ca.passwords.minted).toEqual([byCurl, password]);
    expect(ca.passwords.outstanding).toBe(2);
    challenge.spent();
    for (let look = 0; look < 3; look += 1) await oneTimePassword(ca);
    expect(passwordOn(await pageText((await lookAtAdminPage(ca)).stdout))).toBeUndefined();
  });

  it('is turned away with a wrong password as curl is', async () => {
    await using ca = await startCa('ndes');
    const source = sourceOf(ca.adminUrl, 'Wrong-2026', []);
    const error = await failureOf(source.acquire(device(), trustpoint(), forever));
    expect(error.code).toBe('challenge-unavailable');
    expect(ca.passwords.minted).toEqual([]);
  });
});

function sourceOf(url: string, password: string, pins: readonly string[]) {
  const { domain, user } = LAB_NDES_ACCOUNT;
  const spec = ndesSpec(url, {
    username: `${domain}\\${user}`,
    password: Secret.acquired(password, 'this test'),
    allowInsecure: true,
  });
  return createChallengeSources({ now: () => new Date() }).for(authority(spec, pins));
}
