import type { RouterLines } from './router-line.ts';

/** What import, export and validation of certificates answer. */
export const IMPORT_LINES = {
  'certificate-not-importable': {
    kind: 'complaint',
    pattern: /^%?\s*failed to parse or verify imported certificate/i,
    examples: ['% Failed to parse or verify imported certificate'],
    cause: 'The certificate is damaged, of another CA, for another key, or not valid by the router’s clock.',
    remedy: 'Compare its issuer and public key with the trustpoint’s CA and key pair.',
  },
  'trustpoint-in-use': {
    kind: 'complaint',
    pattern: /^%\s*(?:trustpoint .* is in use|please delete it or use a different label)/i,
    examples: ["% Trustpoint 'BRANCH' is in use.", '% Please delete it or use a different label.'],
    cause: 'A PKCS#12 or PEM import wants a trustpoint that does not exist yet.',
    remedy: 'Import under another name.',
  },
  'pem-import-failed': {
    kind: 'complaint',
    pattern: /^%\s*PEM files import failed/i,
    examples: ['% PEM files import failed.'],
    cause: 'One of the pasted texts was damaged, or the passphrase does not open the key.',
    remedy: 'Paste each text whole, without empty lines, and end it with quit.',
  },
  'pkcs12-not-opened': {
    kind: 'complaint',
    pattern:
      /\bimport PKCS12 operation failed|\bimported PKCS12 file failure|\bE_DIGEST_ALG_NOT_SUPPORTED\b/i,
    examples: [
      'CRYPTO_PKI: Import PKCS12 operation failed, bad HMAC',
      'CRYPTO_PKI: Imported PKCS12 file failure',
    ],
    cause: 'The password is wrong, or the file uses ciphers and digests newer than the release.',
    remedy: 'Make the file again with 3DES and SHA-1 for releases up to 17.9.',
  },
  'file-not-opened': {
    kind: 'complaint',
    pattern: /^%?\s*(?:failed to open file\b|error (?:opening|reading) (?!nvram:))/i,
    examples: ['%Error opening tftp://192.0.2.9/gw-1.cfg (Timed out)', 'failed to open file.'],
    cause: 'The file is not there, or its server does not answer.',
    remedy: 'Check path and server; TFTP servers often let only files be written that exist already.',
  },
  'address-missing': {
    kind: 'complaint',
    pattern: /^(?:\?host name or address not specified|%?\s*error parsing filename)/i,
    examples: ['?Host name or address not specified', '%Error parsing filename (Bad address)'],
    cause: 'The URL names no host.',
    remedy: 'Write the URL with its host.',
  },
  'trustpoint-not-enrolled': {
    kind: 'outcome',
    pattern: /^%\s*the specified trustpoint is not enrolled/i,
    examples: ['% The specified trustpoint is not enrolled (BRANCH).'],
    cause: 'The trustpoint holds no certificate of the router’s own, only its CA’s.',
    remedy: 'Enroll it.',
  },
  'chain-not-found': {
    kind: 'complaint',
    pattern: /^validation failed: trustpoint not found/i,
    examples: ['Validation Failed: trustpoint not found for root'],
    cause: 'No trustpoint holds the certificate that signed this one.',
    remedy: 'Authenticate the CA above it in a trustpoint of its own.',
  },
} as const satisfies RouterLines;
