/** Every way a PKCS#12 file is refused, as a stable code with what it means. */
export const PKCS12_ERRORS = {
  unreadable: 'this is no readable PKCS#12 file',
  truncated: 'the PKCS#12 file is cut off',
  'wrong-passphrase': 'the passphrase does not open the PKCS#12 file, or the file was changed',
  'unsupported-algorithm': 'the PKCS#12 file is protected in a way that is not known here',
  'passphrase-unusable': 'the passphrase cannot protect a PKCS#12 file',
  'key-absent': 'the PKCS#12 file does not hold exactly one private key',
  'certificate-absent': 'the PKCS#12 file holds no certificate for its private key',
  'key-mismatch': 'the certificate is for another key',
} as const satisfies Record<string, string>;

export type Pkcs12ErrorCode = keyof typeof PKCS12_ERRORS;

/** Why a PKCS#12 file was not made or not opened. Its message never holds the passphrase. */
export class Pkcs12Error extends Error {
  readonly code: Pkcs12ErrorCode;

  constructor(code: Pkcs12ErrorCode, reason = '', options: { cause?: unknown } = {}) {
    super(reason === '' ? PKCS12_ERRORS[code] : `${PKCS12_ERRORS[code]}: ${reason}`, options);
    this.name = 'Pkcs12Error';
    this.code = code;
  }
}
