import { Worker } from 'node:worker_threads';
import type { Group, KeyPair } from './key-exchange-sums.js';

/** A new pair in a group, or the secret that a pair and the other side's public value make. */
export type Sum = { readonly group: Group } | { readonly pair: KeyPair; readonly theirs: Uint8Array };

/** Where key exchanges are computed; both reject when they could not be. */
export interface KeyExchangeSums {
  makePair(group: Group): Promise<KeyPair>;
  agree(pair: KeyPair, theirs: Uint8Array): Promise<Uint8Array>;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (why: Error) => void;
}

/**
 * A thread that computes key exchanges, so that the event loop has time for the sessions that work. It starts with the
 * first of them and keeps no process alive that waits for none of its answers. Where no thread can be had, everything is rejected.
 */
export class KeyExchangeThread implements KeyExchangeSums {
  readonly #program: URL;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lost: Error | undefined;
  #asked = 0;

  constructor(program = new URL('./key-exchange-worker.js', import.meta.url)) {
    this.#program = program;
  }

  async makePair(group: Group): Promise<KeyPair> {
    return (await this.#ask({ group })) as KeyPair;
  }

  async agree(pair: KeyPair, theirs: Uint8Array): Promise<Uint8Array> {
    return (await this.#ask({ pair, theirs })) as Uint8Array;
  }

  #ask(sum: Sum): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) throw this.#lost;
      this.#asked += 1;
      this.#waiting.set(this.#asked, { resolve, reject });
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage({ id: this.#asked, ...sum });
    });
  }

  #start(): Worker {
    // Passwords may stand in our environment: nothing of it is needed there, nor are the options of this process.
    const worker = new Worker(this.#program, { env: {}, execArgv: [], name: 'key exchanges' });
    worker.on('message', ({ id, answer, failed }: { id: number; answer?: unknown; failed?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      // Behind the listeners, and after each answer: to listen is to keep the process.
      if (this.#waiting.size === 0) worker.unref();
      if (failed === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(failed));
    });
    worker.once('error', (thrown) => this.#lose(thrown));
    worker.once('exit', () => this.#lose(new Error('the thread for key exchanges ended')));
    return worker;
  }

  #lose(thrown: unknown): void {
    this.#lost ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}
