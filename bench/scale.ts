/**
 * How far one machine goes: measures small runs against the lab, foretells a large one, runs it, and compares.
 *   npm run scale                             verify of 2,000 devices, near and far; docs/scale.md
 *   npm run scale -- --runs enroll            2,000 virtual routers get their certificates
 *   npm run scale -- --runs enroll --no-calibrate --no-page  the same, by the figures of the last time
 *   npm run scale -- --devices 400 --no-page  smaller
 * Exit code 1 says that a figure is further than --tolerance percent from what was foretold.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { ROOT } from './peers.ts';
import {
  AT_ONCE,
  CALIBRATED_ROUTERS,
  coldnessOf,
  descriptorsOf,
  memoryOf,
  PACED,
  SIZES,
  type SmallRuns,
  smallRuns,
  workOf,
} from './scale/calibrate.ts';
import { type Comparison, compare, comparisonTable, isTooFar } from './scale/compare.ts';
import { FIGURES, type Figures, type Work } from './scale/figures.ts';
import { deviceMb } from './scale/inventory-cost.ts';
import { type Cost, type LabRun, LabRuns } from './scale/lab-runs.ts';
import { predict } from './scale/predict.ts';
import { extrapolation, figuresTable, putBetween } from './scale/scale-page.ts';

const RTT_MS = 100;
/** Passwords that the lab's service has out at once, like NDES. */
const PASSWORDS = 5;
const FIGURES_FILE = path.join(import.meta.dirname, 'scale/figures.json');
const PAGE = path.join(ROOT, 'docs/scale.md');

const { values } = parseArgs({
  allowNegative: true,
  options: {
    devices: { type: 'string', default: '2000' },
    runs: { type: 'string', default: 'verify-far,verify-near' },
    tolerance: { type: 'string', default: '15' },
    page: { type: 'boolean', default: true },
    calibrate: { type: 'boolean', default: true },
  },
});
const devices = Number(values.devices);
const tolerance = Number(values.tolerance);

/** Bound by the rate of starts, and by the processor. */
const RUNS: Readonly<Record<string, Pick<LabRun, 'command' | 'isFar' | 'concurrency' | 'startsPerSecond'>>> =
  {
    'verify-far': { command: 'verify', isFar: true, concurrency: 50, startsPerSecond: 20 },
    'verify-near': { command: 'verify', isFar: false, concurrency: AT_ONCE, startsPerSecond: 1000 },
    enroll: { command: 'enroll', isFar: false, concurrency: AT_ONCE, startsPerSecond: 1000 },
  };

const chosen = values.runs.split(',').map((name) => {
  const run = RUNS[name];
  if (run === undefined)
    throw new Error(`no run is named ${name}; there are ${Object.keys(RUNS).join(', ')}`);
  return { name, ...run };
});

// Who is verified was enrolled in calibrating.
if (!values.calibrate && chosen.some(({ command }) => command === 'verify'))
  throw new Error('--no-calibrate goes with --runs enroll');
const old = values.calibrate ? CALIBRATED_ROUTERS : 0;
const fresh = chosen.some(({ command }) => command === 'enroll') ? devices : 0;
console.log(machine());
await using lab = await LabRuns.start(old + fresh, RTT_MS);
console.log(`${old + fresh} virtual routers are there`);
const figures = values.calibrate
  ? await calibrate()
  : FIGURES.parse(JSON.parse(await readFile(FIGURES_FILE, 'utf8')));
if (values.calibrate) await writeFile(FIGURES_FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(`\n${figuresTable(figures)}\n`);

const comparisons: Comparison[] = [];
for (const { name, ...run } of chosen) {
  const { command, isFar, concurrency, startsPerSecond } = run;
  const foretell = (cores: number): ReturnType<typeof predict> =>
    predict(
      {
        work: figures[command],
        rules: { devices, concurrency, startsPerSecond },
        cores,
        rttMs: isFar ? RTT_MS : 0,
        lab: true,
        ...(command === 'enroll' ? { passwords: PASSWORDS } : {}),
      },
      figures,
    );
  const before = foretell(figures.cores);
  console.log(`${name}: ${(before.wallMs / 1000).toFixed(1)} s are foretold, bound by ${before.binds}`);
  const routers: LabRun['routers'] = command === 'enroll' ? [old, old + devices] : [0, old];
  const cost = await told(name, lab.run({ ...run, routers, devices }));
  // Whatever else ran on this machine left the fewer cores.
  const left = figures.cores - cost.othersMs / cost.wallMs;
  comparisons.push(compare(name, foretell(left), cost, left));
}

const table = comparisonTable(comparisons, tolerance);
console.log(`\n${table}`);
if (values.page) {
  const page = await readFile(PAGE, 'utf8');
  const made = new Date().toISOString().slice(0, 10);
  const sections = {
    figures: `${made}, ${figures.machine}.\n\n${figuresTable(figures)}`,
    comparison: table,
    extrapolation: extrapolation(figures),
  };
  await writeFile(PAGE, putBetween(page, sections));
}
if (comparisons.some(({ rows }) => rows.some((row) => isTooFar(row, tolerance)))) process.exitCode = 1;

async function calibrate(): Promise<Figures> {
  const run = (what: LabRun): Promise<Cost> =>
    told(
      `${what.command} ${what.devices} ${what.isFar ? 'far' : 'near'}, ${what.concurrency} at once`,
      lab.run(what),
    );
  const enroll = await smallRuns('enroll', 0, run);
  const verify = await smallRuns('verify', CALIBRATED_ROUTERS, run);
  const paced = (devices: number): Promise<Cost> => {
    const { concurrency, startsPerSecond } = PACED;
    const pace = { devices, concurrency, startsPerSecond, isFar: true };
    return run({ ...pace, command: 'verify', routers: [0, CALIBRATED_ROUTERS] });
  };
  const figures = FIGURES.parse({
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    cores: availableParallelism(),
    enroll: workOf(SIZES.enroll, enroll, RTT_MS),
    verify: workOf(SIZES.verify, verify, RTT_MS),
    coldness: coldnessOf(
      workOf(SIZES.verify, verify, RTT_MS),
      await paced(PACED.small),
      await paced(PACED.large),
    ),
    memory: memoryOf(verify, SIZES.verify, await deviceMb()),
    descriptors: descriptorsOf(verify),
  });
  const blocked = (command: LabRun['command'], { large }: SmallRuns): Work => {
    const size = SIZES[command].large;
    const rules = { devices: size, concurrency: AT_ONCE, startsPerSecond: 1000 };
    const scenario = { work: figures[command], rules, cores: figures.cores, rttMs: 0, lab: true };
    const needed = command === 'enroll' ? { ...scenario, passwords: PASSWORDS } : scenario;
    const missing = large.wallMs - predict(needed, figures).wallMs;
    return { ...figures[command], blockedMs: Math.max(0, missing) / size };
  };
  return { ...figures, enroll: blocked('enroll', enroll), verify: blocked('verify', verify) };
}

async function told(what: string, running: Promise<Cost>): Promise<Cost> {
  const cost = await running;
  const { wallMs, loopMs, helpersMs, megabytes, othersMs } = cost;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `  ${what}: ${seconds(wallMs)}, CPU ${seconds(loopMs + helpersMs)}, ${Math.round(megabytes)} MB; others used ${seconds(othersMs)}`,
  );
  return cost;
}

/** All programs share all cores here. */
function machine(): string {
  return describeMachine().replace(/;.*/, '');
}
