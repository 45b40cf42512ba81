import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The folder's name in the folder of a run. */
export const CERTIFICATES = 'certificates';

/**
 * The certificates that a run read, as DER, each once: `<folder>/<SHA-256 in hex>.der`. A CA's certificate that two
 * thousand routers hold is one file. Results name certificates by the same hash.
 */
export class CertificateFolder {
  readonly #folder: string;
  readonly #kept = new Set<string>();
  #fault: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Why a certificate could not be kept, if one could not. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Never throws: a certificate that is not kept is missing in the proof, and nowhere else. */
  keep(der: Uint8Array): void {
    const name = hashOf(der);
    if (this.#kept.has(name)) return;
    this.#kept.add(name);
    const file = this.#fileOf(name);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.part`, der, { mode: 0o600 });
      renameSync(`${file}.part`, file);
    } catch (error) {
      this.#fault ??= `certificates could not be kept: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** The certificate of this SHA-256; undefined when it is not kept, or not what its name says. */
  async read(sha256: string): Promise<Uint8Array | undefined> {
    try {
      const der = await readFile(this.#fileOf(sha256.toUpperCase()));
      return hashOf(der) === sha256.toUpperCase() ? der : undefined;
    } catch {
      return undefined;
    }
  }

  #fileOf(sha256: string): string {
    return path.join(this.#folder, `${path.basename(sha256)}.der`);
  }
}

function hashOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex').toUpperCase();
}
