// Loaded before trustfleet: collects all garbage at its first connection and every so often from then on, and at its end
// writes into BENCH_MEMORY what was in use after that, first and at most, in bytes.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = Number(process.env.BENCH_COLLECT_MS);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const used = [];

// The inventory is read by then, and nobody is in work yet.
subscribe('net.client.socket', () => {
  if (used.length > 0) return;
  look();
  setInterval(look, EVERY_MS).unref();
});
process.on('exit', () => writeFileSync(process.env.BENCH_MEMORY, JSON.stringify(used)));

function look() {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  used.push(heapUsed + external);
}
