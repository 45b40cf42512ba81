import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of its own for one test; disposing of it removes it with all that is in it. */
export class Folder implements AsyncDisposable {
  readonly path: string;

  private constructor(at: string) {
    this.path = at;
  }

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(path.join(tmpdir(), 'trustfleet-peers-')));
  }

  /** The path of a file in it. */
  at(name: string): string {
    return path.join(this.path, name);
  }

  /** Writes a file that only its owner reads; its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const file = this.at(name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  }

  /** Writes a file that its owner may run; its path. */
  async writeScript(name: string, text: string): Promise<string> {
    const file = await this.write(name, text);
    await chmod(file, 0o700);
    return file;
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.at(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
