import { beforeAll, describe, expect, it } from 'vitest';

import {
  type AllowedAlgorithms,
  encodePkiMessage,
  type Identity,
  nameFromText,
  type ReplyStyle,
  readPkiMessage,
  type ScepErrorCode,
} from '../../../src/scep/index.ts';
import {
  issue,
  type Keys,
  makeAuthority,
  makeCa,
  makeKeys,
  makeRequest,
  makeServer,
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

function withCode(code: ScepErrorCode) {
  return expect.objectContaining({ name: 'ScepError', code });
}

describe('a reply that is not to be trusted', () => {
  type Forge = (request: Uint8Array, honest: Uint8Array) => Uint8Array;
  const forging = async (
    forge: Forge,
    { allowed = {}, style = {} }: { allowed?: AllowedAlgorithms; style?: ReplyStyle } = {},
  ): Promise<unknown> => {
    const server = makeServer(makeAuthority(ca), style);
    const honest = transportTo(server);
    const { client, options } = await startClient(server, keys.router, csr, async (request) => {
      const response = await honest(request);
      return request.body === undefined
        ? response
        : { ...response, body: forge(request.body, response.body) };
    });
    return client.pkcsReq({ ...options, allowed }).catch((error: unknown) => error);
  };
  const reply = (request: Uint8Array, changes: object, signer = ca) => {
    const { transactionId, senderNonce } = readPkiMessage(request);
    return encodePkiMessage({
      messageType: 'CertRep',
      transactionId,
      senderNonce: new Uint8Array(16),
      ...(senderNonce === undefined ? {} : { recipientNonce: senderNonce }),
      pkiStatus: 'PENDING',
      digest: 'sha256',
      signer,
      ...changes,
    });
  };

  it('is taken when nothing is wrong with it', async () => {
    expect(await forging((request) => reply(request, {}))).toMatchObject({ status: 'pending' });
  });

  it('has another nonce', async () => {
    const forge: Forge = (request) => reply(request, { recipientNonce: new Uint8Array(16) });
    expect(await forging(forge)).toEqual(withCode('nonce-mismatch'));
  });

  it('belongs to another transaction, or is no reply', async () => {
    const other: Forge = (request) => reply(request, { transactionId: 'OTHER' });
    expect(await forging(other)).toEqual(withCode('transaction-mismatch'));
    expect(await forging((request) => request)).toEqual(withCode('unknown-signer'));
  });

  it('is signed by a certificate that is neither the CA nor its RA', async () => {
    const subject = nameFromText('CN=another router');
    const other = { certificate: issue({ ca, subject, publicKey: keys.other }), key: keys.other };
    expect(await forging((request) => reply(request, {}, other))).toEqual(withCode('unknown-signer'));
    const forged: Forge = (request) => reply(request, {}, { certificate: ca.certificate, key: keys.other });
    expect(await forging(forged)).toEqual(withCode('signature-invalid'));
  });

  it('is made with a digest or a cipher that is not allowed', async () => {
    const refused = withCode('algorithms-refused');
    const allowed = { digests: ['sha256'], ciphers: ['aes128'] } as const;
    const honest: Forge = (_, reply_) => reply_;
    expect(await forging(honest, { allowed })).toMatchObject({ status: 'granted' });
    expect(await forging(honest, { allowed, style: { digest: 'sha1' } })).toEqual(refused);
    expect(await forging(honest, { allowed, style: { cipher: 'des' } })).toEqual(refused);
    expect(await forging(honest, { style: { digest: 'sha1', cipher: '3des' } })).toMatchObject({
      status: 'granted',
    });
  });

  it('has no pkiStatus', async () => {
    const forge: Forge = (request) =>
      reply(request, {
        pkiStatus: undefined,
        content: { messageData: csr, recipients: [ca.certificate], cipher: '3des' },
      });
    expect(await forging(forge)).toEqual(withCode('status-unknown'));
  });

  it('is cut short or changed', async () => {
    expect(await forging((_, honest) => honest.subarray(0, 700))).toEqual(withCode('malformed'));
    const changed: Forge = (_, honest) =>
      Uint8Array.from(honest, (octet, at) => (at === 400 ? octet ^ 1 : octet));
    expect(await forging(changed)).toEqual(withCode('signature-invalid'));
  });
});
