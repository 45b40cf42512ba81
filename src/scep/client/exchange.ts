import { randomBytes } from 'node:crypto';

import { sameBytes } from '../asn1/bytes.ts';
import { type Algorithms, type AllowedAlgorithms, checkAllowed } from '../capabilities.ts';
import { type CertificateBag, readDegenerate } from '../cms/degenerate.ts';
import type { Identity } from '../cms/enveloped-data.ts';
import { ScepError } from '../errors.ts';
import { decodePkiMessage, encodePkiMessage, openPkiMessage, type PkiMessage } from '../message.ts';
import type { FailInfo, MessageType } from '../message-types.ts';
import { type CaCertificates, envelopeRecipient, replySigners } from './ca-certificates.ts';

/** One pkiMessage to send, and what its reply must agree with. */
export interface Outgoing {
  readonly messageType: Exclude<MessageType, 'CertRep'>;
  readonly transactionId: string;
  readonly messageData: Uint8Array;
  readonly ca: CaCertificates;
  /** In a rollover, when `ca` is the next one: the CA in office, which may sign replies too. */
  readonly current?: CaCertificates;
  readonly signer: Identity;
  readonly algorithms: Algorithms;
  /** What the reply may be made with; anything unless given. */
  readonly allowed?: AllowedAlgorithms;
}

/** What a CertRep says (RFC 8894 3.3.2), checked. */
export type Reply =
  | ({ readonly status: 'granted' } & CertificateBag)
  | { readonly status: 'pending' }
  | Rejection;

export interface Rejection {
  readonly status: 'rejected';
  /** Absent when the CA gave none or an unknown one. */
  readonly failInfo?: FailInfo;
  readonly failInfoText?: string;
  /** Microsoft's HRESULT as a signed 32 bit number, from NDES. */
  readonly hresult?: number;
}

/** The DER of a request with a fresh senderNonce, and the function that checks and opens its reply. */
export interface SealedRequest {
  readonly message: Uint8Array;
  readonly readReply: (reply: Uint8Array) => Reply;
}

/** Seals a request for the CA or its RA. `readReply` throws a ScepError for a reply that is not to be trusted. */
export function sealRequest(outgoing: Outgoing): SealedRequest {
  const { messageType, transactionId, messageData, ca, current, signer, algorithms, allowed = {} } = outgoing;
  const senderNonce = new Uint8Array(randomBytes(16));
  const message = encodePkiMessage({
    messageType,
    transactionId,
    senderNonce,
    content: { messageData, recipients: [envelopeRecipient(ca)], cipher: algorithms.cipher },
    digest: algorithms.digest,
    signer,
  });
  return {
    message,
    readReply: (reply) => {
      const signers = [ca, ...(current === undefined ? [] : [current])].flatMap(replySigners);
      const decoded = decodePkiMessage(reply, signers);
      checkBelongs(decoded, transactionId, senderNonce);
      checkAllowed(
        { digest: decoded.digest, ...(decoded.envelope && { cipher: decoded.envelope.cipher }) },
        allowed,
      );
      return openReply(decoded, signer);
    },
  };
}

function checkBelongs(reply: PkiMessage, transactionId: string, senderNonce: Uint8Array): void {
  if (reply.messageType !== 'CertRep')
    throw new ScepError('transaction-mismatch', `the reply is a ${reply.messageType}, not a CertRep`);
  if (reply.transactionId !== transactionId)
    throw new ScepError('transaction-mismatch', 'the reply has another transactionID');
  if (reply.recipientNonce === undefined || !sameBytes(reply.recipientNonce, senderNonce))
    throw new ScepError('nonce-mismatch', 'the reply does not repeat the nonce of the request');
}

function openReply(reply: PkiMessage, signer: Identity): Reply {
  switch (reply.pkiStatus) {
    case 'SUCCESS':
      return { status: 'granted', ...readDegenerate(openPkiMessage(reply, [signer])) };
    case 'PENDING':
      return { status: 'pending' };
    case 'FAILURE': {
      const { failInfo, failInfoText, hresult } = reply;
      return {
        status: 'rejected',
        ...(failInfo === undefined ? {} : { failInfo }),
        ...(failInfoText === undefined ? {} : { failInfoText }),
        ...(hresult === undefined ? {} : { hresult }),
      };
    }
    default:
      throw new ScepError('status-unknown', 'the reply has no known pkiStatus');
  }
}
