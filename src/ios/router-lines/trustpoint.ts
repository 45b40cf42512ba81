import type { RouterLines } from './router-line.ts';

/** What the lines of a trustpoint and its removal answer. */
export const TRUSTPOINT_LINES = {
  'trustpoint-unknown': {
    kind: 'missing',
    pattern:
      /^(?:%?\s*certificate authority \(trustpoint\) .* is unknown|CA server trustpoint is not known|can't find policy|%?\s*trustpoint\b.*\b(?:does not exist|not configured|is (?:not known|unknown)))/i,
    examples: [
      "% Certificate Authority (trustpoint) 'BRANCH' is unknown",
      'CA server trustpoint is not known',
      "Can't find policy",
    ],
    cause: 'The router has no trustpoint of that name.',
    remedy: 'Look whether its configuration was refused further up in the transcript.',
  },
  'authorization-list-missing': {
    kind: 'missing',
    pattern: /^%?\s*authorization list\b.*\bdoes not exist/i,
    examples: ['% Authorization list  does not exist'],
    cause: 'The trustpoint names an AAA list that the router does not have.',
    remedy: 'Define the list with aaa authorization network, or drop the line from the template.',
  },
  'enrollment-profile-missing': {
    kind: 'missing',
    pattern: /^(?:%?\s*enrollment profile\b.*\bdoes not exist|can't find profile)/i,
    examples: ['% Enrollment profile HTTP-CA does not exist', "Can't find profile"],
    cause: 'The trustpoint names an enrollment profile that the router does not have.',
    remedy: 'Define it with crypto pki profile enrollment before the trustpoint.',
  },
  'storage-device-missing': {
    kind: 'complaint',
    pattern: /^explicit device name must be specified/i,
    examples: ['Explicit device name must be specified'],
    cause: 'The line wants a file system with its colon, such as nvram: or usbtoken0:.',
    remedy: 'Write the device out in the template.',
  },
  'domain-name-invalid': {
    kind: 'complaint',
    pattern: /^CRYPTO_PKI: there should be at ?least one/i,
    examples: [
      "CRYPTO_PKI: There should be atleast one '.' [other than the trailing '.'] in the domain name",
    ],
    cause: 'The name given to fqdn or subject-alt-name has no domain.',
    remedy: 'Give the full name in the inventory, such as br-0001.example.net.',
  },
  'subject-name-invalid': {
    kind: 'complaint',
    pattern: /\bis not a valid subject[- ]name/i,
    examples: ['cn==x is not a valid subject name'],
    cause: 'The router cannot read the subject as a distinguished name.',
    remedy: 'Write it as CN=…,OU=…,O=… in the inventory, without quotes.',
  },
  'certificate-server-unknown': {
    kind: 'missing',
    pattern: /^%?\s*certificate server\b.*\b(?:is (?:not known|unknown)|does not exist)/i,
    examples: ["% Certificate server 'myCA' is not known.", "Certificate server 'X' is not known"],
    cause: 'That router runs no certificate server of that name.',
    remedy: 'Check server of the ios-cs challenge source, and show crypto pki server on that router.',
  },
  'trustpoint-removal': {
    kind: 'outcome',
    pattern: /^%\s*removing an enrolled trustpoint will destroy/i,
    examples: ['% Removing an enrolled trustpoint will destroy all certificates'],
    cause: 'The trustpoint that would be removed holds certificates, and the router asks first.',
    remedy: 'If that is meant, remove it by hand: trustfleet removes no trustpoint.',
  },
} as const satisfies RouterLines;
