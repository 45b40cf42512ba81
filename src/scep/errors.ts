/** Every way this library refuses, as a stable code with what it means. */
export const SCEP_ERRORS = {
  malformed: 'the bytes are not the ASN.1 structure that is expected',
  'unsupported-algorithm': 'a digest, cipher or signature algorithm that this library does not know or allow',
  'algorithms-refused': 'the CA offers or uses a digest or cipher that the caller does not allow',
  'unknown-message-type': 'a messageType that RFC 8894 does not name',
  'missing-attribute': 'a signed attribute that every message of this kind must carry is absent',
  'signature-invalid': 'the signature does not verify, or the messageDigest does not cover the content',
  'unknown-signer': 'no certificate at hand belongs to the signer the message names',
  'wrong-recipient': 'the envelope was not encrypted to the given certificate',
  'decryption-failed': 'the envelope cannot be decrypted with the given key',
  'transaction-mismatch': 'the reply belongs to another transaction or is no CertRep',
  'nonce-mismatch': 'the reply does not repeat the nonce of the request',
  'status-unknown': 'the reply carries no pkiStatus of RFC 8894',
  'certificate-absent': 'the reply holds no certificate for the public key of the request',
  'ca-ambiguous': 'the CA certificate cannot be told from the others in the answer',
  'not-offered': 'the CA does not offer the operation',
  'http-status': 'the CA answered with an HTTP error',
  'connection-closed': 'the CA closed the connection before it answered',
  unreachable: 'no connection to the CA',
  timeout: 'the CA did not answer in time',
  'answer-too-large': 'the answer is longer than this library reads',
  'invalid-argument': 'the caller asked for something that cannot be encoded',
} as const satisfies Record<string, string>;

export type ScepErrorCode = keyof typeof SCEP_ERRORS;

/** The only error the codec, the client and the transport of this library throw on purpose. */
export class ScepError extends Error {
  readonly code: ScepErrorCode;

  constructor(code: ScepErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ScepError';
    this.code = code;
  }
}

export function malformed(message: string, cause?: unknown): ScepError {
  return new ScepError('malformed', message, { cause });
}
