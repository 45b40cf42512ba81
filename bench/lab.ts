/**
 * trustfleet's own lab as the router's side, for races that need a router with PKI: a process of its own. Its first line of
 * standard input is the lab's options; it answers with the routers' ports, and each further line with the CPU seconds it
 * has used, how many requests its CA has answered, and the sum of the times at which it did, in milliseconds.
 */
import { createPrivateKey } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Lab } from '../src/lab/lab.ts';
import { generateRsa, type KeyFactory } from '../src/lab/router/pki/key-store.ts';

const JOB = z.object({
  dir: z.string(),
  routers: z.number(),
  ca: z.enum(['ndes', 'generic']),
  keys: z.array(z.string()).default([]),
});

const answers = { answers: 0, answeredAt: 0 };
// Of Node's own web server, which the CA is made with.
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { readonly request: IncomingMessage };
  if (request.url?.includes('operation=PKIOperation') !== true) return;
  answers.answers += 1;
  answers.answeredAt += Date.now();
});

const lines = createInterface({ input: process.stdin });
lines.once('line', async (text) => {
  const { keys, ...options } = JOB.parse(JSON.parse(text));
  const keygen: KeyFactory = async (bits) => {
    const key = keys.pop();
    return key === undefined ? await generateRsa(bits) : createPrivateKey(key);
  };
  const lab = await Lab.create({ ...options, keygen });
  process.stdout.write(`${JSON.stringify({ ports: lab.routers.map(({ router }) => router.port) })}\n`);
  lines.on('line', () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${JSON.stringify({ cpu: (user + system) / 1e6, ...answers })}\n`);
  });
});
lines.once('close', () => process.exit());
