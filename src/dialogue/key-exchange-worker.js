// @ts-check
// What runs in the thread of KeyExchangeThread: one sum after the other.
import { parentPort } from 'node:worker_threads';
import { agree, makePair } from './key-exchange-sums.js';

parentPort?.on('message', (/** @type {import('./key-exchange-thread.ts').Sum & { id: number }} */ sum) => {
  try {
    const answer = 'pair' in sum ? agree(sum.pair, sum.theirs) : makePair(sum.group);
    parentPort?.postMessage({ id: sum.id, answer });
  } catch (thrown) {
    // What went wrong is found out, and named, by whoever tries it once more.
    parentPort?.postMessage({
      id: sum.id,
      failed: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
});
