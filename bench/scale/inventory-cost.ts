/** What a device of the inventory costs before anybody talks to it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from '../peers.ts';

const TOLD = z.object({ megabytes: z.number() });
const [FEW, MANY] = [100, 4000];

/** Peak memory of `check` over two inventories, by the devices that the larger one has more. In MB a device. */
export async function deviceMb(): Promise<number> {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-inventory-'));
  try {
    const few = await peakMb(dir, FEW);
    return Math.max(0, ((await peakMb(dir, MANY)) - few) / (MANY - FEW));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function peakMb(dir: string, devices: number): Promise<number> {
  await writeFile(path.join(dir, 'inventory.yaml'), inventory(devices));
  const main = process.env.TRUSTFLEET_MAIN ?? path.join(ROOT, 'dist/cli/main.js');
  const before = path.join(import.meta.dirname, 'tell.mjs');
  const child = spawn(process.execPath, ['--import', before, main, 'check'], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: { ...process.env, BENCH_LOGIN: 'nobody logs in' },
  });
  let told = '';
  child.stdio[3]?.on('data', (bytes: Buffer) => {
    told += bytes.toString();
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`the inventory was refused: trustfleet check ended with ${String(code)}`);
  return TOLD.parse(JSON.parse(told)).megabytes;
}

function inventory(devices: number): string {
  const lines = Array.from({ length: devices }, (_, index) => {
    const host = `10.${Math.floor(index / 62_500)}.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`;
    const name = `br-${String(index + 1).padStart(6, '0')}`;
    return `  ${name}: { host: ${host}, vars: { site: Lyon, fqdn: ${name}.branch.example.net } }\n`;
  });
  return `defaults:
  domain: branch.example.net
  ssh: { username: netops, password: { env: BENCH_LOGIN }, knownHosts: ./known_hosts }
  trustpoints: [BRANCH]
authorities:
  ca: { scep: { url: "http://ca.example.net/scep" }, fingerprint: "SHA1:${'AB'.repeat(20)}", challenge: none }
trustpoints:
  BRANCH: { authority: ca, key: { type: rsa, size: 2048, label: BRANCH }, subject: "CN={{fqdn}}", revocationCheck: [none] }
devices:
${lines.join('')}`;
}
