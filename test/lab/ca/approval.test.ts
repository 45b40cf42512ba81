import { describe, expect, it } from 'vitest';

import { LabCa, type LabCaOptions } from '../../../src/lab/ca/lab-ca.ts';
import {
  caChain,
  certificationRequest,
  isIssuedBy,
  isSelfSigned,
  keyUsage,
  nameFromText,
  parseCertificate,
  ScepClient,
  temporarySigner,
} from '../../../src/scep/index.ts';
import { smallKey } from '../router/world.ts';

const CHALLENGE = 'OTP-1';
const key = smallKey();

/** A client of the CA that asks once. */
async function ask(ca: LabCa, challenge = CHALLENGE, usages: Parameters<typeof keyUsage>[0] = []) {
  const client = new ScepClient({ url: ca.enrollmentUrl });
  const csr = certificationRequest({
    subject: nameFromText('CN=br-0001,O=Example'),
    key,
    hash: 'sha256',
    challengePassword: challenge,
    ...(usages.length === 0 ? {} : { extensions: [keyUsage(usages)] }),
  });
  const context = { ca: await client.getCaCertificates(), capabilities: await client.getCaCaps() };
  const result = await client.pkcsReq({ ...context, csr, signer: temporarySigner({ csr, key }) });
  return { client, csr, result, context };
}

function start(options: Partial<LabCaOptions> = {}): Promise<LabCa> {
  return LabCa.start({ profile: 'generic', challenge: CHALLENGE, keyBits: 1024, ...options });
}

describe('a CA whose operator decides', () => {
  it('keeps requests on its desk, with the fingerprints that a router prints', async () => {
    await using ca = await start({ approval: 'manual' });
    const { client, csr, result } = await ask(ca);
    if (result.status !== 'pending') throw new Error(result.status);
    const [entry] = ca.desk.waiting;
    expect(entry).toMatchObject({ subject: 'CN=br-0001,O=Example', polls: 0, request: csr });
    expect((await client.poll(result.pending)).status).toBe('pending');
    expect(ca.desk.waiting[0]?.polls).toBe(1);
    ca.desk.grant(entry?.fingerprints.md5);
    expect((await client.poll(result.pending)).status).toBe('granted');
    expect(ca.desk.waiting).toEqual([]);
  });

  it.each(['generic', 'ndes'] as const)(
    'says no so that it is not taken for a wrong challenge (%s)',
    async (profile) => {
      await using ca = await start({ profile, approval: 'manual' });
      const { client, result } = await ask(ca, profile === 'ndes' ? ca.passwords.mint() : CHALLENGE);
      if (result.status !== 'pending') throw new Error(result.status);
      ca.desk.reject();
      const refused = await client.poll(result.pending);
      const wrong = (await ask(ca, 'wrong')).result;
      if (refused.status !== 'rejected' || wrong.status !== 'rejected') throw new Error(refused.status);
      expect([refused.failInfo, refused.failInfoText, refused.hresult]).not.toEqual([
        wrong.failInfo,
        wrong.failInfoText,
        wrong.hresult,
      ]);
    },
  );

  it('decides by routine after so many polls', async () => {
    for (const verdict of ['granted', 'rejected'] as const) {
      await using ca = await start({ approval: { polls: 2, verdict } });
      const { client, result } = await ask(ca);
      if (result.status !== 'pending') throw new Error(result.status);
      expect((await client.poll(result.pending)).status).toBe('pending');
      expect((await client.poll(result.pending)).status).toBe(verdict);
    }
  });

  it('cannot decide on what does not wait', async () => {
    await using ca = await start({ approval: 'manual' });
    expect(() => ca.desk.grant('F00')).toThrow('nothing waits');
  });
});

describe('a CA below others', () => {
  it.each([2, 3] as const)('issues in %i tiers, and sends its chain', async (tiers) => {
    await using ca = await start({ tiers });
    const { result, context } = await ask(ca);
    if (result.status !== 'granted') throw new Error(result.status);
    const chain = caChain(context.ca).map(parseCertificate);
    expect(chain).toHaveLength(tiers);
    expect(chain.map(isSelfSigned)).toEqual([...Array.from({ length: tiers - 1 }, () => false), true]);
    expect(isIssuedBy(parseCertificate(result.certificate), parseCertificate(context.ca.ca))).toBe(true);
    expect(ca.parents.map((parent) => parent.authority.ca.certificate)).toEqual(ca.authority.above);
  });

  it('lets each tier answer SCEP by itself', async () => {
    await using ca = await start({ tiers: 3, sendsChain: false });
    expect(ca.parents).toHaveLength(2);
    for (const one of [ca, ...ca.parents]) {
      const found = await new ScepClient({ url: one.enrollmentUrl }).getCaCertificates();
      expect(found.all).toEqual([one.authority.ca.certificate]);
      expect((await ask(one)).result.status).toBe('granted');
    }
  });

  it('works behind an NDES as well', async () => {
    await using ca = await start({ profile: 'ndes', tiers: 2 });
    const { result, context } = await ask(ca, ca.passwords.mint());
    expect(result.status).toBe('granted');
    expect(context.ca.ra).toHaveLength(2);
    expect(context.ca.all.at(-1)).toEqual(ca.parents[0]?.authority.ca.certificate);
  });
});

describe('other manners of CAs', () => {
  it('puts a connector with a certificate of its own in front of the CA that issues', async () => {
    await using ca = await start({ connector: true });
    const { result, context, client, csr } = await ask(ca);
    if (result.status !== 'granted') throw new Error(result.status);
    expect(context.ca.all).toEqual([ca.connector?.certificate]);
    const issued = parseCertificate(result.certificate);
    expect(isIssuedBy(issued, parseCertificate(ca.authority.ca.certificate))).toBe(true);
    expect(isIssuedBy(issued, parseCertificate(context.ca.ca))).toBe(false);
    const renewed = await client.renewalReq({
      ...context,
      csr,
      signer: { certificate: result.certificate, key },
    });
    expect(renewed.status).toBe('granted');
  });

  it('changes a daily challenge at midnight of its own zone', async () => {
    let now = new Date('2026-11-21T22:59:00Z');
    await using ca = await start({ dailyZone: 'Europe/Paris', now: () => now });
    const today = ca.daily?.value ?? '';
    expect((await ask(ca, today)).result.status).toBe('granted');
    now = new Date('2026-11-21T23:01:00Z');
    expect(ca.daily?.value).not.toBe(today);
    expect((await ask(ca, today)).result.status).toBe('rejected');
    expect((await ask(ca, ca.daily?.value)).result.status).toBe('granted');
  });

  it('has one password for everybody in the single-password mode of NDES', async () => {
    await using ca = await start({ profile: 'ndes', singlePassword: 'A'.repeat(32) });
    expect((await ask(ca, 'A'.repeat(32))).result.status).toBe('granted');
    expect((await ask(ca, 'A'.repeat(32))).result.status).toBe('granted');
    expect((await ask(ca, 'B'.repeat(32))).result.status).toBe('rejected');
  });

  it('takes the template by the key usage of the request', async () => {
    const templates = {
      general: { name: 'Routers', purposes: ['1.3.6.1.5.5.8.2.2'] },
      signature: { name: 'Signing' },
      encryption: { name: 'Sealing', isUnpublished: true },
    };
    await using ca = await start({ profile: 'ndes', templates });
    const outcome = async (...usages: Parameters<typeof keyUsage>[0]) =>
      (await ask(ca, ca.passwords.mint(), usages)).result;
    expect((await outcome()).status).toBe('granted');
    expect((await outcome('digitalSignature', 'keyEncipherment')).status).toBe('granted');
    expect((await outcome('digitalSignature')).status).toBe('granted');
    expect(await outcome('keyEncipherment')).toMatchObject({ status: 'rejected', hresult: -2_146_875_392 });
    expect(ca.authority.issued.map(({ template }) => template)).toEqual(['Routers', 'Routers', 'Signing']);
    const purposes = ca.authority.issued.map(({ der }) =>
      parseCertificate(der).extensions.some(({ oid }) => oid === '2.5.29.37'),
    );
    expect(purposes).toEqual([true, true, false]);
  });

  it('answers 404 to a long query where the web server was not told otherwise', async () => {
    await using ca = await start({ maxQuery: 2048 });
    const client = new ScepClient({ url: ca.enrollmentUrl });
    await expect(client.getCaCertificates('x'.repeat(3000))).rejects.toMatchObject({ code: 'http-status' });
  });
});
