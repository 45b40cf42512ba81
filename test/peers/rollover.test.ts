import { describe, expect, it } from 'vitest';
import { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { nodeTransport, parseCertificate, ScepClient } from '../../src/scep/index.ts';
import { enrolled } from '../scep/enrolled.ts';
import { Folder } from './folder.ts';
import { certificatePem, openssl, sha256, verifyCertificate, writeCertificates } from './openssl.ts';

const CHALLENGE = 'open sesame';

describe('openssl on the rollover of the lab’s CA', () => {
  it.each(['generic', 'ndes'] as const)(
    'verifies the answer to GetNextCACert and finds the next CA in it (%s)',
    async (profile) => {
      await using ca = await LabCa.start({ profile, challenge: CHALLENGE, nextCa: true });
      await using folder = await Folder.make();
      const root = await writeCertificates(folder, 'root.pem', ca.authority.ca.certificate);
      const { body, headers } = await nodeTransport()({
        method: 'GET',
        url: `${ca.enrollmentUrl}?operation=GetNextCACert`,
        headers: {},
      });
      expect(headers['content-type']).toBe('application/x-x509-next-ca-cert');
      const answer = await folder.write('next.der', body);
      const inside = folder.at('inside.der');
      const verify = ['cms', '-verify', '-inform', 'DER', '-in', answer, '-purpose', 'any', '-binary'];
      await openssl(...verify, '-CAfile', root, '-out', inside);

      const printed = await openssl('pkcs7', '-inform', 'DER', '-in', inside, '-print_certs');
      const pem = /-----BEGIN[\s\S]+?-----END CERTIFICATE-----\n/.exec(printed)?.[0];
      expect(pem).toBe(certificatePem(ca.authority.next?.certificate ?? new Uint8Array()));
    },
  );

  it('verifies a certificate that was issued ahead by the next CA, and not by the one in office', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: CHALLENGE, nextCa: true });
    await using folder = await Folder.make();
    const holder = await enrolled(ca.enrollmentUrl, CHALLENGE);
    const client = new ScepClient({ url: ca.enrollmentUrl });
    const context = { ca: await client.getCaCertificates(), capabilities: await client.getCaCaps() };
    const next = await client.getNextCaCertificates(context);
    const csr = ca.authority.issued[0]?.request ?? new Uint8Array();
    const shadow = await client.pkcsReq({ ...context, ca: next, current: context.ca, csr, signer: holder });
    if (shadow.status !== 'granted') throw new Error(shadow.status);

    const file = await writeCertificates(folder, 'shadow.pem', shadow.certificate);
    await verifyCertificate(file, await writeCertificates(folder, 'next.pem', next.ca));
    const inOffice = await writeCertificates(folder, 'root.pem', context.ca.ca);
    await expect(verifyCertificate(file, inOffice)).rejects.toThrow(/.*/);
  });

  it('verifies the revocation list that GetCRL brings', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: CHALLENGE });
    await using folder = await Folder.make();
    const signer = await enrolled(ca.enrollmentUrl, CHALLENGE);
    const client = new ScepClient({ url: ca.enrollmentUrl });
    const context = { ca: await client.getCaCertificates(), capabilities: await client.getCaCaps(), signer };
    const result = await client.getCrl(context, parseCertificate(signer.certificate).serialOctets);
    if (result.status !== 'granted') throw new Error(result.status);
    const list = await folder.write('list.der', result.crls[0] ?? new Uint8Array());
    const root = await writeCertificates(folder, 'root.pem', context.ca.ca);
    const said = await openssl('crl', '-inform', 'DER', '-in', list, '-CAfile', root, '-noout', '-issuer');
    expect(said).toContain('Lab Issuing CA');
  });
});

describe('our client on a rollover that openssl made', () => {
  it('takes the next CA certificate that openssl signed with the current one’s key, and no other’s', async () => {
    await using folder = await Folder.make();
    const current = await madeCa(folder, 'current');
    const next = await madeCa(folder, 'next');
    const stranger = await madeCa(folder, 'stranger');
    const inside = folder.at('inside.der');
    await openssl('crl2pkcs7', '-nocrl', '-certfile', next.file, '-outform', 'DER', '-out', inside);

    const ask = async (signedBy: { readonly file: string; readonly key: string }) => {
      const signed = folder.at('signed.der');
      const form = ['-nodetach', '-binary', '-outform', 'DER', '-md', 'sha256'];
      const as = ['-signer', signedBy.file, '-inkey', signedBy.key];
      await openssl('cms', '-sign', ...form, ...as, '-in', inside, '-out', signed);
      const body = new Uint8Array(await folder.read('signed.der'));
      const client = new ScepClient({
        url: 'http://ca.test/scep',
        transport: async () => ({ status: 200, headers: {}, body }),
      });
      const ca = { ca: current.der, ra: [], all: [current.der] };
      return client.getNextCaCertificates({ ca, capabilities: new Set(['GetNextCACert']) });
    };

    expect(sha256((await ask(current)).ca)).toBe(sha256(next.der));
    await expect(ask(stranger)).rejects.toMatchObject({ code: 'unknown-signer' });
  });
});

async function madeCa(folder: Folder, name: string) {
  const [file, key] = [folder.at(`${name}.pem`), folder.at(`${name}.key`)];
  const subject = ['-subj', `/O=Example/CN=${name}`, '-days', '30'];
  await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', key, '-out', file);
  const text = (await folder.read(`${name}.pem`)).toString().replace(/-----.*/g, '');
  return { file, key, der: new Uint8Array(Buffer.from(text, 'base64')) };
}
