import type { RouterLine, RouterLines } from './router-line.ts';

/**
 * PKI messages of the log (`%CRYPTO-…` before 12.3), by their mnemonic (IOS system message guide). The text behind it
 * is not matched: it changes from release to release.
 */
export const LOG_LINES = {
  CERTRET: log(
    '%PKI-6-CERTRET: Certificate received from Certificate Authority',
    'The CA granted the request, as far as the router can tell.',
    'Nothing: trustfleet looks at the certificate itself, for this line has been seen without one.',
  ),
  CERT_INSTALL: log(
    '%PKI-6-CERT_INSTALL: An ID certificate has been installed under',
    'The CA granted the request and the router stored the certificate.',
    'Nothing.',
  ),
  CERTREJECT: log(
    '%PKI-6-CERTREJECT: Certificate enrollment request was rejected by Certificate Authority for Trustpoint BRANCH',
    'The CA refused the request: a wrong, used or expired challenge password, or its policy.',
    'See the CA’s log (NDES: event 29), then run again; a new password is acquired for every request.',
  ),
  CERTFAIL: log(
    '%PKI-6-CERTFAIL: Certificate enrollment failed.',
    'The router could not use the CA’s answer: an algorithm the release does not know, or another signer.',
    'Set hash sha256 in the trustpoint, and let the CA answer with the algorithms of the request.',
  ),
  CERT_ENROLL_FAIL: log(
    '%PKI-2-CERT_ENROLL_FAIL: …',
    'The enrollment failed; the message names the reason.',
    'Read show monitor event-trace crypto pki error all on the router.',
  ),
  CERTRETFAIL: log(
    '%PKI-3-CERTRETFAIL: …',
    'The CA did not answer, or not in a way the router understands.',
    'Check from the router that the CA’s port answers, then run again.',
  ),
  SOCKETSEND: log(
    '%PKI-3-SOCKETSEND: Failed to send out message to CA server.',
    'No TCP connection to the CA came about.',
    'Check address, port, vrf and source interface of the trustpoint, and the firewall between.',
  ),
  NOAUTOSAVE: log(
    '%PKI-4-NOAUTOSAVE: Configuration was modified.  Issue "write memory" to save new certificate',
    'The certificate is in use and not in the startup configuration.',
    'trustfleet saves at the end of each run; by hand: write memory.',
  ),
  NOCONFIGAUTOSAVE: log(
    '%PKI-4-NOCONFIGAUTOSAVE: Configuration was modified.  Issue "write memory" to save new IOS PKI configuration',
    'The PKI configuration changed and is not in the startup configuration.',
    'trustfleet saves at the end of each run; by hand: write memory.',
  ),
  CONFIGAUTOSAVE: log(
    '%PKI-6-CONFIGAUTOSAVE: Running configuration saved to NVRAM',
    'The router saved its configuration by itself.',
    'Nothing.',
  ),
  CRL_FETCH_FAIL: log(
    '%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint BRANCH failed',
    'The revocation list could not be fetched, so peers may be refused.',
    'Check that the router reaches the CRL’s URL, or set revocationCheck: [crl, none].',
  ),
  CERTIFICATE_INVALID_NOT_YET_VALID: log(
    '%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: Certificate chain validation has failed.',
    'By the router’s clock a certificate of the chain is not valid yet.',
    'Compare show clock detail with the certificate’s start date.',
  ),
  CERTIFICATE_INVALID_EXPIRED: log(
    '%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed.',
    'By the router’s clock a certificate of the chain has expired.',
    'Renew it; where it has not really expired, set the clock.',
  ),
  PKCS12_IMPORT_FAILURE: log(
    '%PKI-3-PKCS12_IMPORT_FAILURE: PKCS #12 import failed for trustpoint: BRANCH. Reason: bad HMAC',
    'The file could not be opened: wrong password, or algorithms newer than the release.',
    'Make the file again with 3DES and SHA-1 for releases up to 17.9.',
  ),
  KEY_CMP_MISMATCH: log(
    '%PKI-3-KEY_CMP_MISMATCH: Key in the certificate and stored key does not match for Trustpoint-BRANCH.',
    'The certificate is for another key than the trustpoint’s; some releases also say so in passing.',
    'Run trustfleet verify: it compares the keys themselves.',
  ),
  NON_AUTHORITATIVE_CLOCK: log(
    '%PKI-2-NON_AUTHORITATIVE_CLOCK: PKI functions can not be initialized until an authoritative time source, like NTP, can be obtained.',
    'The router does not believe its clock, so renewal timers and its certificate server stand still.',
    'Give it NTP, or set the clock.',
  ),
  AUTHORITATIVE_CLOCK: log(
    '%PKI-6-AUTHORITATIVE_CLOCK: The system clock has been set.',
    'The router believes its clock now.',
    'Nothing.',
  ),
  AUTOGEN: log(
    '%CRYPTO-6-AUTOGEN: Generated new 512 bit key pair',
    'The router made a key pair by itself, and a short one: the trustpoint named none that exists.',
    'Name the key pair in the inventory; trustfleet makes it before it enrolls.',
  ),
  CERT_ENROLL_MANUAL: log(
    '%PKI-6-CERT_ENROLL_MANUAL: Manual enrollment for trustpoint BRANCH',
    'Somebody, or trustfleet, began to enroll.',
    'Nothing.',
  ),
  CSR_FINGERPRINT: log(
    '%PKI-6-CSR_FINGERPRINT:',
    'The fingerprints of the request, to compare with what waits at the CA.',
    'Nothing.',
  ),
  TRUSTPOINT_CREATE: log(
    '%PKI-6-TRUSTPOINT_CREATE: Trustpoint: BRANCH created succesfully',
    'A trustpoint was made.',
    'Nothing.',
  ),
  SUDI_INFO: log(
    '%PKI-6-SUDI_INFO: PKI: no sudi certificate is installed',
    'The hardware has no factory certificate.',
    'Nothing.',
  ),
  CS_ENABLED: log(
    '%PKI-6-CS_ENABLED: Certificate server now enabled.',
    'The certificate server on this router runs.',
    'Nothing.',
  ),
  CS_DISABLED: log(
    '%PKI-6-CS_DISABLED: Certificate server now disabled.',
    'The certificate server on this router was shut.',
    'Start it again with no shutdown if routers still enroll there.',
  ),
  CS_GRANT_AUTO: log(
    '%PKI-6-CS_GRANT_AUTO: All enrollment requests will be automatically granted.',
    'The certificate server grants whatever is asked.',
    'Set another grant mode unless the server is a lab’s.',
  ),
  CERT_EXPIRY_ALERT: log(
    '%PKI-1-CERT_EXPIRY_ALERT: …',
    'A certificate ends within a week and nothing will renew it.',
    'Run trustfleet renew.',
  ),
  CERT_EXPIRY_WARNING: log(
    '%PKI-4-CERT_EXPIRY_WARNING: …',
    'A certificate ends within sixty days and nothing will renew it.',
    'Run trustfleet renew.',
  ),
  PKI: {
    kind: 'log',
    pattern: /%PKI-\d-\w+ ?:/,
    examples: ['%PKI-3-QUERY_KEY: …'],
    cause: 'A PKI message that this version knows by its facility only.',
    remedy: 'Read it: the number behind PKI tells how bad it is, from 0 (worst) to 7.',
  },
} as const satisfies RouterLines;

function log(example: string, cause: string, remedy: string): RouterLine {
  const mnemonic = /-(?<mnemonic>[A-Z][A-Z0-9_]+):/.exec(example)?.groups?.mnemonic ?? '';
  const pattern = new RegExp(`%(?:PKI|CRYPTO)-\\d-${mnemonic} ?:`);
  return { kind: 'log', pattern, examples: [example], cause, remedy };
}
