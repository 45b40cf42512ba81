import { constants, privateDecrypt, publicEncrypt } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { der, sequence } from '../../src/scep/asn1/write.ts';
import {
  CIPHERS,
  type Cipher,
  DIGESTS,
  type Digest,
  decodePkiMessage,
  degenerateSignedData,
  encodePkiMessage,
  type Identity,
  nameFromText,
  openEnvelope,
  openPkiMessage,
  type PkiMessageOptions,
  readDegenerate,
  readEnvelope,
  type ScepErrorCode,
  sealEnvelope,
} from '../../src/scep/index.ts';
import { type Keys, makeCa, makeKeys, routerSigner } from './world.ts';

let keys: Keys;
let ca: Identity;
let router: Identity;
beforeAll(() => {
  keys = makeKeys();
  ca = makeCa(keys.ca);
  router = routerSigner(keys.router);
});

const DATA = new Uint8Array(Buffer.from('thirty-one octets of message dat'));
const NONCE = new Uint8Array(16).fill(7);

function message(changes: Partial<PkiMessageOptions> = {}): Uint8Array {
  return encodePkiMessage({
    messageType: 'PKCSReq',
    transactionId: 'TX-1',
    senderNonce: NONCE,
    content: { messageData: DATA, recipients: [ca.certificate], cipher: 'aes128' },
    digest: 'sha256',
    signer: router,
    ...changes,
  });
}

function refused(code: ScepErrorCode) {
  return expect.objectContaining({ name: 'ScepError', code });
}

describe('a pkiMessage made here and read here', () => {
  const digests = Object.keys(DIGESTS) as Digest[];
  const ciphers = Object.keys(CIPHERS) as Cipher[];
  it.each(digests.flatMap((digest) => ciphers.map((cipher) => [digest, cipher] as const)))(
    'keeps its content with %s and %s',
    (digest, cipher) => {
      const content = { messageData: DATA, recipients: [ca.certificate], cipher };
      const decoded = decodePkiMessage(message({ digest, content }));
      expect(decoded).toMatchObject({
        messageType: 'PKCSReq',
        transactionId: 'TX-1',
        senderNonce: NONCE,
        digest,
      });
      expect(decoded.envelope?.cipher).toBe(cipher);
      expect(openPkiMessage(decoded, [ca])).toEqual(DATA);
    },
  );

  it('keeps every attribute of a failure', () => {
    const reply = {
      messageType: 'CertRep',
      transactionId: 'a+b/c=',
      senderNonce: NONCE,
      recipientNonce: NONCE,
      pkiStatus: 'FAILURE',
      failInfo: 'badMessageCheck',
      failInfoText: 'frage den Betreiber: Prüfung',
      hresult: -2147024809,
    } as const;
    const bytes = encodePkiMessage({ ...reply, digest: 'sha1', signer: ca });
    expect(decodePkiMessage(bytes, [ca.certificate])).toMatchObject(reply);
  });

  it.each([undefined, new Uint8Array(), Uint8Array.of(0)])(
    'verifies a failure with content %s',
    (content) => {
      const bytes = encodePkiMessage({
        messageType: 'CertRep',
        pkiStatus: 'PENDING',
        transactionId: 'TX-1',
        digest: 'sha1',
        signer: ca,
        ...(content === undefined ? {} : { content }),
      });
      const decoded = decodePkiMessage(bytes);
      expect(decoded.signedData.content).toEqual(content ?? new Uint8Array());
      expect(decoded.signedData.hasContent).toBe(content !== undefined);
      expect(decoded.envelope).toBeUndefined();
    },
  );

  it('says rsaEncryption for its signature unless asked otherwise', () => {
    const oidOf = (options: Partial<PkiMessageOptions>) =>
      decodePkiMessage(message(options)).signedData.signers[0]?.signatureOid;
    expect(oidOf({})).toBe('1.2.840.113549.1.1.1');
    expect(oidOf({ signatureOid: 'with-digest' })).toBe('1.2.840.113549.1.1.11');
  });

  it('sends its signed attributes in DER order, and verifies those that are not', () => {
    const attributes = (options: Partial<PkiMessageOptions>) =>
      (decodePkiMessage(message(options)).signedData.signers[0]?.attributes ?? []).map(({ raw }) => raw);
    const sorted = attributes({});
    expect(sorted).toEqual(sorted.toSorted((a, b) => Buffer.compare(a, b)));
    const given = attributes({ attributeOrder: 'as-given' });
    expect(given).not.toEqual(given.toSorted((a, b) => Buffer.compare(a, b)));
  });

  it('verifies attributes that were signed sorted but sent otherwise', () => {
    const bytes = message();
    const signer = decodePkiMessage(bytes).signedData.signers[0];
    const raws = (signer?.attributes ?? []).map(({ raw }) => Buffer.from(raw));
    const swapped = replaceOnce(bytes, Buffer.concat(raws), Buffer.concat(raws.toReversed()));
    expect(swapped).not.toEqual(bytes);
    expect(decodePkiMessage(swapped).transactionId).toBe('TX-1');
  });
});

function replaceOnce(bytes: Uint8Array, from: Buffer, to: Buffer): Uint8Array {
  const buffer = Buffer.from(bytes);
  const at = buffer.indexOf(from);
  if (at === -1 || from.length !== to.length) throw new Error('nothing to replace');
  to.copy(buffer, at);
  return new Uint8Array(buffer);
}

describe('an envelope', () => {
  it('opens for each of its recipients, whatever their place', () => {
    const second = makeCa(keys.ra, nameFromText('CN=Other CA'));
    const envelope = sealEnvelope({
      content: DATA,
      recipients: [second.certificate, ca.certificate, router.certificate],
      cipher: 'aes256',
    });
    for (const identity of [ca, second, router])
      expect(openEnvelope(readEnvelope(envelope), [identity])).toEqual(DATA);
  });

  it('is emitted with a primitive encryptedContent', () => {
    const bytes = Buffer.from(
      sealEnvelope({ content: DATA, recipients: [ca.certificate], cipher: 'aes128' }),
    );
    const envelope = readEnvelope(bytes);
    expect(bytes.subarray(bytes.indexOf(envelope.encryptedContent) - 2)[0]).toBe(0x80);
  });

  it('opens when encryptedContent comes in chunks and with indefinite lengths', () => {
    const bytes = sealEnvelope({ content: DATA, recipients: [ca.certificate], cipher: '3des' });
    const { encryptedContent } = readEnvelope(bytes);
    const chunks = [der(0x04, encryptedContent.subarray(0, 11)), der(0x04, encryptedContent.subarray(11))];
    const primitive = der(0x80, encryptedContent);
    const definite = rewrapped(bytes, primitive, der(0xa0, ...chunks));
    expect(openEnvelope(readEnvelope(definite), [ca])).toEqual(DATA);
    const indefinite = Buffer.concat([Uint8Array.of(0xa0, 0x80), ...chunks, Uint8Array.of(0, 0)]);
    expect(openEnvelope(readEnvelope(rewrapped(bytes, primitive, indefinite)), [ca])).toEqual(DATA);
  });

  it('is refused by who is no recipient', () => {
    const envelope = readEnvelope(
      sealEnvelope({ content: DATA, recipients: [ca.certificate], cipher: 'aes128' }),
    );
    expect(() => openEnvelope(envelope, [router])).toThrow(refused('wrong-recipient'));
  });

  it('gives one and the same error for every forged key block', () => {
    const sealed = readEnvelope(
      sealEnvelope({ content: DATA, recipients: [ca.certificate], cipher: '3des' }),
    );
    const [recipient] = sealed.recipients;
    if (recipient === undefined) throw new Error('no recipient');
    const outcome = (encryptedKey: Uint8Array) => {
      try {
        const opened = openEnvelope({ ...sealed, recipients: [{ ...recipient, encryptedKey }] }, [ca]);
        return opened.length === DATA.length && Buffer.compare(opened, DATA) === 0 ? 'opened' : 'garbage';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(outcome(recipient.encryptedKey)).toBe('opened');
    const raw = { key: keys.ca, padding: constants.RSA_NO_PADDING };
    const honest = privateDecrypt(raw, recipient.encryptedKey);
    expect([...honest.subarray(0, 2), honest[231]]).toEqual([0, 2, 0]);
    // Each block holds the right key in the right place, and one octet that no sender writes.
    const block = (at: number, octet: number) => {
      const forgery = Buffer.from(honest);
      forgery[at] = octet;
      return publicEncrypt(raw, forgery);
    };
    const forged = [block(0, 1), block(1, 1), block(2, 0), block(9, 0), block(230, 0), block(231, 7)];
    for (const encryptedKey of forged) {
      // One random key in 256 leaves plausible CBC padding: then garbage comes out, and still no error of its own.
      expect(['decryption-failed', 'garbage']).toContain(outcome(encryptedKey));
    }
  });
});

/** Replaces the last member of EncryptedContentInfo and builds the structure around it anew. */
function rewrapped(envelope: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const buffer = Buffer.from(envelope);
  const at = buffer.indexOf(from);
  if (at === -1 || at + from.length !== buffer.length) throw new Error('the content is not at the end');
  const dataOid = Buffer.from('06092a864886f70d010701', 'hex');
  const infoAt = buffer.indexOf(dataOid);
  const info = sequence(buffer.subarray(infoAt, at), to);
  const setAt = buffer.indexOf(Buffer.from('02010031', 'hex'));
  const infoHeader = infoAt - headerLength(buffer, infoAt, at + from.length);
  const data = sequence(buffer.subarray(setAt, infoHeader), info);
  const envelopedOid = Buffer.from('06092a864886f70d010703', 'hex');
  return sequence(envelopedOid, der(0xa0, data));
}

function headerLength(buffer: Buffer, start: number, end: number): number {
  const found = [2, 3, 4].find((length) => {
    const header = sequence(buffer.subarray(start, end)).subarray(0, length);
    return header.length === length && Buffer.compare(buffer.subarray(start - length, start), header) === 0;
  });
  if (found === undefined) throw new Error('no header stands there');
  return found;
}

describe('a message that must not be believed', () => {
  const damaged = (at: number) => (bytes: Uint8Array) => {
    const copy = Uint8Array.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0x40;
    return copy;
  };

  it('is refused when its content was changed', () => {
    expect(() => decodePkiMessage(damaged(500)(message()))).toThrow(refused('signature-invalid'));
  });

  it('is refused when an attribute was changed', () => {
    const bytes = replaceOnce(message(), Buffer.from('TX-1'), Buffer.from('TX-2'));
    expect(() => decodePkiMessage(bytes)).toThrow(refused('signature-invalid'));
  });

  it('is refused when another certificate than expected signed it', () => {
    const other = makeCa(keys.other);
    expect(() => decodePkiMessage(message({ signer: other }), [ca.certificate])).toThrow(
      refused('signature-invalid'),
    );
    expect(() => decodePkiMessage(message(), [ca.certificate])).toThrow(refused('unknown-signer'));
  });

  it('is refused when it carries no certificate and none is given', () => {
    const bytes = message({ certificates: [] });
    expect(() => decodePkiMessage(bytes)).toThrow(refused('unknown-signer'));
    expect(decodePkiMessage(bytes, [router.certificate]).transactionId).toBe('TX-1');
  });

  it('is refused at every length shorter than its own', () => {
    const bytes = message();
    for (let length = 0; length < bytes.length; length += 37)
      expect(() => decodePkiMessage(bytes.subarray(0, length))).toThrow(refused('malformed'));
    expect(() => decodePkiMessage(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(refused('malformed'));
  });

  it('is refused when its cipher or digest is unknown', () => {
    const aes = Buffer.from('608648016503040102', 'hex');
    const unknown = Buffer.from('608648016503040109', 'hex');
    const envelope = sealEnvelope({ content: DATA, recipients: [ca.certificate], cipher: 'aes128' });
    const unknownCipher = message({ content: replaceOnce(envelope, aes, unknown) });
    expect(() => decodePkiMessage(unknownCipher)).toThrow(refused('unsupported-algorithm'));
    const sha256 = Buffer.from('608648016503040201', 'hex');
    const copy = Buffer.from(message());
    Buffer.from('60864801650304027f', 'hex').copy(copy, copy.lastIndexOf(sha256));
    expect(() => decodePkiMessage(copy)).toThrow(refused('unsupported-algorithm'));
  });

  it('is refused when messageType or transactionID is missing or unknown', () => {
    const type = Buffer.from('13023139', 'hex');
    const unknown = replaceOnce(message(), type, Buffer.from('13023138', 'hex'));
    expect(() => decodePkiMessage(unknown)).toThrow(refused('unknown-message-type'));
    expect(() => decodePkiMessage(message({ transactionId: '' }))).toThrow(refused('missing-attribute'));
  });

  it('is refused when it is a request without an envelope', () => {
    expect(() => decodePkiMessage(message({ content: DATA }))).toThrow(refused('malformed'));
  });
});

describe('a degenerate SignedData', () => {
  it('keeps certificates and lists in their order', () => {
    const certificates = [router.certificate, ca.certificate];
    expect(readDegenerate(degenerateSignedData({ certificates }))).toEqual({ certificates, crls: [] });
    expect(readDegenerate(degenerateSignedData({}))).toEqual({ certificates: [], crls: [] });
  });

  it('is refused with a signer', () => {
    expect(() => readDegenerate(message())).toThrow(refused('malformed'));
  });
});
