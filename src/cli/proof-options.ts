import type { OptionSpec } from './options.ts';

/** The evidence for an auditor. */
export const PROOF_OPTIONS = {
  proof: {
    flags: '--proof <dir|file.tar>',
    type: 'text',
    help: 'write the evidence for an auditor: certificates, findings, hashes of the transcripts, chained and signed; needs --sign-key',
  },
  signKey: {
    flags: '--sign-key <file>',
    type: 'text',
    help: 'the private key (PEM: RSA, EC or Ed25519) that signs the proof',
  },
  signPassphrase: {
    flags: '--sign-passphrase <from>',
    type: 'text',
    help: 'where the passphrase of --sign-key comes from: env:NAME, file:path or prompt',
  },
  checkProof: {
    flags: '--check-proof <dir|file.tar>',
    type: 'text',
    help: 'check a proof: every hash, every certificate, the chain of entries and the signature',
  },
  verifyKey: {
    flags: '--verify-key <file>',
    type: 'text',
    help: 'the public key (PEM, or a certificate) that must have signed the proof; without it the key inside the proof is named, to be compared',
  },
} as const satisfies Record<string, OptionSpec>;
