/**
 * How much memory the program takes with the size of its fleet and with its concurrency. Virtual routers are enrolled
 * once; then inventories that name each of them many times are verified, in a process of their own.
 *   npm run build && npx tsx scripts/measure-fleet.ts 100 2000
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { Lab } from '../src/lab/lab.ts';

const [routers = 100, most = 2000] = process.argv.slice(2).map(Number);
const MAIN = process.env.TRUSTFLEET_MAIN ?? path.resolve('dist/cli/main.js');

/** As far as it is read here. */
interface Inventory {
  devices: Record<string, { vars?: Record<string, unknown> }>;
}

const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-measure-'));
const lab = await Lab.create({ ca: 'generic', routers, dir });
try {
  await run(['enroll', '--concurrency', '20', '--start-rate', '100'], 'enroll');
  for (const [size, concurrency] of [
    [Math.min(routers, most), 50],
    [Math.round(most / 4), 50],
    [Math.round(most / 2), 50],
    [most, 50],
    [most, 10],
    [most, 100],
  ] as const) {
    await nameThemManyTimes(size);
    const options = [
      '--concurrency',
      String(concurrency),
      '--start-rate',
      '1000',
      '--inventory',
      'many.yaml',
    ];
    await run(['verify', ...options], `verify ${size} devices, ${concurrency} at once`);
  }
} finally {
  await lab.close();
  await rm(dir, { recursive: true, force: true });
}

/** `br-0001-7` is the router br-0001 once more, with its own name in its certificate. */
async function nameThemManyTimes(size: number): Promise<void> {
  const inventory = parse(await readFile(lab.inventoryFile, 'utf8')) as Inventory;
  const devices = Object.entries(inventory.devices);
  inventory.devices = Object.fromEntries(
    Array.from({ length: size }, (_, index) => {
      const [name, device] = devices[index % devices.length] ?? ['', {}];
      const fqdn = `${name}.branch.example.net`;
      return [`${name}-${Math.floor(index / devices.length)}`, { ...device, vars: { ...device.vars, fqdn } }];
    }),
  );
  await writeFile(path.join(dir, 'many.yaml'), stringify(inventory));
}

async function run(argv: readonly string[], title: string): Promise<void> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, ...argv, '--progress', 'none'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let peak = '';
  const look = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = /^VmHWM:\s*(?<kb>\d+)/m.exec(status)?.groups?.kb ?? peak;
  }, 100);
  const exit = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(look);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const lastLine = said.trimEnd().split('\n').at(-1);
  console.log(
    `${title}: exit ${exit}, ${seconds} s, peak ${Math.round(Number(peak) / 1024)} MB; ${lastLine}`,
  );
}
