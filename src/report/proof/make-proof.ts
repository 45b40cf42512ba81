import { createHash } from 'node:crypto';
import { countOutcomes } from '../../run/result.ts';
import type { CertificateFolder } from '../certificate-folder.ts';
import type { SavedRun } from '../saved-run.ts';
import { ENTRIES, MANIFEST, PUBLIC_KEY, README, SIGNATURE } from './proof-files.ts';
import { drawReadme } from './readme.ts';
import { type SealKey, seal } from './seal.ts';
import type { FileSet } from './tar.ts';

/** Raised when a field changes its meaning or goes. */
export const PROOF_VERSION = 1;
/** What the first entry names as the one before it. */
export const NO_PREVIOUS = '0'.repeat(64);

export interface ProofSubject {
  readonly saved: SavedRun;
  readonly certificates: CertificateFolder;
  /** A transcript's bytes as they are kept; undefined when there is none. */
  readonly transcriptOf: (file: string) => Promise<Uint8Array | undefined>;
  readonly key: SealKey;
  readonly now: Date;
}

/**
 * The evidence of a run: one entry for the run, each batch, each retry and each device, each holding the SHA-256 of the
 * entry before it; the certificates as DER; and a manifest over all of it, signed. Taking out, adding or changing
 * anything is seen.
 */
export async function makeProof(subject: ProofSubject): Promise<FileSet> {
  const { saved, key, now } = subject;
  const { lines, last } = chain(await entriesOf(subject));
  const entries = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const { kept, missing } = await collectCertificates(subject);
  const { devices, ...run } = saved.result;
  const readme = Buffer.from(drawReadme(saved.run.id, key));
  const manifest = Buffer.from(
    `${JSON.stringify(
      {
        format: 'trustfleet-proof',
        version: PROOF_VERSION,
        run: { ...saved.run, ...run },
        madeAt: now,
        counts: countOutcomes(devices),
        readme: { file: README, sha256: sha256(readme) },
        entries: { file: ENTRIES, count: lines.length, sha256: sha256(entries), last },
        certificates: [...kept.keys()].toSorted(),
        missingCertificates: missing.toSorted(),
        signer: { algorithm: key.algorithm, publicKeySha256: key.fingerprint },
      },
      null,
      2,
    )}\n`,
  );
  return new Map<string, Uint8Array>([
    [README, readme],
    [MANIFEST, manifest],
    [SIGNATURE, seal(manifest, key)],
    [PUBLIC_KEY, Buffer.from(key.publicPem)],
    [ENTRIES, entries],
    ...[...kept].map(([hash, der]): [string, Uint8Array] => [`certificates/${hash}.der`, der]),
  ]);
}

async function entriesOf({ saved, transcriptOf }: ProofSubject): Promise<readonly object[]> {
  const { run, result, history } = saved;
  const { devices, ...facts } = result;
  const told: object[] = [{ kind: 'run', ...run, ...facts, devices: devices.length }];
  for (const batch of history.batches()) told.push({ kind: 'batch', ...batch });
  for (const retry of history.retries()) told.push({ kind: 'retry', ...retry });
  for (const device of devices) {
    const { transcript, earlierTranscripts: earlier } = device;
    const hashOf = async (file: string): Promise<string | null> => {
      const text = await transcriptOf(file);
      return text === undefined ? null : sha256(text);
    };
    const hash = transcript === undefined ? null : await hashOf(transcript);
    told.push({
      kind: 'device',
      ...device,
      ...(hash === null ? {} : { transcriptSha256: hash }),
      ...(earlier === undefined ? {} : { earlierTranscriptsSha256: await Promise.all(earlier.map(hashOf)) }),
    });
  }
  return told;
}

/** Each line as JSON with the hash of the line before it. */
function chain(told: readonly object[]): { readonly lines: readonly string[]; readonly last: string } {
  let previous = NO_PREVIOUS;
  const lines = told.map((entry, index) => {
    const line = JSON.stringify({ seq: index + 1, previous, ...entry });
    previous = sha256(line);
    return line;
  });
  return { lines, last: previous };
}

async function collectCertificates({ saved, certificates }: ProofSubject): Promise<{
  readonly kept: ReadonlyMap<string, Uint8Array>;
  readonly missing: readonly string[];
}> {
  const held = saved.result.devices.flatMap((device) => device.certificates);
  const wanted = new Set(
    held.flatMap((each) => [each, ...(each.chain ?? [])].map((one) => one.sha256.toUpperCase())),
  );
  const kept = new Map<string, Uint8Array>();
  const missing: string[] = [];
  for (const hash of wanted) {
    const der = await certificates.read(hash);
    if (der === undefined) missing.push(hash);
    else kept.set(hash, der);
  }
  return { kept, missing };
}

/** Upper-case hex. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex').toUpperCase();
}
