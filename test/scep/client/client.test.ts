import { createPublicKey, X509Certificate } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import {
  type CaCertificates,
  type CertificateAuthority,
  type HttpTransport,
  type Identity,
  issueCrl,
  nameFromText,
  openPkiMessage,
  parseCertificate,
  parseCertificationRequest,
  type ReplyStyle,
  readPkiMessage,
  ScepClient,
  type ScepErrorCode,
  type ScepServer,
  verifyPkiMessage,
} from '../../../src/scep/index.ts';
import {
  CA_NAME,
  grantWith,
  issue,
  type Keys,
  LATER,
  makeAuthority,
  makeCa,
  makeKeys,
  makeRequest,
  makeServer,
  NOW,
  routerSigner,
  startClient,
  transportTo,
} from '../world.ts';

let keys: Keys;
let ca: Identity;
let csr: Uint8Array;
beforeAll(() => {
  keys = makeKeys();
  ca = makeCa(keys.ca);
  csr = makeRequest(keys.router);
});

const start = (server: ScepServer, transport?: HttpTransport) =>
  startClient(server, keys.router, csr, transport);

function withCode(code: ScepErrorCode) {
  return expect.objectContaining({ name: 'ScepError', code });
}

function isRouters(certificate: Uint8Array): boolean {
  return new X509Certificate(certificate).checkPrivateKey(keys.router);
}

describe('a client and a CA without registration authority', () => {
  it('enroll by POST: the certificate is for the key of the request', async () => {
    const log: string[] = [];
    const authority = makeAuthority(ca);
    const server = makeServer(authority);
    const { client, options } = await start(server, transportTo(server, log));
    const result = await client.pkcsReq(options);
    if (result.status !== 'granted') throw new Error(result.status);
    expect(isRouters(result.certificate)).toBe(true);
    expect(new X509Certificate(result.certificate).verify(createPublicKey(keys.ca))).toBe(true);
    expect(log).toEqual([
      'GET operation=GetCACert',
      'GET operation=GetCACaps',
      'POST operation=PKIOperation',
    ]);
    expect(authority.asked).toMatchObject([
      { messageType: 'PKCSReq', challenge: 'OTP-1', renewal: false, repeated: false, digest: 'sha256' },
    ]);
    expect(authority.asked[0]).toMatchObject({ cipher: 'aes128', transactionId: result.transactionId });
    expect(authority.asked[0]?.recipient).toEqual(ca.certificate);
  });

  it('enroll by GET when the CA does not take POST', async () => {
    const log: string[] = [];
    const server = makeServer(makeAuthority(ca, grantWith(ca), { capabilities: () => ['SHA-1'] }));
    const { client, options } = await start(server, transportTo(server, log));
    expect((await client.pkcsReq(options)).status).toBe('granted');
    expect(log.at(-1)).toBe('GET operation=PKIOperation');
  });

  it('find the issued certificate by its key among others', async () => {
    const stranger = issue({ ca, subject: nameFromText('CN=else'), publicKey: keys.other });
    const server = makeServer(
      makeAuthority(ca, ({ csr: { subject, publicKey } }) => ({
        status: 'granted',
        certificate: stranger,
        chain: [ca.certificate, issue({ ca, subject, publicKey })],
      })),
    );
    const { client, options } = await start(server);
    const result = await client.pkcsReq(options);
    if (result.status !== 'granted') throw new Error(result.status);
    expect(isRouters(result.certificate)).toBe(true);
    expect(result.certificates).toHaveLength(3);
  });

  it('agree on nothing when the granted certificate is for another key', async () => {
    const stranger = issue({ ca, subject: nameFromText('CN=else'), publicKey: keys.other });
    const server = makeServer(makeAuthority(ca, () => ({ status: 'granted', certificate: stranger })));
    const { client, options } = await start(server);
    await expect(client.pkcsReq(options)).rejects.toEqual(withCode('certificate-absent'));
  });
});

describe('a client and a CA behind registration authorities', () => {
  let agents: { readonly signing: Identity; readonly encryption: Identity };
  beforeAll(() => {
    const agent = (key: Identity['key'], name: string, usage: 'digitalSignature' | 'keyEncipherment') => ({
      key,
      certificate: issue({ ca, subject: nameFromText(name), publicKey: key, usages: [usage] }),
    });
    agents = {
      signing: agent(keys.ra, 'CN=Agent', 'digitalSignature'),
      encryption: agent(keys.other, 'CN=Encryption', 'keyEncipherment'),
    };
  });
  const ndes: ReplyStyle = { certificates: 'none', emptyContent: 'zero-octet' };
  const parts = (): Partial<CertificateAuthority> => ({
    caCertificates: () => [agents.signing.certificate, agents.encryption.certificate, ca.certificate],
    recipients: () => [agents.encryption],
    signer: () => agents.signing,
    capabilities: () => ['POSTPKIOperation', 'Renewal', 'SHA-512', 'SHA-256', 'SHA-1', 'DES3'],
  });

  it('enroll although replies carry no certificate', async () => {
    const authority = makeAuthority(ca, grantWith(ca), parts());
    const { client, options, context } = await start(makeServer(authority, ndes));
    expect(context.ca.ca).toEqual(ca.certificate);
    expect(context.ca.ra).toEqual([agents.signing.certificate, agents.encryption.certificate]);
    expect((await client.pkcsReq(options)).status).toBe('granted');
    expect(authority.asked[0]).toMatchObject({ cipher: '3des', recipient: agents.encryption.certificate });
  });

  it('tell a refusal with its HRESULT', async () => {
    const refuse = () =>
      ({ status: 'rejected', failInfo: 'badMessageCheck', hresult: -2147024809, text: 'no' }) as const;
    const { client, options } = await start(makeServer(makeAuthority(ca, refuse, parts()), ndes));
    await expect(client.pkcsReq(options)).resolves.toEqual({
      status: 'rejected',
      failInfo: 'badMessageCheck',
      failInfoText: 'no',
      hresult: -2147024809,
      transactionId: expect.stringMatching(/^[0-9A-F]{40}$/),
    });
  });
});

describe('a request that waits for the CA’s operator', () => {
  it('is pending until it is granted, and presents its challenge once', async () => {
    let approved = false;
    const authority = makeAuthority(ca, (request) =>
      approved ? grantWith(ca)(request) : { status: 'pending' },
    );
    const { client, options } = await start(makeServer(authority));
    const first = await client.pkcsReq(options);
    if (first.status !== 'pending') throw new Error(first.status);
    expect((await client.poll(first.pending)).status).toBe('pending');
    expect((await client.pkcsReq(options)).status).toBe('pending');
    approved = true;
    const last = await client.poll(first.pending);
    expect(last.status === 'granted' && isRouters(last.certificate)).toBe(true);
    expect(authority.asked.map(({ messageType, repeated }) => [messageType, repeated])).toEqual([
      ['PKCSReq', false],
      ['CertPoll', true],
      ['PKCSReq', true],
      ['CertPoll', true],
    ]);
    expect((await client.poll(first.pending)).status).toBe('granted');
    expect(authority.asked).toHaveLength(4);
  });

  it('is unknown to a CA that never saw it', async () => {
    const { client, options } = await start(makeServer(makeAuthority(ca)));
    const { csr, ...context } = options;
    const { subject, publicKey } = parseCertificationRequest(csr);
    const result = await client.poll({ ...context, subject, publicKey, transactionId: 'NEVER' });
    expect(result).toMatchObject({ status: 'rejected', failInfo: 'badCertId' });
  });

  it('is neither shown to nor displaced by somebody with another key', async () => {
    const authority = makeAuthority(ca, ({ signer }) =>
      signer.serial === '03' ? { status: 'rejected', failInfo: 'badRequest' } : { status: 'pending' },
    );
    const { client, options } = await start(makeServer(authority));
    const first = await client.pkcsReq(options);
    if (first.status !== 'pending') throw new Error(first.status);
    // Kept, it holds no challenge password.
    expect(Object.keys(first.pending)).not.toContain('csr');
    const thief = { ...first.pending, signer: routerSigner(keys.other) };
    expect(await client.poll(thief)).toMatchObject({ status: 'rejected', failInfo: 'badCertId' });
    expect(await client.pkcsReq({ ...options, ...thief })).toMatchObject({
      status: 'rejected',
      failInfo: 'badRequest',
    });
    expect(authority.asked.at(-1)?.repeated).toBe(false);
    expect((await client.poll(first.pending)).status).toBe('pending');
  });
});

describe('a renewal', () => {
  it.each(['pkcsReq', 'renewalReq'] as const)('is recognized by its signer with %s', async (method) => {
    const authority = makeAuthority(ca);
    const { client, options } = await start(makeServer(authority));
    const subject = nameFromText('CN=br-0001.example.net');
    const old: Identity = { certificate: issue({ ca, subject, publicKey: keys.other }), key: keys.other };
    const result = await client[method]({ ...options, signer: old });
    expect(result.status === 'granted' && isRouters(result.certificate)).toBe(true);
    expect(authority.asked[0]).toMatchObject({
      renewal: true,
      messageType: method === 'pkcsReq' ? 'PKCSReq' : 'RenewalReq',
      signer: { subject: parseCertificate(old.certificate).subject },
    });
  });

  it('is none when only a registration authority vouches for the signer', async () => {
    const name = nameFromText('CN=Agent');
    const certificate = issue({ ca, subject: name, publicKey: keys.ra, usages: ['digitalSignature'] });
    const agent = { certificate, key: keys.ra };
    const caCertificates = () => [agent.certificate, ca.certificate];
    const authority = makeAuthority(ca, grantWith(ca), { caCertificates });
    const { client, options } = await start(makeServer(authority));
    const fake = issue({ ca: agent, subject: nameFromText('CN=x'), publicKey: keys.other });
    await client.pkcsReq({ ...options, signer: { certificate: fake, key: keys.other } });
    expect(authority.asked[0]?.renewal).toBe(false);
  });

  it('is not faked with a self-made certificate in the CA’s name', async () => {
    const authority = makeAuthority(ca);
    const { client, options } = await start(makeServer(authority));
    const fake = issue({ ca: { ...ca, key: keys.other }, subject: CA_NAME, publicKey: keys.other });
    await client.pkcsReq({ ...options, signer: { certificate: fake, key: keys.other } });
    expect(authority.asked[0]?.renewal).toBe(false);
  });
});

describe('what else a client asks for', () => {
  const query = async (parts: Partial<CertificateAuthority>) =>
    start(makeServer(makeAuthority(ca, grantWith(ca), parts)));

  it('takes a CA that fails or hangs up at GetCACaps for one without capabilities', async () => {
    const answering = (status: number) =>
      new ScepClient({
        url: 'http://ca.test/scep',
        transport: async () => ({ status, headers: {}, body: new Uint8Array(Buffer.from('AES')) }),
      });
    expect([...(await answering(404).getCaCaps())]).toEqual([]);
    expect([...(await answering(200).getCaCaps())]).toEqual(['AES']);
  });

  it('refuses pages and HTTP errors in the place of certificates', async () => {
    const answering = (status: number) =>
      new ScepClient({
        url: 'http://ca.test/scep',
        transport: async () => ({ status, headers: { 'content-type': 'text/html' }, body: new Uint8Array() }),
      });
    await expect(answering(200).getCaCertificates()).rejects.toEqual(withCode('malformed'));
    await expect(answering(503).getCaCertificates()).rejects.toEqual(withCode('http-status'));
  });

  it('fetches the next CA certificate, signed by the current CA only', async () => {
    const next = makeCa(keys.other, nameFromText('CN=Next CA'));
    const rollover = (signer: Identity): Partial<CertificateAuthority> => ({
      capabilities: () => ['GetNextCACert'],
      rollover: () => ({ certificates: [next.certificate], signer }),
    });
    const honest = await query(rollover(ca));
    const found: CaCertificates = await honest.client.getNextCaCertificates(honest.context);
    expect(found.ca).toEqual(next.certificate);
    const forged = await query(rollover(next));
    await expect(forged.client.getNextCaCertificates(forged.context)).rejects.toEqual(
      withCode('unknown-signer'),
    );
    const none = await query({});
    await expect(none.client.getNextCaCertificates(none.context)).rejects.toEqual(withCode('not-offered'));
  });

  it('fetches certificates and revocation lists by serial number', async () => {
    const crl = issueCrl({
      issuer: CA_NAME,
      signingKey: keys.ca,
      hash: 'sha256',
      thisUpdate: NOW,
      nextUpdate: LATER,
      revoked: [{ serial: 5, at: NOW }],
      number: 1,
    });
    const { client, context } = await query({
      certificate: ({ serial }) => (serial === '01' ? ca.certificate : undefined),
      crl: () => crl,
    });
    const one = Uint8Array.of(1);
    expect(await client.getCertificate(context, one)).toEqual({
      status: 'granted',
      certificates: [ca.certificate],
      crls: [],
    });
    expect(await client.getCrl(context, one)).toEqual({ status: 'granted', certificates: [], crls: [crl] });
    expect(await client.getCertificate(context, Uint8Array.of(2))).toMatchObject({ failInfo: 'badCertId' });
    const without = await query({});
    expect(await without.client.getCrl(without.context, one)).toMatchObject({ failInfo: 'badRequest' });
  });

  it('encrypts the request to the CA', async () => {
    const sent: Uint8Array[] = [];
    const server = makeServer(makeAuthority(ca));
    const { client, options } = await start(server, (request) => {
      if (request.body !== undefined) sent.push(request.body);
      return transportTo(server)(request);
    });
    await client.pkcsReq(options);
    const message = verifyPkiMessage(readPkiMessage(sent[0] ?? new Uint8Array()));
    expect(openPkiMessage(message, [ca])).toEqual(csr);
  });
});
