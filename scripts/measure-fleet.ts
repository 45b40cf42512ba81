/**
 * How much memory the program takes with the size of its fleet and with its concurrency. Virtual routers are enrolled
 * once; then inventories that name each of them many times are verified, in a process of their own for each row.
 *   npm run measure:fleet                                  100, 500, 1,000 and 2,000 devices, 50 and 100 at once
 *   npm run measure:fleet -- --routers 20 --devices 100,400 --at-once 10
 *   npm run measure:fleet -- --collect                     with a full garbage collection every two seconds
 *   npm run measure:fleet -- --command enroll --options "--json result.json --junit r.xml --csv r.csv"
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { Lab } from '../src/lab/lab.ts';

const MAIN = process.env.TRUSTFLEET_MAIN ?? path.resolve('dist/cli/main.js');
/**
 * Makes the measured process tell, on a descriptor that nothing else uses, its peak and the most that was in use after a
 * full garbage collection: what the operating system sees in between is also what nobody has collected yet.
 */
const TELL = `import { writeSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
let used = 0;
new PerformanceObserver((list) => {
  if (!list.getEntries().some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) return;
  used = Math.max(used, process.memoryUsage().heapUsed);
}).observe({ entryTypes: ['gc'] });
process.on('exit', () => writeSync(3, [process.resourceUsage().maxRSS * 1024, used].join(' ')));`;

/** Leaves nothing lying about, so that the peak is what was needed. */
const COLLECT = `import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
setInterval(() => collect(), 2000).unref();`;

const { values } = parseArgs({
  options: {
    routers: { type: 'string', default: '100' },
    devices: { type: 'string', default: '100,500,1000,2000' },
    'at-once': { type: 'string', default: '50,100' },
    command: { type: 'string', default: 'verify' },
    collect: { type: 'boolean', default: false },
    options: { type: 'string', default: '' },
  },
});
const numbers = (text: string): readonly number[] => text.split(',').map(Number);

/** As far as it is read here. */
interface Inventory {
  devices: Record<string, { vars?: Record<string, unknown> }>;
}

interface Measured {
  readonly exit: unknown;
  readonly seconds: number;
  readonly peak: string;
  readonly used: string;
  readonly lastLine: string;
}

const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-measure-'));
const lab = await Lab.create({ ca: 'generic', routers: Number(values.routers), dir });
try {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${machine}`);
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${values.routers} virtual routers in another process\n`,
  );
  const first = await run(['enroll', '--concurrency', '20', '--start-rate', '100']);
  console.log(`enroll ${values.routers}: ${first.lastLine}\n`);
  console.log(
    '| Devices | At once | Peak RSS | Heap in use | Time | Exit |\n|---:|---:|---:|---:|---:|---:|',
  );
  for (const atOnce of numbers(values['at-once'])) {
    for (const size of numbers(values.devices)) {
      await nameThemManyTimes(size);
      const own = values.options === '' ? [] : values.options.split(' ');
      const pace = ['--concurrency', String(atOnce), '--start-rate', '1000'];
      const { exit, seconds, peak, used } = await run([
        values.command,
        ...pace,
        '--inventory',
        'many.yaml',
        ...own,
      ]);
      console.log(`| ${size} | ${atOnce} | ${peak} | ${used} | ${seconds.toFixed(0)} s | ${exit} |`);
    }
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

async function run(argv: readonly string[]): Promise<Measured> {
  const startedAt = performance.now();
  const before = [TELL, ...(values.collect ? [COLLECT] : [])];
  const imports = before.flatMap((text) => ['--import', `data:text/javascript,${encodeURIComponent(text)}`]);
  const child = spawn(process.execPath, [...imports, MAIN, ...argv, '--progress', 'none'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const [, out, , fourth] = child.stdio;
  const said = read(out);
  const told = read(fourth);
  const exit = await new Promise((resolve) => child.once('exit', resolve));
  const [peak, used] = (await told).split(' ');
  return {
    exit,
    seconds: (performance.now() - startedAt) / 1000,
    peak: megabytes(peak),
    used: megabytes(used),
    lastLine: (await said).trimEnd().split('\n').at(-1) ?? '',
  };
}

function megabytes(bytes: string | undefined): string {
  return `${Math.round(Number(bytes) / 2 ** 20)} MB`;
}

async function read(stream: unknown): Promise<string> {
  let text = '';
  if (!(stream instanceof Object) || !(Symbol.asyncIterator in stream)) return text;
  for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString('utf8');
  return text;
}
