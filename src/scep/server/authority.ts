import type { Cipher, Digest } from '../algorithms.ts';
import type { CaCapability } from '../capabilities.ts';
import type { Identity } from '../cms/enveloped-data.ts';
import type { IssuerAndSerial } from '../cms/identifier.ts';
import type { FailInfo } from '../message-types.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';

type Awaitable<Value> = Value | Promise<Value>;

/** What a CA must be able to do to be reached through a ScepServer. */
export interface CertificateAuthority {
  /** The keywords of GetCACaps, in the order to send them. `caId` is what the client named, often nothing useful. */
  capabilities(caId: string | undefined): readonly CaCapability[];
  /** DER certificates for GetCACert. One is sent as it is, several as a set in this order. */
  caCertificates(caId: string | undefined): readonly Uint8Array[];
  /** The key requests are encrypted to: the CA's or an RA's; several while one replaces the other. */
  recipients(): readonly Identity[];
  /** The key replies are signed with: the CA's or an RA's. */
  signer(): Identity;
  /**
   * Decides on a request. Called for a PKCSReq, for a RenewalReq, and for each CertPoll of a pending one, which brings
   * the request of then. An error thrown here becomes HTTP status 500.
   */
  decide(request: EnrollmentRequest): Awaitable<Decision>;
  /** For GetNextCACert: the CA's next certificates and the current CA's own key; undefined while no rollover is near. */
  rollover?(): { readonly certificates: readonly Uint8Array[]; readonly signer: Identity } | undefined;
  /** For GetCert: the DER certificate meant. Without this function the operation is refused. */
  certificate?(wanted: IssuerAndSerial): Awaitable<Uint8Array | undefined>;
  /** For GetCRL: the DER list that covers the certificate meant. Without this function the operation is refused. */
  crl?(wanted: IssuerAndSerial): Awaitable<Uint8Array | undefined>;
}

/** One request for a certificate. Its signatures and its proof of possession have been verified, nothing else. */
export interface EnrollmentRequest {
  readonly messageType: 'PKCSReq' | 'RenewalReq' | 'CertPoll';
  readonly transactionId: string;
  readonly csr: CertificationRequest;
  /** Confidential. Only ASCII challenge passwords travel safely. */
  readonly challenge?: string;
  /** The certificate the request is signed with; the reply will be encrypted to its key. */
  readonly signer: Certificate;
  /**
   * The signer's certificate bears a good signature by one of `caCertificates`: a renewal whatever the
   * messageType, as IOS renews with PKCSReq. That it is still valid and not revoked is for `decide` to see.
   */
  readonly renewal: boolean;
  /** The same transaction as a request that is pending: its challenge was presented before and counts once. */
  readonly repeated: boolean;
  /** The DER certificate the request was encrypted to: in a rollover it tells the next CA from the current one. */
  readonly recipient: Uint8Array;
  readonly digest: Digest;
  readonly cipher: Cipher;
  /** The DER pkiMessage as received. */
  readonly raw: Uint8Array;
}

export type Decision =
  | {
      readonly status: 'granted';
      /** DER. */
      readonly certificate: Uint8Array;
      /** Further DER certificates for the reply, such as the CA's. */
      readonly chain?: readonly Uint8Array[];
    }
  | { readonly status: 'pending' }
  | Refusal;

export interface Refusal {
  readonly status: 'rejected';
  readonly failInfo: FailInfo;
  /** failInfoText: plain words for the operator of the client. */
  readonly text?: string;
  /** Microsoft's attribute 1.3.6.1.4.1.311.21.33, as NDES sends it: a signed 32 bit number. */
  readonly hresult?: number;
}
