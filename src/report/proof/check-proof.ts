import * as z from 'zod';
import { plural } from '../outcomes.ts';
import { checkCertificates } from './check-certificates.ts';
import { NO_PREVIOUS, PROOF_VERSION, sha256 } from './make-proof.ts';
import { CERTIFICATE, ENTRIES, MANIFEST, PUBLIC_KEY, README, SIGNATURE } from './proof-files.ts';
import { isSealed, readVerifyKey, type SealKey, SealKeyError } from './seal.ts';
import type { FileSet } from './tar.ts';

/** One thing that was looked at. `unknown` is not `pass`: it could not be made sure of. */
export interface ProofCheck {
  readonly check: string;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly said: string;
}

const Manifest = z.object({
  format: z.literal('trustfleet-proof'),
  version: z.literal(PROOF_VERSION),
  run: z.object({ id: z.string() }),
  readme: z.object({ sha256: z.string() }),
  entries: z.object({ count: z.number(), sha256: z.string(), last: z.string() }),
  certificates: z.array(z.string()),
  missingCertificates: z.array(z.string()),
});

const Summary = z.object({ sha256: z.string(), serial: z.string(), notAfter: z.iso.datetime() });
/** With usage keys: which of a trustpoint's two certificates. */
const Use = z.enum(['signature', 'encryption']);
export const Entry = z.object({
  seq: z.number(),
  previous: z.string(),
  kind: z.string(),
  device: z.string().optional(),
  transcript: z.string().optional(),
  transcriptSha256: z.string().optional(),
  earlierTranscripts: z.array(z.string()).optional(),
  /** In their order; null where one was missing when the proof was made. */
  earlierTranscriptsSha256: z.array(z.string().nullable()).optional(),
  certificates: z
    .array(
      Summary.extend({ trustpoint: z.string(), use: Use.optional(), chain: z.array(Summary).optional() }),
    )
    .optional(),
});
export type ProofEntry = z.infer<typeof Entry>;

export interface CheckedProof {
  /** The run's id; undefined when the manifest cannot be read. */
  readonly run?: string;
  readonly checks: readonly ProofCheck[];
  readonly entries: readonly ProofEntry[];
}

/** Looks at everything in a proof. `signer` is the key that must have signed it, when that is known. */
export function checkProof(files: FileSet, signer: SealKey | undefined): CheckedProof {
  const manifest = readManifest(files);
  const signature = checkSignature(files, signer);
  if (manifest === undefined) {
    const said = `${MANIFEST} is missing or none of version ${PROOF_VERSION}`;
    return { checks: [...signature, { check: 'manifest', status: 'fail', said }], entries: [] };
  }
  const { checks, entries } = checkEntries(files, manifest.entries);
  return {
    run: manifest.run.id,
    checks: [
      ...signature,
      ...checks,
      checkReadme(files, manifest.readme),
      checkNames(files, manifest.certificates),
      ...checkCertificates(files, entries, manifest),
    ],
    entries,
  };
}

function readManifest(files: FileSet): z.infer<typeof Manifest> | undefined {
  try {
    return Manifest.parse(JSON.parse(Buffer.from(files.get(MANIFEST) ?? '').toString('utf8')));
  } catch {
    return undefined;
  }
}

function checkSignature(files: FileSet, signer: SealKey | undefined): readonly ProofCheck[] {
  const [manifest, signature, pem] = [MANIFEST, SIGNATURE, PUBLIC_KEY].map((name) => files.get(name));
  if (manifest === undefined || signature === undefined) {
    return [{ check: 'signature', status: 'fail', said: `${MANIFEST} or ${SIGNATURE} is missing` }];
  }
  let key = signer;
  try {
    key ??= readVerifyKey(Buffer.from(pem ?? '').toString('utf8'));
  } catch (error) {
    if (!(error instanceof SealKeyError)) throw error;
    return [{ check: 'signature', status: 'fail', said: `${PUBLIC_KEY} ${error.message}` }];
  }
  if (!isSealed(manifest, signature, key)) {
    return [{ check: 'signature', status: 'fail', said: `is not by the key ${key.fingerprint}` }];
  }
  const sealed: ProofCheck = {
    check: 'signature',
    status: 'pass',
    said: `${key.algorithm}, by the key ${key.fingerprint}`,
  };
  if (signer !== undefined) return [sealed];
  const said =
    'the key came with the proof: compare its hash with what the signer gave you, or name the key by --verify-key';
  return [sealed, { check: 'signer', status: 'unknown', said }];
}

function checkEntries(
  files: FileSet,
  expected: { readonly count: number; readonly sha256: string; readonly last: string },
): { readonly checks: readonly ProofCheck[]; readonly entries: readonly ProofEntry[] } {
  const content = files.get(ENTRIES) ?? new Uint8Array();
  const isSame = sha256(content) === expected.sha256;
  const whole: ProofCheck = isSame
    ? { check: 'entries', status: 'pass', said: `${plural(expected.count, 'entry', 'entries')}, as signed` }
    : { check: 'entries', status: 'fail', said: `${ENTRIES} is not what was signed` };
  const lines = Buffer.from(content).toString('utf8').split('\n').slice(0, -1);
  const entries: ProofEntry[] = [];
  let previous = NO_PREVIOUS;
  for (const [index, line] of lines.entries()) {
    const entry = readEntry(line);
    if (entry === undefined || entry.seq !== index + 1 || entry.previous !== previous) {
      const said = `breaks at line ${index + 1} of ${ENTRIES}`;
      return { checks: [whole, { check: 'chain of entries', status: 'fail', said }], entries };
    }
    entries.push(entry);
    previous = sha256(line);
  }
  const isChained = previous === expected.last && lines.length === expected.count;
  const chained: ProofCheck = isChained
    ? { check: 'chain of entries', status: 'pass', said: `unbroken to ${previous}` }
    : { check: 'chain of entries', status: 'fail', said: 'does not end where the manifest says' };
  return { checks: [whole, chained], entries };
}

function readEntry(line: string): ProofEntry | undefined {
  try {
    return Entry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** It tells the auditor what to type: that must be what the signer wrote. */
function checkReadme(files: FileSet, expected: { readonly sha256: string }): ProofCheck {
  const content = files.get(README);
  if (content === undefined) return { check: 'readme', status: 'fail', said: `${README} is missing` };
  return sha256(content) === expected.sha256
    ? { check: 'readme', status: 'pass', said: `${README}, as signed` }
    : { check: 'readme', status: 'fail', said: `${README} is not what was signed` };
}

/** Nothing may lie in a proof that nobody signed. */
function checkNames(files: FileSet, certificates: readonly string[]): ProofCheck {
  const known = new Set([README, MANIFEST, SIGNATURE, PUBLIC_KEY, ENTRIES]);
  const listed = new Set(certificates);
  const strange = [...files.keys()].filter(
    (name) => !known.has(name) && !listed.has(CERTIFICATE.exec(name)?.groups?.sha256 ?? ''),
  );
  const [first] = strange;
  return first === undefined
    ? { check: 'files', status: 'pass', said: `${files.size}, no others than the manifest names` }
    : { check: 'files', status: 'fail', said: `${JSON.stringify(first)} does not belong to the proof` };
}
