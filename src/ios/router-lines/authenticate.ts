import type { RouterLines } from './router-line.ts';

/** What `crypto pki authenticate` answers. */
export const AUTHENTICATE_LINES = {
  'ca-certificate-not-received': {
    kind: 'complaint',
    pattern: /^%?\s*error in receiving certificate authority certificate/i,
    examples: ['% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0'],
    cause:
      'One text for many causes: no route, a refused port, a name that does not resolve, a wrong path, or an answer that is no certificate this release can read.',
    remedy:
      'From the router ping the CA and telnet to its port, with the trustpoint’s vrf and source interface; then fetch the URL with operation=GetCACert from elsewhere.',
  },
  'upper-ca-unreachable': {
    kind: 'complaint',
    pattern: /^%?\s*failed to authenticate the certificate authority/i,
    examples: ['% Failed to authenticate the Certificate Authority'],
    cause: 'The certificate server behind the URL could not reach the CA above it.',
    remedy: 'Look at that server: show crypto pki server, and its own trustpoint.',
  },
  'ca-lifetime-too-long': {
    kind: 'complaint',
    pattern: /^%?\s*error retrieving certificate/i,
    examples: ['error retrieving certificate :incomplete chain name'],
    cause: 'Old releases take no CA certificate that is valid beyond 2049.',
    remedy: 'Use an issuing CA with a shorter life, or a newer release.',
  },
  'certificate-not-saved': {
    kind: 'complaint',
    pattern: /^%?\s*error in saving certificate/i,
    examples: ['% Error in saving certificate: status = FAIL'],
    cause:
      'The router did not take the certificate: it is none, its fingerprint was refused, or it is a subordinate CA whose root the router does not trust.',
    remedy:
      'Read the lines above it; for a subordinate CA authenticate the root in a trustpoint of its own and set chain-validation continue.',
  },
  'fingerprint-wanted': {
    kind: 'complaint',
    pattern: /^%?\s*trustpoint fingerprint must be supplied/i,
    examples: ['Trustpoint fingerprint must be supplied.'],
    cause: 'The release accepts no CA certificate without a fingerprint line in the trustpoint.',
    remedy: 'Pin the SHA1 fingerprint too: the template then writes the line.',
  },
  'ca-certificate-rejected': {
    kind: 'complaint',
    pattern: /^%?\s*(?:trustpoint CA certificate is rejected|certificate is rejected)/i,
    examples: ['Trustpoint CA certificate is rejected. Abort.'],
    cause: 'The router compared the CA certificate with the trustpoint’s fingerprint and refused it.',
    remedy: 'Do not work around it: compare the fingerprints with the CA’s operator.',
  },
  'ca-certificate-present': {
    kind: 'outcome',
    pattern:
      /^%?\s*(?:please delete your existing CA certificate first|you must use 'no crypto (?:pki|ca) trustpoint)/i,
    examples: [
      '% Please delete your existing CA certificate first.',
      "% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete the CA certificate.",
    ],
    cause: 'The trustpoint holds a CA certificate already.',
    remedy:
      'If it is the pinned one there is nothing to do; if not, remove the trustpoint by hand after saving what depends on it.',
  },
  'ca-certificate-not-valid': {
    kind: 'complaint',
    pattern: /^%\s*CA cert(?:ificate)? (?:is )?not yet valid|^%\s*CA cert(?:ificate)? (?:is |has )?expired/i,
    examples: ['% CA Cert not yet valid or is expired'],
    cause: 'By the router’s clock the CA certificate is not valid today.',
    remedy:
      'Compare show clock detail with the CA certificate’s dates; a clock that is wrong is the usual cause.',
  },
  'ca-subordinate': {
    kind: 'outcome',
    pattern: /^%?\s*trustpoint .* is a subordinate CA\b/i,
    examples: ["Trustpoint 'BRANCH' is a subordinate CA and holds a non self-signed certificate."],
    cause: 'The CA certificate was issued by another CA.',
    remedy:
      'Pin this CA’s own certificate; its root needs a trustpoint only where peers show certificates of others.',
  },
} as const satisfies RouterLines;
