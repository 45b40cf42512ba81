import { describe, expect, it } from 'vitest';

import { LabCa } from '../../../src/lab/ca/lab-ca.ts';
import { ScepClient, type ScepContext, temporarySigner } from '../../../src/scep/index.ts';
import { makeRequest, rsaKey } from '../../scep/world.ts';

describe('a renewal with the key and the words of the first request', () => {
  it('brings a new certificate', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: 'OTP-1' });
    const client = new ScepClient({ url: ca.enrollmentUrl });
    const key = rsaKey();
    const csr = makeRequest(key);
    const context: Omit<ScepContext, 'signer'> = {
      ca: await client.getCaCertificates(),
      capabilities: await client.getCaCaps(),
    };
    const first = await client.pkcsReq({ ...context, signer: temporarySigner({ csr, key }), csr });
    if (first.status !== 'granted') throw new Error(first.status);
    const renewed = await client.renewalReq({
      ...context,
      signer: { certificate: first.certificate, key },
      csr,
    });
    if (renewed.status !== 'granted') throw new Error(renewed.status);
    expect(renewed.certificate).not.toEqual(first.certificate);
    expect(ca.authority.issued.map(({ renewal }) => renewal)).toEqual([false, true]);
  });

  it('is told from a first request that comes again, which gets the same certificate', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: 'OTP-1' });
    const client = new ScepClient({ url: ca.enrollmentUrl });
    const key = rsaKey();
    const csr = makeRequest(key);
    const context = { ca: await client.getCaCertificates(), capabilities: await client.getCaCaps(), csr };
    const again = () => client.pkcsReq({ ...context, signer: temporarySigner({ csr, key }) });
    const [first, second] = [await again(), await again()];
    expect(first.status).toBe('granted');
    expect(second).toEqual(first);
    expect(ca.authority.issued).toHaveLength(1);
  });
});
