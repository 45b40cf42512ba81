import { CIPHERS, type Cipher, DIGESTS, type Digest, digestOfOid } from '../algorithms.ts';
import type { CertificateBag } from '../cms/degenerate.ts';
import { type Envelope, type Identity, openEnvelope } from '../cms/enveloped-data.ts';
import { type IssuerAndSerial, identifies } from '../cms/identifier.ts';
import { onlySigner } from '../cms/verify.ts';
import { malformed, ScepError } from '../errors.ts';
import { type ReceivedPkiMessage, verifyPkiMessage } from '../message.ts';
import { decodeIssuerAndSerialNumber, decodeIssuerAndSubject } from '../message-data.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { askAuthority } from './ask-authority.ts';
import type { CertificateAuthority, Decision, Refusal } from './authority.ts';
import type { Enrollments, OpenedMessage } from './enrollments.ts';
import { encodeReply, type ReplyBody, type ReplyStyle } from './reply.ts';

export interface AcceptedAlgorithms {
  readonly digests?: readonly Digest[];
  readonly ciphers?: readonly Cipher[];
}

export interface PkiOperationOptions {
  readonly authority: CertificateAuthority;
  readonly reply: ReplyStyle;
  readonly accept: Required<AcceptedAlgorithms>;
  readonly enrollments: Enrollments;
  readonly refusal: (error: ScepError) => Refusal;
  readonly onTrouble: (error: unknown) => void;
}

export const EVERY_ALGORITHM: Required<AcceptedAlgorithms> = {
  digests: Object.keys(DIGESTS) as Digest[],
  ciphers: Object.keys(CIPHERS) as Cipher[],
};

/** PKIOperation: a pkiMessage in, a CertRep out. */
export class PkiOperation {
  readonly #options: PkiOperationOptions;

  constructor(options: PkiOperationOptions) {
    this.#options = options;
  }

  /** The DER of the reply. Rejects with whatever the authority throws. */
  async reply(raw: Uint8Array, received: ReceivedPkiMessage): Promise<Uint8Array> {
    const { authority, reply, refusal, onTrouble } = this.#options;
    const known = knownDigest(received);
    // An answer must be made with some digest even if that of the request is unknown; every client knows this one.
    const to = { ...received, digest: known ?? 'sha1' };
    try {
      if (known === undefined || !this.#options.accept.digests.includes(known))
        throw new ScepError('unsupported-algorithm', 'the digest of the message is not accepted');
      return encodeReply(to, await this.#answer(raw, received), authority.signer(), reply);
    } catch (error) {
      if (!(error instanceof ScepError)) throw error;
      onTrouble(error);
      return encodeReply(to, refusal(error), authority.signer(), reply);
    }
  }

  async #answer(raw: Uint8Array, received: ReceivedPkiMessage): Promise<ReplyBody> {
    const message = verifyPkiMessage(received, await this.#signers(received));
    const { envelope } = message;
    if (message.messageType === 'CertRep' || envelope === undefined)
      throw malformed('a CertRep is no request');
    if (!this.#options.accept.ciphers.includes(envelope.cipher))
      throw new ScepError('unsupported-algorithm', 'the content cipher of the message is not accepted');
    const { content, recipient } = this.#open(envelope);
    const facts = { recipient, digest: message.digest, cipher: envelope.cipher, raw };
    return this.#dispatch(content, { message, facts });
  }

  /** A message without certificates may be signed with one that this CA issued and can still produce. */
  async #signers({ signedData }: ReceivedPkiMessage): Promise<readonly Uint8Array[]> {
    const { identifier } = onlySigner(signedData);
    if (signedData.certificates.length > 0 || identifier.kind === 'key-identifier')
      return signedData.certificates;
    const issued = await askAuthority(() => this.#options.authority.certificate?.(identifier));
    return issued === undefined ? [] : [issued];
  }

  #open(envelope: Envelope): { readonly content: Uint8Array; readonly recipient: Uint8Array } {
    const identity = this.#options.authority.recipients().find((one) => isRecipient(envelope, one));
    if (identity === undefined)
      throw new ScepError('wrong-recipient', 'the message is encrypted to other keys');
    return { content: openEnvelope(envelope, [identity]), recipient: identity.certificate };
  }

  async #dispatch(content: Uint8Array, opened: OpenedMessage): Promise<ReplyBody> {
    const { authority, enrollments } = this.#options;
    const { messageType } = opened.message;
    switch (messageType) {
      case 'PKCSReq':
      case 'RenewalReq': {
        const csr = decrypted(content, parseCertificationRequest);
        return replyBody(await enrollments.request(opened, messageType, csr), opened);
      }
      case 'CertPoll':
        decrypted(content, decodeIssuerAndSubject);
        return replyBody(await enrollments.poll(opened), opened);
      case 'GetCert':
        return this.#look(content, opened, authority.certificate?.bind(authority), (der) => ({
          certificates: [der],
        }));
      case 'GetCRL':
        return this.#look(content, opened, authority.crl?.bind(authority), (der) => ({ crls: [der] }));
      case 'CertRep':
        throw malformed('a CertRep is no request');
    }
  }

  async #look(
    content: Uint8Array,
    opened: OpenedMessage,
    find: ((wanted: IssuerAndSerial) => Uint8Array | undefined | Promise<Uint8Array | undefined>) | undefined,
    toBag: (der: Uint8Array) => Partial<CertificateBag>,
  ): Promise<ReplyBody> {
    const wanted = decrypted(content, decodeIssuerAndSerialNumber);
    if (find === undefined) return { status: 'rejected', failInfo: 'badRequest' };
    const found = await askAuthority(() => find(wanted));
    return found === undefined
      ? { status: 'rejected', failInfo: 'badCertId' }
      : granted(toBag(found), opened);
  }
}

function knownDigest({ signedData }: ReceivedPkiMessage): Digest | undefined {
  try {
    return digestOfOid(onlySigner(signedData).digestOid);
  } catch (error) {
    if (error instanceof ScepError) return undefined;
    throw error;
  }
}

function isRecipient(envelope: Envelope, { certificate }: Identity): boolean {
  const parsed = parseCertificate(certificate);
  return envelope.recipients.some(({ identifier }) => identifies(identifier, parsed));
}

/** Reads what was decrypted. Garbage there is no better known than garbage that did not decrypt: see refusalFor. */
function decrypted<Value>(content: Uint8Array, read: (content: Uint8Array) => Value): Value {
  try {
    return read(content);
  } catch (error) {
    if (error instanceof ScepError && error.code === 'malformed')
      throw new ScepError('decryption-failed', 'the decrypted content cannot be read', { cause: error });
    throw error;
  }
}

function replyBody(decision: Decision, opened: OpenedMessage): ReplyBody {
  return decision.status === 'granted'
    ? granted({ certificates: [decision.certificate, ...(decision.chain ?? [])] }, opened)
    : decision;
}

function granted(bag: Partial<CertificateBag>, { message, facts }: OpenedMessage): ReplyBody {
  return { status: 'granted', bag, recipient: message.signer.der, cipher: facts.cipher };
}
