/**
 * Simple Certificate Enrollment Protocol (RFC 8894): message codec, client and server engine, as a library
 * of its own. Exported as `trustfleet/scep`.
 */
export { CIPHERS, type Cipher, DIGESTS, type Digest } from './algorithms.ts';
export type { StringType } from './asn1/strings.ts';
export {
  type Algorithms,
  type AllowedAlgorithms,
  CA_CAPABILITIES,
  type CaCapabilities,
  type CaCapability,
  chooseAlgorithms,
  parseCaCaps,
} from './capabilities.ts';
export {
  type CaCertificates,
  caChain,
  classifyCaCertificates,
  envelopeRecipient,
  readCaCertificates,
  replySigners,
} from './client/ca-certificates.ts';
export {
  type CurrentCa,
  type EnrollmentOptions,
  type EnrollmentResult,
  type PendingEnrollment,
  type QueryResult,
  ScepClient,
  type ScepClientOptions,
  type ScepContext,
  type WaitOptions,
} from './client/client.ts';
export {
  type Outgoing,
  type Rejection,
  type Reply,
  type SealedRequest,
  sealRequest,
} from './client/exchange.ts';
export {
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  type NodeTransportOptions,
  nodeTransport,
} from './client/http.ts';
export { type TemporarySignerOptions, temporarySigner } from './client/temporary-signer.ts';
export { type CertificateBag, degenerateSignedData, readDegenerate } from './cms/degenerate.ts';
export {
  type Envelope,
  type EnvelopeOptions,
  type EnvelopeRecipient,
  type Identity,
  openEnvelope,
  readEnvelope,
  sealEnvelope,
} from './cms/enveloped-data.ts';
export type { CertificateIdentifier, IssuerAndSerial } from './cms/identifier.ts';
export type { SignatureOid } from './cms/sign.ts';
export {
  readSignedData,
  type SignedData,
  type SignerInfo,
  type Verified,
  verifySignedData,
} from './cms/verify.ts';
export { SCEP_ERRORS, ScepError, type ScepErrorCode } from './errors.ts';
export {
  decodePkiMessage,
  type EnvelopeContent,
  encodePkiMessage,
  openPkiMessage,
  type PkiAttributes,
  type PkiMessage,
  type PkiMessageOptions,
  type ReceivedPkiMessage,
  readPkiMessage,
  verifyPkiMessage,
} from './message.ts';
export {
  decodeIssuerAndSerialNumber,
  decodeIssuerAndSubject,
  encodeIssuerAndSerialNumber,
  encodeIssuerAndSubject,
  type IssuerAndSubject,
} from './message-data.ts';
export {
  FAIL_INFOS,
  type FailInfo,
  MESSAGE_TYPES,
  type MessageType,
  PKI_STATUSES,
  type PkiStatus,
} from './message-types.ts';
export {
  buildGetUrl,
  encodeMessageParameter,
  type GetUrlOptions,
  iosPkiClientUrl,
  type MessageStyle,
  type ScepOperation,
} from './request-url.ts';
export type { ScepHttpRequest, ScepHttpResponse } from './server/answer.ts';
export type { CertificateAuthority, Decision, EnrollmentRequest, Refusal } from './server/authority.ts';
export type { AcceptedAlgorithms } from './server/pki-operation.ts';
export { decodeMessageParameter, parseScepQuery, type ScepQuery } from './server/query.ts';
export { refusalFor } from './server/refusal.ts';
export type { ReplyStyle } from './server/reply.ts';
export { ScepServer, type ScepServerOptions } from './server/server.ts';
export { type Certificate, isIssuedBy, isSelfSigned, parseCertificate } from './x509/certificate.ts';
export {
  type CertificationRequest,
  type CertificationRequestOptions,
  certificationRequest,
  type ExtensionRequestForm,
  parseCertificationRequest,
} from './x509/certification-request.ts';
export {
  type AlternativeNames,
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoints,
  type Extension,
  extendedKeyUsage,
  KEY_USAGES,
  type KeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './x509/extensions.ts';
export {
  type CertificateOptions,
  type CrlOptions,
  issueCertificate,
  issueCrl,
  randomSerial,
  type SelfSignedSignerOptions,
  type SerialInput,
  selfSignedSigner,
} from './x509/issue.ts';
export { publicKeyInfo, transactionIdOf } from './x509/keys.ts';
export { decodeName, encodeName, type NameInput, type NameValue, type RelativeName } from './x509/name.ts';
export { nameFromText, nameToText } from './x509/name-text.ts';
export { isCaOf, keyUsageOf, subjectAltNameOf } from './x509/read-extensions.ts';
