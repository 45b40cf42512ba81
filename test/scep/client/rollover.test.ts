import { beforeAll, describe, expect, it } from 'vitest';

import {
  type CertificateAuthority,
  type Identity,
  isIssuedBy,
  nameFromText,
  parseCertificate,
  type ScepErrorCode,
  temporarySigner,
} from '../../../src/scep/index.ts';
import {
  CA_NAME,
  grantWith,
  issue,
  type Keys,
  makeAuthority,
  makeCa,
  makeKeys,
  makeRequest,
  makeServer,
  NOW,
  startClient,
} from '../world.ts';

let keys: Keys;
let ca: Identity;
let next: Identity;
let ra: Identity;
let csr: Uint8Array;
beforeAll(() => {
  keys = makeKeys();
  ca = makeCa(keys.ca);
  // As routers and CAs do it: the same name, another key.
  next = makeCa(keys.other, CA_NAME, 2);
  ra = {
    certificate: issue({
      ca,
      subject: nameFromText('CN=RA'),
      publicKey: keys.ra,
      usages: ['digitalSignature', 'keyEncipherment'],
    }),
    key: keys.ra,
  };
  csr = makeRequest(keys.router);
});

function withCode(code: ScepErrorCode) {
  return expect.objectContaining({ name: 'ScepError', code });
}

/** A CA in office whose next one is ready, reached directly or through an RA. */
function start(signer: Identity, parts: Partial<CertificateAuthority> = {}) {
  const authority = makeAuthority(
    ca,
    (request) => grantWith(Buffer.compare(request.recipient, next.certificate) === 0 ? next : ca)(request),
    {
      capabilities: () => ['GetNextCACert', 'POSTPKIOperation', 'SHA-256', 'AES'],
      caCertificates: () => [ca.certificate, ...(signer === ca ? [] : [signer.certificate])],
      recipients: () => [signer, next],
      signer: () => signer,
      rollover: () => ({ certificates: [next.certificate], signer }),
      ...parts,
    },
  );
  return startClient(makeServer(authority), keys.router, csr);
}

describe('the next CA certificate', () => {
  it('is taken from an RA only when the caller says so', async () => {
    const { client, context } = await start(ra);
    await expect(client.getNextCaCertificates(context)).rejects.toEqual(withCode('unknown-signer'));
    const found = await client.getNextCaCertificates({ ...context, signedBy: 'ca-or-ra' });
    expect(found.ca).toEqual(next.certificate);
  });

  it('is not taken from who signs with a digest that is not allowed', async () => {
    const { client, context } = await start(ca);
    const asked = client.getNextCaCertificates({ ...context, allowed: { digests: ['sha512'] } });
    await expect(asked).rejects.toEqual(withCode('algorithms-refused'));
  });

  it('is not there when the CA says so with an HTTP error', async () => {
    const { client, context } = await start(ca, { rollover: () => undefined });
    await expect(client.getNextCaCertificates(context)).rejects.toEqual(withCode('not-offered'));
  });
});

describe('a certificate of the next CA, before its rollover', () => {
  it('comes for a request that is encrypted to it, in a reply that the CA in office signs', async () => {
    const { client, context, options } = await start(ca);
    const first = await client.pkcsReq(options);
    if (first.status !== 'granted') throw new Error(first.status);
    const ahead = await client.getNextCaCertificates(context);
    const signer = { certificate: first.certificate, key: keys.router };
    const shadow = await client.pkcsReq({ ...options, ca: ahead, current: context.ca, signer });
    if (shadow.status !== 'granted') throw new Error(shadow.status);
    const [certificate, old, new_] = [shadow.certificate, ca.certificate, next.certificate].map(
      parseCertificate,
    );
    if (certificate === undefined || old === undefined || new_ === undefined) throw new Error('unread');
    expect(isIssuedBy(certificate, new_)).toBe(true);
    expect(isIssuedBy(certificate, old)).toBe(false);
    expect(certificate.issuer).toEqual(parseCertificate(first.certificate).issuer);
  });

  it('is not believed to come from the CA in office unless that is named', async () => {
    const { client, context, options } = await start(ca);
    const ahead = await client.getNextCaCertificates(context);
    const asked = client.pkcsReq({ ...options, ca: ahead });
    await expect(asked).rejects.toEqual(withCode('unknown-signer'));
  });

  it('is believed from neither of them when a third signs', async () => {
    const stranger = makeCa(keys.ra, CA_NAME, 3);
    const { client, options } = await start(ca, { signer: () => stranger });
    const asked = client.pkcsReq({
      ...options,
      ca: { ca: next.certificate, ra: [], all: [next.certificate] },
      current: options.ca,
      signer: temporarySigner({ csr, key: keys.router, now: NOW }),
    });
    await expect(asked).rejects.toEqual(withCode('unknown-signer'));
  });
});
