import { randomBytes } from 'node:crypto';

import type { Cipher, Digest } from '../algorithms.ts';
import type { CertificateBag } from '../cms/degenerate.ts';
import { degenerateSignedData } from '../cms/degenerate.ts';
import type { Identity } from '../cms/enveloped-data.ts';
import type { SignatureOid } from '../cms/sign.ts';
import { type EnvelopeContent, encodePkiMessage } from '../message.ts';
import type { Refusal } from './authority.ts';

/** How CertReps are dressed; CAs differ here, and clients must take all of it. */
export interface ReplyStyle {
  /** Certificates beside the signature: the signer's, the issued ones too (micromdm), or none (NDES). */
  readonly certificates?: 'signer' | 'signer-and-issued' | 'none';
  /** Content of a FAILURE or PENDING: none (RFC 8894 3.3.2), an empty string (step-ca), one zero octet (NDES). */
  readonly emptyContent?: 'absent' | 'empty' | 'zero-octet';
  /** `same`: what the client used, since old routers know nothing newer. */
  readonly digest?: 'same' | Digest;
  readonly cipher?: 'same' | Cipher;
  readonly signatureOid?: SignatureOid;
}

/** What of the request its reply repeats. */
export interface ReplyTo {
  readonly transactionId: string;
  readonly senderNonce?: Uint8Array;
  readonly digest: Digest;
}

export type ReplyBody =
  | { readonly status: 'pending' }
  | Refusal
  | {
      readonly status: 'granted';
      readonly bag: Partial<CertificateBag>;
      /** DER certificate of the client: the envelope is for its key. */
      readonly recipient: Uint8Array;
      readonly cipher: Cipher;
    };

const EMPTY_CONTENT = { absent: undefined, empty: new Uint8Array(), 'zero-octet': Uint8Array.of(0) } as const;

/** The DER of the CertRep (RFC 8894 3.3.2). */
export function encodeReply(to: ReplyTo, body: ReplyBody, signer: Identity, style: ReplyStyle): Uint8Array {
  return encodePkiMessage({
    messageType: 'CertRep',
    transactionId: to.transactionId,
    senderNonce: new Uint8Array(randomBytes(16)),
    ...(to.senderNonce === undefined ? {} : { recipientNonce: to.senderNonce }),
    ...statusAttributes(body),
    ...content(body, style),
    digest: style.digest === undefined || style.digest === 'same' ? to.digest : style.digest,
    signer,
    certificates: certificates(body, signer, style),
    ...(style.signatureOid === undefined ? {} : { signatureOid: style.signatureOid }),
  });
}

function statusAttributes(body: ReplyBody) {
  if (body.status === 'granted') return { pkiStatus: 'SUCCESS' as const };
  if (body.status === 'pending') return { pkiStatus: 'PENDING' as const };
  const { failInfo, text, hresult } = body;
  return {
    pkiStatus: 'FAILURE' as const,
    failInfo,
    ...(text === undefined ? {} : { failInfoText: text }),
    ...(hresult === undefined ? {} : { hresult }),
  };
}

function content(body: ReplyBody, style: ReplyStyle): { content?: Uint8Array | EnvelopeContent } {
  if (body.status === 'granted') {
    const { bag, recipient } = body;
    const cipher = style.cipher === undefined || style.cipher === 'same' ? body.cipher : style.cipher;
    return { content: { messageData: degenerateSignedData(bag), recipients: [recipient], cipher } };
  }
  const empty = EMPTY_CONTENT[style.emptyContent ?? 'absent'];
  return empty === undefined ? {} : { content: empty };
}

function certificates(body: ReplyBody, signer: Identity, style: ReplyStyle): readonly Uint8Array[] {
  if (style.certificates === 'none') return [];
  const issued = style.certificates === 'signer-and-issued' && body.status === 'granted';
  return issued ? [...(body.bag.certificates ?? []), signer.certificate] : [signer.certificate];
}
