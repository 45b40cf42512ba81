#!/usr/bin/env node
import { processIo, watchOutput } from './io.ts';
import { main } from './program.ts';

const lostOutput = watchOutput();
const code = await main(process.argv.slice(2), processIo());

// A session that was left behind must not keep the process; what was written has to get out first.
await Promise.all([process.stdout, process.stderr].map(flush));
const lost = lostOutput();
for (const sentence of lost) process.stderr.write(`trustfleet: ${sentence}\n`);
process.exit(lost.length > 0 && code === 0 ? 1 : code);

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write('', () => resolve());
    else resolve();
  });
}
