import type { RouterLines } from './router-line.ts';

/** What `crypto key …` answers. */
export const KEY_LINES = {
  'domain-name-missing': {
    kind: 'complaint',
    pattern: /^%\s*please define a domain-?name first/i,
    examples: ['% Please define a domain-name first.'],
    cause: 'A key pair without a label is named after the domain, and the router has no ip domain name.',
    remedy: 'Give the key a label in the inventory, or set ip domain name on the router.',
  },
  'hostname-default': {
    kind: 'complaint',
    pattern: /^%\s*please define a hostname other than\b/i,
    examples: ['% Please define a hostname other than Router.'],
    cause: 'The router still has its factory name, and the key pair would be named after it.',
    remedy: 'Set hostname on the router.',
  },
  'keypair-exists': {
    kind: 'outcome',
    pattern: /^%\s*you already have \S+ keys defined/i,
    examples: ['% You already have RSA keys defined named BRANCH.'],
    cause: 'A key pair of that label is there; to replace it would destroy every certificate on it.',
    remedy: 'Use the key that is there, or choose another label in the inventory.',
  },
  'key-device-missing': {
    kind: 'complaint',
    pattern:
      /^%?\s*(?:error:?\s*)?(?:.*\b(?:usb ?token\d*|smart ?card|token|cryptographic device|device)\b.*\b(?:not (?:available|present|found|inserted|ready|logged in)|does not exist|is missing|unavailable|removed)|.*\bno (?:such )?(?:usb ?token\d*|cryptographic device)\b)/i,
    examples: [
      '% usbtoken0: is not present',
      '% Device usbtoken0: is not available.',
      '% No such cryptographic device',
    ],
    cause:
      'The key pair is to lie on a token or another device that the router does not have at hand, or is not logged in to.',
    remedy:
      'Plug it in and log in to it (crypto pki token usbtoken0: login), or drop key.on and key.storage from the inventory.',
  },
  'key-not-exportable': {
    kind: 'complaint',
    pattern: /^%\s*\w+ key ?pair '?.*'? is not exportable/i,
    examples: ["% RSA keypair 'BRANCH' is not exportable."],
    cause: 'The private key was made without the word exportable, so the router never gives it out.',
    remedy: 'Nothing is wrong: only the certificates can be exported, and trustfleet needs no more.',
  },
  'ssh-key-missing': {
    kind: 'complaint',
    pattern: /^%\s*please create (?:EC or )?RSA keys to enable SSH/i,
    examples: ['%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).'],
    cause: 'The router has no host key that is long enough, so SSH is off.',
    remedy: 'Make a host key for SSH alone, and name it with ip ssh rsa keypair-name.',
  },
  'ssh-key-short': {
    kind: 'outcome',
    pattern: /^%\s*RSA key size needs to be at ?least \d+ bits/i,
    examples: ['%RSA key size needs to be atleast 3072 bitsfor SSH server functionality to be enabled'],
    cause:
      'Recent IOS-XE takes no short RSA key for its own SSH server. The certificate’s key is another matter.',
    remedy: 'Make a longer host key for SSH alone, and name it with ip ssh rsa keypair-name.',
  },
} as const satisfies RouterLines;
