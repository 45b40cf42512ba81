import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LabCa } from '../../../src/lab/ca/lab-ca.ts';
import {
  certificationRequest,
  isIssuedBy,
  nameFromText,
  parseCertificate,
  ScepClient,
  temporarySigner,
} from '../../../src/scep/index.ts';

const CHALLENGE = 'OTP-1';

async function lookAt(ca: LabCa) {
  const client = new ScepClient({ url: ca.enrollmentUrl });
  return { client, ca: await client.getCaCertificates(), capabilities: await client.getCaCaps() };
}

describe('a CA of the lab near its rollover', () => {
  it.each(['generic', 'ndes'] as const)(
    'answers GetNextCACert, signed by the CA in office (%s)',
    async (profile) => {
      await using lab = await LabCa.start({ profile, challenge: CHALLENGE, nextCa: true });
      const { client, ...current } = await lookAt(lab);
      const next = await client.getNextCaCertificates(current);
      expect(next.ca).toEqual(lab.authority.next?.certificate);
      expect(parseCertificate(next.ca).subject).toEqual(parseCertificate(current.ca.ca).subject);
      expect(next.ca).not.toEqual(current.ca.ca);
    },
  );

  it('does not offer it before it has a next certificate', async () => {
    await using lab = await LabCa.start({ profile: 'generic', challenge: CHALLENGE });
    const before = await lookAt(lab);
    expect(before.capabilities.has('GetNextCACert')).toBe(false);
    await lab.authority.prepareRollover(new Date());
    const after = await lookAt(lab);
    expect((await after.client.getNextCaCertificates(after)).ca).toEqual(lab.authority.next?.certificate);
  });

  it('issues from whichever of the two a request is meant for, and gives certificates and lists out', async () => {
    await using lab = await LabCa.start({ profile: 'generic', challenge: CHALLENGE, nextCa: true });
    const { client, ...context } = await lookAt(lab);
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const csr = certificationRequest({
      subject: nameFromText('CN=br-0001'),
      key,
      hash: 'sha256',
      challengePassword: CHALLENGE,
    });
    const first = await client.pkcsReq({ ...context, csr, signer: temporarySigner({ csr, key }) });
    if (first.status !== 'granted') throw new Error(first.status);
    const signer = { certificate: first.certificate, key };
    const next = await client.getNextCaCertificates(context);
    const shadow = await client.pkcsReq({ ...context, ca: next, current: context.ca, csr, signer });
    if (shadow.status !== 'granted') throw new Error(shadow.status);
    const [old, new_] = [context.ca.ca, next.ca].map(parseCertificate);
    if (old === undefined || new_ === undefined) throw new Error('unread');
    expect(isIssuedBy(parseCertificate(first.certificate), old)).toBe(true);
    expect(isIssuedBy(parseCertificate(shadow.certificate), new_)).toBe(true);

    const { serialOctets } = parseCertificate(first.certificate);
    expect(await client.getCertificate({ ...context, signer }, serialOctets)).toMatchObject({
      status: 'granted',
      certificates: [first.certificate],
    });
    expect(await client.getCertificate({ ...context, signer }, Uint8Array.of(1))).toMatchObject({
      failInfo: 'badCertId',
    });
    expect(await client.getCrl({ ...context, signer }, serialOctets)).toMatchObject({
      status: 'granted',
      crls: [expect.any(Uint8Array)],
    });
  });
});

describe('a web server in front of the CA that takes short queries only', () => {
  it('answers 404 to a long one', async () => {
    await using lab = await LabCa.start({ profile: 'ndes' });
    lab.policy.maxQuery = 2048;
    const client = new ScepClient({ url: lab.enrollmentUrl });
    await expect(client.getCaCertificates('x'.repeat(3000))).rejects.toMatchObject({ code: 'http-status' });
    expect((await client.getCaCertificates('x'.repeat(1000))).ra).toHaveLength(2);
  });
});
