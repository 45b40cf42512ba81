import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { parseCertificate } from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { challengeFor, startCa } from './lab-ca.ts';
import {
  certificatePem,
  publicKeyOfCertificate,
  publicKeyOfKey,
  verifyCertificate,
  writeCertificates,
} from './openssl.ts';
import { type Ended, run } from './program.ts';

describe("micromdm's scepclient against the CA of the lab", () => {
  it.each(['generic', 'ndes'] as const)('enrolls with the %s profile', async (profile) => {
    await using ca = await startCa(profile);
    await using folder = await Folder.make();
    const challenge = await challengeFor(ca);
    expect(await scepclient(ca, folder, challenge)).toMatchObject({ code: 0 });

    await verifyCertificate(folder.at('client.pem'), await rootOf(ca, folder));
    expect(await publicKeyOfCertificate(folder.at('client.pem'))).toBe(
      await publicKeyOfKey(folder.at('client.key')),
    );
    const [issued] = ca.authority.issued;
    expect(ca.authority.issued).toHaveLength(1);
    expect(issued).toMatchObject({ challenge, renewal: false });
    expect(await folder.read('client.pem')).toEqual(
      Buffer.from(certificatePem(issued?.der ?? new Uint8Array())),
    );
    expect(ca.requests).toEqual(['GetCACert', 'GetCACaps', 'PKIOperation']);
  });

  it.each(['generic', 'ndes'] as const)(
    'is refused by the %s profile with a wrong challenge',
    async (profile) => {
      await using ca = await startCa(profile);
      await using folder = await Folder.make();
      const { code, stdout } = await scepclient(ca, folder, 'wrong');
      expect(code).toBe(1);
      expect(stdout.toString()).toContain(
        profile === 'ndes' ? 'failInfo: badMessageCheck (1)' : 'failInfo: badRequest (2)',
      );
      await expect(access(folder.at('client.pem'))).rejects.toThrow('ENOENT');
      expect(ca.authority.issued).toEqual([]);
    },
  );

  it('finds a one-time password good for one enrollment only', async () => {
    await using ca = await startCa('ndes');
    await using first = await Folder.make();
    await using second = await Folder.make();
    const challenge = await challengeFor(ca);
    expect(ca.passwords.outstanding).toBe(1);
    expect(await scepclient(ca, first, challenge)).toMatchObject({ code: 0 });
    expect(ca.passwords.outstanding).toBe(0);
    expect(await scepclient(ca, second, challenge)).toMatchObject({ code: 1 });
    expect(ca.authority.issued).toHaveLength(1);
  });

  it.each(['generic', 'ndes'] as const)(
    'renews with the %s profile, signed by its old certificate',
    async (profile) => {
      await using ca = await startCa(profile);
      await using folder = await Folder.make();
      const challenge = await challengeFor(ca);
      expect(await scepclient(ca, folder, challenge)).toMatchObject({ code: 0 });
      const before = await folder.read('client.pem');
      // With a certificate at hand it sends a RenewalReq, and the request it kept from the first time.
      const { code, stderr } = await scepclient(ca, folder, challenge);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('signer_cn=br-0001') as string,
      });

      expect(await folder.read('client.pem')).not.toEqual(before);
      await verifyCertificate(folder.at('client.pem'), await rootOf(ca, folder));
      expect(await publicKeyOfCertificate(folder.at('client.pem'))).toBe(
        await publicKeyOfKey(folder.at('client.key')),
      );
      expect(ca.authority.issued.map(({ renewal }) => renewal)).toEqual([false, true]);
      const serials = ca.authority.issued.map(({ der }) => parseCertificate(der).serial);
      expect(new Set(serials).size).toBe(2);
    },
  );
});

function scepclient(ca: LabCa, folder: Folder, challenge: string): Promise<Ended> {
  const files = ['-private-key', folder.at('client.key'), '-certificate', folder.at('client.pem')];
  const url = ['-server-url', ca.enrollmentUrl];
  return run('scepclient', ['-debug', ...url, ...files, '-cn', 'br-0001', '-challenge', challenge]);
}

function rootOf(ca: LabCa, folder: Folder): Promise<string> {
  return writeCertificates(folder, 'root.pem', ca.authority.ca.certificate);
}
