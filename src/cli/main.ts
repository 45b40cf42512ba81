#!/usr/bin/env node
import { processIo } from './io.ts';
import { main } from './program.ts';

const code = await main(process.argv.slice(2), processIo());

// A session that was left behind must not keep the process; what was written has to get out first.
await Promise.all([process.stdout, process.stderr].map(flush));
process.exit(code);

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write('', () => resolve());
    else resolve();
  });
}
