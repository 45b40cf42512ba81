import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CertificatesUnreadableError, readCertificates } from '../pki/certificate-bag.ts';
import type { DecodedCertificate } from '../pki/decode.ts';
import { CourierError } from './errors.ts';

/** A file of the answers folder as it is now. */
export interface AnswerFile {
  readonly name: string;
  readonly modified: Date;
  /** Tells one state of the file from another. */
  readonly state: string;
  readonly content: readonly DecodedCertificate[] | CertificatesUnreadableError;
}

/** A CA's answer is a few kilobytes. */
const LARGEST = 1024 * 1024;

/** A folder in which a CA's answers arrive. A file is read again only when it has changed. */
export class AnswersFolder {
  readonly #folder: string;
  #files: ReadonlyMap<string, AnswerFile> = new Map();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Every file but hidden ones, read as certificates. One that nobody may read or that is far too large counts as
   * unreadable; one that disappears meanwhile is passed over. Throws a CourierError `folder-unusable`.
   */
  async read(): Promise<readonly AnswerFile[]> {
    const names = await readdir(this.#folder).catch((cause: unknown) => {
      throw new CourierError('folder-unusable', `${this.#folder}, ${reasonOf(cause)}`, { cause });
    });
    const visible = names.filter((name) => !name.startsWith('.')).sort();
    const files = (await Promise.all(visible.map((name) => this.#readFile(name)))).filter(
      (file) => file !== undefined,
    );
    this.#files = new Map(files.map((file) => [file.name, file]));
    return files;
  }

  async #readFile(name: string): Promise<AnswerFile | undefined> {
    const file = path.join(this.#folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts === undefined || !facts.isFile()) return undefined;
    const state = `${facts.ino} ${facts.size} ${facts.mtimeMs}`;
    const before = this.#files.get(name);
    if (before?.state === state) return before;
    return { name, modified: facts.mtime, state, content: await readContent(file, facts.size) };
  }
}

async function readContent(file: string, size: number): Promise<AnswerFile['content']> {
  if (size > LARGEST) return new CertificatesUnreadableError('unreadable', `it has ${size} bytes`);
  try {
    const bytes = await readFile(file);
    return isRequest(bytes) ? [] : readCertificates(bytes);
  } catch (thrown) {
    return thrown instanceof CertificatesUnreadableError
      ? thrown
      : new CertificatesUnreadableError('unreadable', reasonOf(thrown), { cause: thrown });
  }
}

/** Where one folder serves both ways, requests lie beside the answers: they are no answers, and no bad ones either. */
function isRequest(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  const labels = [...text.matchAll(/^-----BEGIN (?<label>[A-Z0-9 ]+)-----/gm)].map(
    ({ groups }) => groups?.label,
  );
  return labels.length > 0 && labels.every((label) => label?.endsWith('CERTIFICATE REQUEST') === true);
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
