/** Every way a certificate request can be refused, as a stable code with what it means. */
export const REQUEST_ERRORS = {
  absent: 'there is no certificate request',
  ambiguous: 'there is more than one certificate request',
  truncated: 'the certificate request is cut off',
  unreadable: 'this is no readable certificate request',
  'unsupported-signature': 'the certificate request is signed in a way that cannot be checked',
  'signature-invalid': 'the certificate request was not signed with the key it holds',
} as const satisfies Record<string, string>;

export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** A request that must not be passed on. Its message says why, for people; it never holds a challenge password. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, reason = '', options: { cause?: unknown } = {}) {
    super(reason === '' ? REQUEST_ERRORS[code] : `${REQUEST_ERRORS[code]}: ${reason}`, options);
    this.name = 'RequestError';
    this.code = code;
  }
}
