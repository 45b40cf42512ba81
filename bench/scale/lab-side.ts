/**
 * The lab as the other side of a fleet: a process of its own that counts what it costs. Its first line of standard input is
 * the lab's options; it answers with the routers' ports, and each further line with CPU seconds and requests to the CA.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Lab } from '../../src/lab/lab.ts';
import { threadSeconds } from './threads.mjs';

const JOB = z.object({ dir: z.string(), routers: z.number() });

let requests = 0;
subscribe('http.server.request.start', () => {
  requests += 1;
});

const lines = createInterface({ input: process.stdin });
lines.once('line', async (text) => {
  const lab = await Lab.create({ ...JOB.parse(JSON.parse(text)), ca: 'ndes' });
  process.stdout.write(`${JSON.stringify({ ports: lab.routers.map(({ router }) => router.port) })}\n`);
  lines.on('line', () => process.stdout.write(`${JSON.stringify({ ...threadSeconds(), requests })}\n`));
});
lines.once('close', () => process.exit());
