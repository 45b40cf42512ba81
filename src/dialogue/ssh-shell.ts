import type { ClientChannel } from 'ssh2';
import type { SshClient } from './ssh-client.ts';
import type { Transport } from './transport.ts';

/** One open shell as a transport. How it ended is said once, to whoever listens then or later. */
export class ShellTransport implements Transport {
  readonly #client: SshClient;
  readonly #channel: ClientChannel;
  #listener: ((reason?: Error) => void) | undefined;
  /** How the connection ended, before anybody listened. */
  #ended: { readonly reason: Error | undefined } | undefined;
  #closedByUs = false;

  constructor(client: SshClient, channel: ClientChannel) {
    this.#client = client;
    this.#channel = channel;
    channel.stderr.resume();
    const end = (thrown?: unknown): void => this.#end(thrown);
    channel.on('error', end);
    channel.once('close', () => this.#end(undefined));
    client.ssh.on('error', end);
    client.ssh.once('close', () => this.#end(undefined));
  }

  write(bytes: string): void {
    if (this.#ended === undefined) this.#channel.write(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#channel.on('data', listener);
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#listener = listener;
    if (this.#ended !== undefined) queueMicrotask(() => listener(this.#ended?.reason));
  }

  close(): void {
    if (this.#closedByUs) return;
    this.#closedByUs = true;
    this.#channel.end();
    this.#client.end();
  }

  #end(thrown: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason: this.#closedByUs ? undefined : this.#client.explain(thrown) };
    this.close();
    this.#listener?.(this.#ended.reason);
  }
}
