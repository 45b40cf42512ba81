import { ENTRIES, MANIFEST, PUBLIC_KEY, SIGNATURE } from './proof-files.ts';
import type { SealAlgorithm, SealKey } from './seal.ts';

/** How openssl checks the signature, by the key's kind. */
export const OPENSSL: Readonly<Record<SealAlgorithm, string>> = {
  rsa: `openssl dgst -sha256 -verify ${PUBLIC_KEY} -signature ${SIGNATURE} ${MANIFEST}`,
  ec: `openssl dgst -sha256 -verify ${PUBLIC_KEY} -signature ${SIGNATURE} ${MANIFEST}`,
  ed25519: `openssl pkeyutl -verify -pubin -inkey ${PUBLIC_KEY} -rawin -in ${MANIFEST} -sigfile ${SIGNATURE}`,
};

/** Tells the auditor what lies here and how to check it, with and without trustfleet. */
export function drawReadme(run: string, { algorithm, fingerprint }: SealKey): string {
  return `Evidence of the trustfleet run ${run}

${MANIFEST}      what was done, how many entries and certificates there are, and the hashes of all files
${SIGNATURE}       the signature of ${MANIFEST}
${PUBLIC_KEY}         the signer's public key. Compare it with what the signer gave you by another way:
                   SHA-256 of the key ${fingerprint}
${ENTRIES}      an entry in each line: the run, its batches, its retries, each router with its steps, its checks and
                   the SHA-256 of its transcripts. Each holds the SHA-256 of the line before it.
certificates/      the routers' certificates and those of their CAs, as DER, named by their SHA-256

All of it is checked by

  trustfleet report --check-proof <this folder or archive> --verify-key <the signer's public key>

and by hand, in this folder:

  openssl pkey -pubin -in ${PUBLIC_KEY} -outform DER | sha256sum
  ${OPENSSL[algorithm]}
  sha256sum README.txt ${ENTRIES} certificates/*.der
  openssl x509 -inform DER -in certificates/<name>.der -noout -text
  sed -n 1p ${ENTRIES} | tr -d '\\n' | sha256sum     (is "previous" of the second line, and so on)
`;
}
