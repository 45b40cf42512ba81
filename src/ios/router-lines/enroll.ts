import type { RouterLines } from './router-line.ts';

/** What `crypto pki enroll` and the certificate server answer. */
export const ENROLL_LINES = {
  'not-authenticated': {
    kind: 'outcome',
    pattern:
      /^%?\s*(?:you must authenticate the certificate authority before|please authenticate the CA\b|attempting authentication first)/i,
    examples: [
      '% You must authenticate the Certificate Authority before you can enroll with it.',
      '% Attempting authentication first.',
    ],
    cause: 'The trustpoint holds no CA certificate, so the router would fetch and accept one in passing.',
    remedy: 'Run enroll again: it authenticates the CA first, against the pin.',
  },
  'already-enrolled': {
    kind: 'outcome',
    pattern: /^%?\s*trustpoint .* has already enrolled\b/i,
    examples: ['Trustpoint BRANCH has already enrolled and has a router cert issued to it.'],
    cause: 'The trustpoint holds a certificate; going on would replace it.',
    remedy: 'Use trustfleet renew, which replaces a certificate only when it is due.',
  },
  'self-signed-present': {
    kind: 'outcome',
    pattern: /^%?\s*the router has already generated a self[- ]signed certificate/i,
    examples: ['The router has already generated a Self Signed Certificate for'],
    cause: 'A router has one self-signed certificate; making another deletes the one its HTTPS server uses.',
    remedy: 'Leave it, or replace it by hand in a maintenance window.',
  },
  'clock-not-set': {
    kind: 'complaint',
    pattern:
      /^%?\s*(?:the system clock has not been set|time has not been set|please set (?:the )?clock cal[ea]nd[ea]r-valid)/i,
    examples: [
      '% Time has not been set. Cannot start the Certificate server',
      'Please set clock calender-valid or enable NTP',
      '% The system clock has not been set',
    ],
    cause: 'The router does not believe its own clock.',
    remedy: 'Give it NTP, or set the clock and clock calendar-valid.',
  },
  'key-not-selectable': {
    kind: 'complaint',
    pattern: /^CRYPTO_PKI:\s*can ?not select my full public key\b/i,
    examples: ['CRYPTO_PKI: Can not select my full public key (BRANCH)'],
    cause:
      'The key pair that the trustpoint names is not there, or is on a curve: SCEP encrypts its answers to an RSA key.',
    remedy:
      'Make the key pair; or use an RSA key; or method: terminal, tftp or pkcs12, which take keys on curves.',
  },
  'certificate-server-locked': {
    kind: 'complaint',
    pattern: /^%\s*the CS config is locked/i,
    examples: ['% The CS config is locked because it is busy or enabled.'],
    cause: 'A certificate server cannot be changed while it runs.',
    remedy: 'Shut the server, change it, and start it again.',
  },
  'certificate-server-aborted': {
    kind: 'complaint',
    pattern: /^%\s*aborted\b/i,
    examples: ['% Aborted.'],
    cause: 'The question for a passphrase was left without one.',
    remedy: 'Give the server database archive with a password, or type the passphrase there by hand.',
  },
} as const satisfies RouterLines;
