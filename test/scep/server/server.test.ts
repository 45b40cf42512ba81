import { beforeAll, describe, expect, it, vi } from 'vitest';

import {
  type Digest,
  decodePkiMessage,
  encodeMessageParameter,
  encodePkiMessage,
  type Identity,
  openPkiMessage,
  type PkiMessageOptions,
  readCaCertificates,
  readDegenerate,
  type ScepServer,
  sealEnvelope,
} from '../../../src/scep/index.ts';
import {
  grantWith,
  type Keys,
  makeAuthority,
  makeCa,
  makeKeys,
  makeRequest,
  makeServer,
  routerSigner,
} from '../world.ts';

let keys: Keys;
let ca: Identity;
let router: Identity;
let csr: Uint8Array;
beforeAll(() => {
  keys = makeKeys();
  ca = makeCa(keys.ca);
  router = routerSigner(keys.router);
  csr = makeRequest(keys.router);
});

function request(changes: Partial<PkiMessageOptions> = {}): Uint8Array {
  return encodePkiMessage({
    messageType: 'PKCSReq',
    transactionId: 'TX-1',
    senderNonce: new Uint8Array(16).fill(3),
    content: { messageData: csr, recipients: [ca.certificate], cipher: '3des' },
    digest: 'sha256',
    signer: router,
    ...changes,
  });
}

async function post(server: ScepServer, body: Uint8Array) {
  const response = await server.handle({ method: 'POST', rawQuery: 'operation=PKIOperation', body });
  return { ...response, text: Buffer.from(response.body).toString('utf8') };
}

async function reply(server: ScepServer, body: Uint8Array) {
  const response = await post(server, body);
  expect(response.status).toBe(200);
  expect(response.headers['Content-Type']).toBe('application/x-pki-message');
  return decodePkiMessage(response.body, [ca.certificate]);
}

const get = (server: ScepServer, rawQuery: string) => server.handle({ method: 'GET', rawQuery });

describe('the plain operations', () => {
  it('list capabilities as text with its length', async () => {
    const response = await get(makeServer(makeAuthority(ca)), 'operation=GetCACaps&message=BRANCH');
    const text = 'AES\nDES3\nPOSTPKIOperation\nRenewal\nSHA-256\nSHA-1\n';
    expect(Buffer.from(response.body).toString()).toBe(text);
    expect(response).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'text/plain', 'Content-Length': String(text.length), Connection: 'close' },
    });
  });

  it('send one CA certificate as it is and several as a set', async () => {
    const other = makeCa(keys.other);
    const alone = await get(makeServer(makeAuthority(ca)), 'operation=getcacert');
    expect(alone.headers['Content-Type']).toBe('application/x-x509-ca-cert');
    expect(alone.body).toEqual(ca.certificate);
    const certificates = [other.certificate, ca.certificate];
    const both = await get(
      makeServer(makeAuthority(ca, grantWith(ca), { caCertificates: () => certificates })),
      'operation=GetCACert',
    );
    expect(both.headers['Content-Type']).toBe('application/x-x509-ca-ra-cert');
    expect(readDegenerate(both.body).certificates).toEqual(certificates);
    expect(readCaCertificates(alone.body).ca).toEqual(ca.certificate);
  });

  it('pass the CA identifier on', async () => {
    const capabilities = vi.fn(() => []);
    await get(
      makeServer(makeAuthority(ca, grantWith(ca), { capabilities })),
      'operation=GetCACaps&message=my+CA%21',
    );
    expect(capabilities).toHaveBeenCalledWith('my CA!');
  });

  it.each([
    ['GET', '', 400],
    ['GET', 'operation=Nonsense', 400],
    ['GET', 'operation=PKIOperation', 400],
    ['GET', 'operation=PKIOperation&message=AAAA', 400],
    ['GET', 'operation=PKIOperation&message=!!', 400],
    ['GET', 'operation=GetNextCACert', 404],
    ['PUT', 'operation=GetCACaps', 405],
  ])('answer %s ?%s with %i', async (method, rawQuery, status) => {
    const response = await makeServer(makeAuthority(ca)).handle({ method, rawQuery });
    expect(response.status).toBe(status);
    expect(response.headers['Content-Length']).toBe(String(response.body.length));
  });
});

describe('a CertRep', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha512'] as const)(
    'answers %s with the same digest and cipher',
    async (digest) => {
      const content = { messageData: csr, recipients: [ca.certificate], cipher: 'des' } as const;
      const answer = await reply(makeServer(makeAuthority(ca)), request({ digest, content }));
      expect(answer).toMatchObject({
        messageType: 'CertRep',
        pkiStatus: 'SUCCESS',
        digest,
        transactionId: 'TX-1',
      });
      expect(answer.recipientNonce).toEqual(new Uint8Array(16).fill(3));
      expect(answer.envelope?.cipher).toBe('des');
      expect(answer.signedData.signers[0]?.signatureOid).toBe('1.2.840.113549.1.1.1');
      expect(readDegenerate(openPkiMessage(answer, [router])).certificates).toHaveLength(1);
    },
  );

  it('comes the same way by GET in a long query', async () => {
    const padded = `${'x='.padEnd(65_536, 'y')}&operation=PKIOperation&message=`;
    const response = await get(
      makeServer(makeAuthority(ca)),
      padded + encodeMessageParameter(request(), 'ios'),
    );
    expect(decodePkiMessage(response.body).pkiStatus).toBe('SUCCESS');
  });

  it.each([
    ['signer', 1],
    ['signer-and-issued', 2],
    ['none', 0],
  ] as const)('in the style %s carries %i certificates', async (certificates, count) => {
    const answer = await reply(makeServer(makeAuthority(ca), { certificates }), request());
    expect(answer.signedData.certificates).toHaveLength(count);
  });

  it.each([
    ['absent', false, []],
    ['empty', true, []],
    ['zero-octet', true, [0]],
  ] as const)('with emptyContent %s', async (emptyContent, hasContent, octets) => {
    const server = makeServer(
      makeAuthority(ca, () => ({ status: 'pending' })),
      { emptyContent },
    );
    const answer = await reply(server, request());
    expect(answer).toMatchObject({ pkiStatus: 'PENDING', signedData: { hasContent } });
    expect([...answer.signedData.content]).toEqual(octets);
  });

  it('can be dressed in another digest, cipher and signature algorithm', async () => {
    const style = { digest: 'sha1', cipher: 'aes256', signatureOid: 'with-digest' } as const;
    const answer = await reply(makeServer(makeAuthority(ca), style), request());
    expect(answer).toMatchObject({ digest: 'sha1', envelope: { cipher: 'aes256' } });
    expect(answer.signedData.signers[0]?.signatureOid).toBe('1.2.840.113549.1.1.5');
  });
});

describe('a message that the server must refuse', () => {
  const failInfo = async (body: Uint8Array, options: { accept?: { digests: Digest[] } } = {}) => {
    const troubles: unknown[] = [];
    const authority = makeAuthority(ca);
    const server = makeServer(authority, {}, { onTrouble: (error) => troubles.push(error), ...options });
    const answer = await reply(server, body);
    expect(answer.pkiStatus).toBe('FAILURE');
    expect(authority.asked).toEqual([]);
    expect(troubles).toHaveLength(1);
    return answer.failInfo;
  };
  const envelope = (changes: object = {}) =>
    sealEnvelope({ content: csr, recipients: [ca.certificate], cipher: 'aes128', ...changes });
  const flipped = (bytes: Uint8Array, at: number) =>
    Uint8Array.from(bytes, (octet, index) => (index === at ? octet ^ 1 : octet));

  it('badAlg: a digest that is not accepted', async () => {
    expect(await failInfo(request({ digest: 'md5' }), { accept: { digests: ['sha256'] } })).toBe('badAlg');
  });

  it('badAlg: a cipher nobody knows', async () => {
    const bytes = Buffer.from(envelope());
    bytes[bytes.indexOf(Buffer.from('608648016503040102', 'hex')) + 8] = 9;
    expect(await failInfo(request({ content: bytes }))).toBe('badAlg');
  });

  it('badMessageCheck: a signature that does not verify, or a signer nobody knows', async () => {
    expect(await failInfo(request({ signer: { ...router, key: keys.other } }))).toBe('badMessageCheck');
    expect(await failInfo(request({ certificates: [] }))).toBe('badMessageCheck');
  });

  it('badMessageCheck: another recipient', async () => {
    const content = { messageData: csr, recipients: [router.certificate], cipher: 'aes128' } as const;
    expect(await failInfo(request({ content }))).toBe('badMessageCheck');
  });

  it('badMessageCheck alike: damaged ciphertext, a damaged key, garbage or a forged request inside', async () => {
    const sealed = envelope();
    expect(await failInfo(request({ content: flipped(sealed, sealed.length - 1) }))).toBe('badMessageCheck');
    expect(await failInfo(request({ content: flipped(sealed, sealed.length - 40) }))).toBe('badMessageCheck');
    const encryptedKey = Buffer.from(sealed).indexOf(Buffer.from('04820100', 'hex')) + 100;
    expect(await failInfo(request({ content: flipped(sealed, encryptedKey) }))).toBe('badMessageCheck');
    const garbage = envelope({ content: new Uint8Array(Buffer.from('no request')) });
    expect(await failInfo(request({ content: garbage }))).toBe('badMessageCheck');
    const forged = envelope({ content: flipped(csr, csr.length - 1) });
    expect(await failInfo(request({ content: forged }))).toBe('badMessageCheck');
  });

  it('badRequest: a reply in the place of a request, or no envelope', async () => {
    expect(await failInfo(request({ messageType: 'CertRep', pkiStatus: 'SUCCESS' }))).toBe('badRequest');
    expect(await failInfo(request({ content: new Uint8Array() }))).toBe('badRequest');
  });

  it('400: what cannot be read as a SCEP message at all', async () => {
    expect((await post(makeServer(makeAuthority(ca)), csr)).status).toBe(400);
    expect((await post(makeServer(makeAuthority(ca)), request().subarray(0, 900))).status).toBe(400);
  });

  it('500: anything while the authority itself fails, and nothing of why', async () => {
    const onTrouble = vi.fn();
    const broken = makeAuthority(ca, () => {
      throw new Error('disk full');
    });
    const response = await post(makeServer(broken, {}, { onTrouble }), request());
    expect(response.status).toBe(500);
    expect(response.text).not.toContain('disk');
    expect(onTrouble).toHaveBeenCalledWith(expect.objectContaining({ cause: new Error('disk full') }));
  });
});

describe('a request that is sent again', () => {
  const nonce = (octet: number) => ({ senderNonce: new Uint8Array(16).fill(octet) });

  it('gets the certificate it was granted while its reply may have been lost', async () => {
    let now = 0;
    const authority = makeAuthority(ca);
    const server = makeServer(authority, {}, { now: () => now, repeatWindowMs: 1000 });
    const issued = async (octet: number) =>
      readDegenerate(openPkiMessage(await reply(server, request(nonce(octet))), [router])).certificates[0];
    const first = await issued(1);
    now = 999;
    expect(await issued(2)).toEqual(first);
    now = 2000;
    expect(await issued(3)).not.toEqual(first);
    expect(authority.asked.map(({ repeated }) => repeated)).toEqual([false, false]);
  });

  it('is decided anew after a refusal, but not for the very same message', async () => {
    const authority = makeAuthority(ca, () => ({ status: 'rejected', failInfo: 'badRequest' }));
    const server = makeServer(authority);
    await reply(server, request(nonce(1)));
    await reply(server, request(nonce(1)));
    expect(authority.asked).toHaveLength(1);
    await reply(server, request(nonce(2)));
    expect(authority.asked).toHaveLength(2);
  });

  it('does not borrow a pending transaction for another subject', async () => {
    const authority = makeAuthority(ca, () => ({ status: 'pending' }));
    const server = makeServer(authority);
    await reply(server, request(nonce(1)));
    const messageData = makeRequest(keys.router, '', [[{ type: 'cn', value: 'admin' }]]);
    const content = { messageData, recipients: [ca.certificate], cipher: '3des' } as const;
    await reply(server, request({ ...nonce(2), content }));
    expect(authority.asked.map(({ repeated }) => repeated)).toEqual([false, false]);
  });

  it('waits for its first decision: two at once are one', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const authority = makeAuthority(ca, async (asked) => {
      await gate;
      return grantWith(ca)(asked);
    });
    const server = makeServer(authority);
    const both = Promise.all([reply(server, request(nonce(1))), reply(server, request(nonce(2)))]);
    release();
    expect((await both).map(({ pkiStatus }) => pkiStatus)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(authority.asked).toHaveLength(1);
  });

  it('is forgotten when newer transactions need the room', async () => {
    const authority = makeAuthority(ca, () => ({ status: 'pending' }));
    const server = makeServer(authority, {}, { transactionLimit: 1 });
    await reply(server, request({ transactionId: 'A' }));
    await reply(server, request({ transactionId: 'B' }));
    await reply(server, request({ transactionId: 'A', ...nonce(2) }));
    expect(authority.asked.map(({ repeated }) => repeated)).toEqual([false, false, false]);
  });
});
