/**
 * trustfleet's own lab as the router's side, for races that need a router with PKI: a process of its own. Its first line of
 * standard input is the lab's options; it answers with the routers' ports, and each further line with the CPU seconds it
 * has used.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Lab } from '../src/lab/lab.ts';

const JOB = z.object({ dir: z.string(), routers: z.number(), ca: z.enum(['ndes', 'generic']) });

const lines = createInterface({ input: process.stdin });
lines.once('line', async (text) => {
  const lab = await Lab.create(JOB.parse(JSON.parse(text)));
  process.stdout.write(`${JSON.stringify({ ports: lab.routers.map(({ router }) => router.port) })}\n`);
  lines.on('line', () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${JSON.stringify({ cpu: (user + system) / 1e6 })}\n`);
  });
});
lines.once('close', () => process.exit());
