import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeviceError } from '../../domain/errors.ts';
import type { TftpServing } from '../../domain/method.ts';
import { TftpError } from '../../tftp/errors.ts';
import type { TftpEvent } from '../../tftp/events.ts';
import { TftpServer } from '../../tftp/server.ts';

/** Where the files of one trustpoint stand while its router is told to read or write them. */
export interface TftpFiles extends AsyncDisposable {
  /** A file that the router may read until this is disposed of. */
  offer(name: string, content: Uint8Array): Promise<void>;
  /** A file that the router may write. Returns how to have it, once the router has said that it wrote it. */
  expect(name: string): Promise<() => Promise<Uint8Array>>;
  /** What somebody asked for meanwhile and did not get, for people. */
  readonly refused: readonly string[];
}

/** A request is a kilobyte or two. */
const LARGEST_REQUEST = 64 * 1024;
/** The router has its last acknowledgement before the server has told us; or it wrote nothing. */
const ARRIVAL_MS = 5_000;

/**
 * TFTP servers of a run. One at an address serves all devices that need it at the time, and only the names that these have
 * asked for; it ends with the last of them.
 */
export class TftpServers {
  readonly #open = new Map<string, { server: Promise<TftpServer>; users: Set<EmbeddedFiles> }>();

  /** Throws DeviceError `tftp-failed` when the address cannot be listened at. */
  async for(
    device: { readonly name: string; readonly host: string },
    { server }: { readonly server: TftpServing },
  ): Promise<TftpFiles> {
    if (server.kind === 'directory') return new DirectoryFiles(server.path);
    const { address, port } = server;
    const key = `${address} ${port}`;
    const shared = this.#open.get(key) ?? this.#start(key, { host: address, port });
    this.#open.set(key, shared);
    const files = new EmbeddedFiles(device, shared.server, async (own) => {
      shared.users.delete(own);
      if (shared.users.size > 0) return;
      this.#open.delete(key);
      await shared.server.then((each) => each.close()).catch(() => undefined);
    });
    shared.users.add(files);
    try {
      await shared.server;
      return files;
    } catch (thrown) {
      await files[Symbol.asyncDispose]();
      throw failed(thrown);
    }
  }

  #start(key: string, at: { readonly host: string; readonly port: number }) {
    const users = new Set<EmbeddedFiles>();
    const onEvent = (event: TftpEvent): void => {
      if (event.type !== 'request-refused') return;
      const all = [...users];
      const concerned = all.filter((each) => each.isConcerned(event.name, event.peer.address));
      const line = `${event.peer.address} asked the TFTP server to ${event.operation} “${event.name}”: refused, ${event.reason}`;
      for (const each of concerned.length > 0 ? concerned : all) each.refused.push(line);
    };
    const server = TftpServer.start({ ...at, onEvent });
    server.catch(() => this.#open.delete(key));
    return { server, users };
  }
}

class EmbeddedFiles implements TftpFiles {
  readonly refused: string[] = [];
  readonly #device: { readonly name: string; readonly host: string };
  readonly #server: Promise<TftpServer>;
  readonly #leave: (own: EmbeddedFiles) => Promise<void>;
  readonly #standing: { withdraw(): void }[] = [];

  constructor(
    device: { readonly name: string; readonly host: string },
    server: Promise<TftpServer>,
    leave: (own: EmbeddedFiles) => Promise<void>,
  ) {
    this.#device = device;
    this.#server = server;
    this.#leave = leave;
  }

  isConcerned(name: string, address: string): boolean {
    return name.startsWith(`${this.#device.name}.`) || address === this.#device.host;
  }

  async offer(name: string, content: Uint8Array): Promise<void> {
    const server = await this.#server;
    this.#standing.push(server.offer({ device: this.#device.name, name, content }));
  }

  async expect(name: string): Promise<() => Promise<Uint8Array>> {
    const server = await this.#server;
    const upload = server.expect({ device: this.#device.name, name, mostBytes: LARGEST_REQUEST });
    this.#standing.push(upload);
    return async () => {
      const late = setTimeout(() => upload.withdraw(), ARRIVAL_MS);
      try {
        return await upload.arrived;
      } catch (thrown) {
        throw failed(thrown, this.refused);
      } finally {
        clearTimeout(late);
      }
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#standing.splice(0)) each.withdraw();
    await this.#leave(this);
  }
}

/** The directory of somebody else's server: some let only files be written that are there, and for everybody to write. */
class DirectoryFiles implements TftpFiles {
  readonly refused: readonly string[] = [];
  readonly #path: string;
  readonly #made: string[] = [];

  constructor(directory: string) {
    this.#path = directory;
  }

  async offer(name: string, content: Uint8Array): Promise<void> {
    await this.#lay(name, content, 0o644);
  }

  async expect(name: string): Promise<() => Promise<Uint8Array>> {
    const file = await this.#lay(name, new Uint8Array(), 0o666);
    return async () => {
      const content = await readFile(file).catch((thrown: unknown) => {
        throw failed(thrown);
      });
      if (content.length > 0) return new Uint8Array(content);
      throw new DeviceError('tftp-failed', `${file} is empty: the router did not write it there`);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#made.splice(0).map((file) => rm(file, { force: true })));
  }

  async #lay(name: string, content: Uint8Array, mode: number): Promise<string> {
    const file = path.join(this.#path, name);
    try {
      await writeFile(file, content);
      this.#made.push(file);
      await chmod(file, mode);
      return file;
    } catch (thrown) {
      throw failed(thrown);
    }
  }
}

function failed(thrown: unknown, refused: readonly string[] = []): DeviceError {
  if (thrown instanceof DeviceError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const isOurs = thrown instanceof TftpError && thrown.code === 'withdrawn';
  return new DeviceError('tftp-failed', isOurs ? 'the router did not write its request' : reason, {
    detail: refused.join('\n'),
    cause: thrown,
  });
}
