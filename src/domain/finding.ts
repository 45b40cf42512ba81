import type { CertificateUse } from './key-use.ts';

/** The checks of a verification, in the order they are listed. */
export const CHECKS = {
  'certificate-present': 'the router holds an available certificate for the trustpoint',
  'ca-pinned': 'the CA certificate the router trusts has the pinned fingerprint',
  'chain-valid': 'the certificate is signed by the pinned CA and its names and constraints agree',
  'issued-for-trustpoint': 'the router lists the certificate under this trustpoint',
  'key-matches-router': 'the certified public key is the public key of the router’s key pair',
  'key-strong-enough': 'the key is at least as long as the inventory asks for',
  'valid-by-router-clock': 'the router’s own clock lies within the certificate’s validity',
  'valid-by-our-clock': 'this machine’s clock lies within the certificate’s validity',
  'subject-as-asked': 'the subject holds what the inventory asks for',
  'names-as-asked': 'the subject alternative names or unstructured name hold the fqdn asked for',
  'key-usage': 'the key usage allows what a router does with the key',
  'print-agrees': 'what the router prints of the certificate agrees with its DER',
  'serial-changed': 'a renewal brought another serial number and a later end',
  'key-as-wanted': 'a renewal kept the key or brought a new one, as the inventory asks',
  'auto-enroll-works': 'the router is set to renew the certificate by itself, and will',
  'rollover-fits': 'what the router keeps for the rollover of its CA fits together',
  'https-shows-it':
    'the router’s HTTPS server is on and shows the certificate; where the inventory wants that',
  'startup-saved': 'the startup configuration holds the certificate',
} as const;

export type CheckName = keyof typeof CHECKS;

/** What only the router's own timers and shadow certificates tell. */
export type OwnRenewalCheck = 'auto-enroll-works' | 'rollover-fits';

/**
 * The outcome of one check. Every check that ran is listed. `unknown` is not `pass`: the evidence was
 * missing or unreadable. `note` passes with something worth saying, such as an RDN the CA dropped.
 */
export interface Finding {
  readonly check: CheckName;
  readonly trustpoint: string;
  /** With usage keys: which of the trustpoint's two certificates was looked at. */
  readonly use?: CertificateUse;
  readonly status: 'pass' | 'note' | 'fail' | 'unknown';
  readonly expected: string;
  readonly actual: string;
}
