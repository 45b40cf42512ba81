import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PaperCa } from '../../lab/router/paper-ca.ts';

/** An offline CA whose operator signs each request as soon as it lies in the folder. */
export class Clerk {
  readonly ca = new PaperCa();
  /** DER, in order. */
  readonly issued: Uint8Array[] = [];
  readonly #seen = new Set<string>();
  readonly #requests: string;
  readonly #answers: string;
  readonly #watcher: FSWatcher;
  #work: Promise<void> = Promise.resolve();

  private constructor(requests: string, answers: string) {
    this.#requests = requests;
    this.#answers = answers;
    this.#watcher = watch(requests, () => {
      this.#work = this.#work.then(() => this.#signNew());
    });
  }

  static async start(requests: string, answers: string): Promise<Clerk> {
    await Promise.all([mkdir(requests, { recursive: true }), mkdir(answers, { recursive: true })]);
    return new Clerk(requests, answers);
  }

  async close(): Promise<void> {
    this.#watcher.close();
    await this.#work;
  }

  async #signNew(): Promise<void> {
    for (const name of await readdir(this.#requests)) {
      if (!name.endsWith('.req') || name.startsWith('.') || this.#seen.has(name)) continue;
      const text = await readFile(path.join(this.#requests, name), 'utf8').catch(() => '');
      if (!text.includes('-----END CERTIFICATE REQUEST-----')) continue;
      this.#seen.add(name);
      const der = this.ca.issue(text);
      this.issued.push(der);
      // Whole or not at all: a hidden name is nobody's answer.
      const [part, whole] = ['.part', `signed-${this.issued.length}.cer`].map((file) =>
        path.join(this.#answers, file),
      );
      if (part === undefined || whole === undefined) throw new Error('two names');
      await writeFile(part, der);
      await rename(part, whole);
    }
  }
}
