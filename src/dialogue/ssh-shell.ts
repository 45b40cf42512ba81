import type { Client, ClientChannel } from 'ssh2';
import type { DeviceError } from '../domain/errors.ts';
import type { Transport } from './transport.ts';

const GOODBYE_MS = 1_000;

/** One open shell as a transport. How it ended is said once, to whoever listens then or later. */
export class ShellTransport implements Transport {
  readonly #client: Client;
  readonly #channel: ClientChannel;
  #listener: ((reason?: Error) => void) | undefined;
  /** How the connection ended, before anybody listened. */
  #ended: { readonly reason: Error | undefined } | undefined;
  #closedByUs = false;

  constructor(client: Client, channel: ClientChannel, explain: (thrown: unknown) => DeviceError) {
    this.#client = client;
    this.#channel = channel;
    channel.stderr.resume();
    channel.on('error', (thrown: unknown) => this.#end(explain(thrown)));
    channel.once('close', () => this.#end(explain(undefined)));
    client.on('error', (thrown) => this.#end(explain(thrown)));
    client.once('close', () => this.#end(explain(undefined)));
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
    // A peer that is gone answers no goodbye.
    setTimeout(() => this.#client.destroy(), GOODBYE_MS).unref();
  }

  #end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason: this.#closedByUs ? undefined : reason };
    this.close();
    this.#listener?.(this.#ended.reason);
  }
}
