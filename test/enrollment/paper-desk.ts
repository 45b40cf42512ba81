import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PaperCa } from '../lab/router/paper-ca.ts';

/** An offline CA with two folders: requests go out, certificates come in. */
export class PaperDesk implements AsyncDisposable {
  readonly dir: string;
  readonly requests: string;
  readonly answers: string;
  readonly caFile: string;
  readonly ca = new PaperCa();

  private constructor(dir: string) {
    this.dir = dir;
    this.requests = path.join(dir, 'out');
    this.answers = path.join(dir, 'in');
    this.caFile = path.join(dir, 'ca.pem');
  }

  static async open(): Promise<PaperDesk> {
    const desk = new PaperDesk(await mkdtemp(path.join(tmpdir(), 'trustfleet-desk-')));
    await Promise.all([mkdir(desk.requests), mkdir(desk.answers), writeFile(desk.caFile, desk.ca.pem)]);
    return desk;
  }

  /** The authority of an inventory. */
  get authority(): Readonly<Record<string, unknown>> {
    const fingerprint = ['sha1', 'sha256'].map((hash) => {
      const hex = createHash(hash).update(this.ca.certificate).digest('hex');
      return `${hash.toUpperCase()} ${hex}`;
    });
    return { certificate: this.caFile, fingerprint };
  }

  get submit(): Readonly<Record<string, unknown>> {
    return { directory: { requests: this.requests, answers: this.answers } };
  }

  /** The requests that lie there, by the names of their files. */
  async asked(): Promise<ReadonlyMap<string, string>> {
    const names = await readdir(this.requests);
    const texts = await Promise.all(names.map((name) => readFile(path.join(this.requests, name), 'utf8')));
    return new Map(names.map((name, at) => [name, texts[at] ?? '']));
  }

  /** Signs each request. The answers have names of their own. */
  async signAll(): Promise<void> {
    const requests = await this.asked();
    for (const [at, text] of [...requests.values()].entries())
      await this.answer(`signed-${at}.cer`, this.ca.issue(text));
  }

  async answer(name: string, content: string | Uint8Array): Promise<void> {
    await writeFile(path.join(this.answers, name), content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
