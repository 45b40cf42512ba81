// Measures a big lab: `npx tsx scripts/measure-lab.ts [routers]`, after `npm run build`. Prints how long the lab takes to
// start and how much memory it holds, then how long the built program takes to enroll the whole fleet, and once more.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { Lab } from '../src/lab/lab.ts';

const MAIN = path.resolve(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const routers = Number(process.argv[2] ?? 200);
if (!Number.isInteger(routers) || routers < 1) throw new Error('expected a number of routers');

const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-measure-'));
try {
  say(`${routers} routers and their CA in one process, ${availableParallelism()} processors`);
  const startedAt = performance.now();
  await using lab = await Lab.create({ dir, routers, ca: 'ndes' });
  say(`lab started in ${seconds(startedAt)}, ${megabytes(process.memoryUsage().rss)} in use`);
  await measure('enroll');
  say(
    `lab: ${megabytes(process.memoryUsage().rss)} in use, ${lab.ca.authority.issued.length} certificates issued`,
  );
  await measure('enroll');
  await measure('verify');
} finally {
  await rm(dir, { recursive: true, force: true });
}

async function measure(command: string): Promise<void> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, command, '--progress', 'none', '--json', 'result.json'], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const { counts } = JSON.parse(await readFile(path.join(dir, 'result.json'), 'utf8')) as {
    counts: Record<string, number>;
  };
  const outcomes = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`);
  say(`${command}: ${seconds(startedAt)}, exit ${exit}: ${outcomes.join(', ')}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
