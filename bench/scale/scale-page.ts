/** The tables of docs/scale.md, which stand between markers in a page that people write. */
import type { Figures, Work } from './figures.ts';
import { predict } from './predict.ts';
import type { Rules } from './start-model.ts';
import type { Scenario } from './work-model.ts';

/** Puts each text between `<!-- name -->` and `<!-- /name -->`. Throws an Error when the page has no such place. */
export function putBetween(page: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((all, [name, text]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [all.indexOf(begin), all.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`the page has no place for ${name}`);
    return `${all.slice(0, from + begin.length)}\n\n${text}\n\n${all.slice(to)}`;
  }, page);
}

/** One device, by what was measured. */
export function figuresTable({ verify, enroll, memory, descriptors }: Figures): string {
  const row = (what: string, of: (work: Work) => string): string =>
    `| ${what} | ${of(verify)} | ${of(enroll)} |`;
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  return [
    '| One device | `verify` | `enroll` |',
    '|---|---:|---:|',
    row('CPU of trustfleet, ms', ({ loopMs, helpersMs }) => (loopMs + helpersMs).toFixed(0)),
    row('of it in the one thread that runs JavaScript, ms', ({ loopMs }) => loopMs.toFixed(0)),
    row('round trips that depend on each other', ({ steps }) =>
      sum(steps.map(({ turns }) => turns)).toFixed(0),
    ),
    row('other waiting, in the lab, ms', ({ steps }) => sum(steps.map(({ ownMs }) => ownMs)).toFixed(0)),
    row('a CA password is kept, in the lab', ({ held }) =>
      held.ownMs === 0 ? '–' : `${held.ownMs.toFixed(0)} ms and ${held.turns.toFixed(0)} round trips`,
    ),
    row('requests to the CA', ({ caRequests }) => caRequests.toFixed(0)),
    row('on the disk, KB', ({ keptKb }) => keptKb.toFixed(0)),
    '',
    `Memory: ${memory.baseMb.toFixed(0)} MB, ${memory.sessionMb.toFixed(2)} MB for each device in work, ${(memory.deviceMb * 1024).toFixed(0)} KB for each device of the inventory, and up to ${memory.slackMb.toFixed(0)} MB that V8 has not collected yet. ` +
      `Descriptors: ${descriptors.base.toFixed(0)}, and ${descriptors.session.toFixed(1)} for each device in work; ${descriptors.startUp.toFixed(0)} for a moment at the start.`,
  ].join('\n');
}

/** Routers of the real world, against the lab’s, in milliseconds: 2048-bit keys, NVRAM, and a CA that others use as well. */
export const REAL = {
  slower: { connect: 1000, 'generate-keypair': 10_000, enroll: 1000, save: 3000 },
  heldLongerMs: 1000,
} as const;
const RTT_MS = 100;

const SIZES = [2000, 10_000, 100_000];

interface Case {
  readonly name: string;
  readonly command: 'verify' | 'enroll';
  readonly rules: Omit<Rules, 'devices'>;
  readonly passwords?: number;
}

const USUAL = { concurrency: 50, startsPerSecond: 20 };
const BRISK = { concurrency: 200, startsPerSecond: 100 };
const WIDE = { concurrency: 300, startsPerSecond: 20 };
const CASES: readonly Case[] = [
  { name: '`verify`', command: 'verify', rules: USUAL },
  { name: '`verify --concurrency 200 --start-rate 100`', command: 'verify', rules: BRISK },
  { name: '`enroll`, one password for all', command: 'enroll', rules: USUAL },
  { name: '`enroll --concurrency 300`, one password for all', command: 'enroll', rules: WIDE },
  { name: '`enroll`, NDES with 5 passwords', command: 'enroll', rules: USUAL, passwords: 5 },
  { name: '`enroll --concurrency 300`, NDES with 5 passwords', command: 'enroll', rules: WIDE, passwords: 5 },
];

/** What one machine does with routers that are elsewhere. */
export function extrapolation(figures: Figures, sizes: readonly number[] = SIZES): string {
  const lines = CASES.flatMap(({ name, command, rules, passwords }) =>
    sizes.map((devices) => {
      const scenario: Scenario = {
        work: figures[command],
        rules: { ...rules, devices },
        cores: figures.cores,
        rttMs: RTT_MS,
        pieces: 1,
        ...(passwords === undefined ? {} : { passwords }),
        ...(command === 'enroll' ? REAL : { slower: { connect: REAL.slower.connect } }),
      };
      const told = predict(scenario, figures);
      const cells = [
        name,
        devices.toLocaleString('en'),
        duration(told.wallMs),
        duration(told.cpuMs),
        size(told.megabytes),
        Math.round(told.descriptors).toString(),
        (told.caRequests / (told.wallMs / 1000)).toFixed(1),
        passwords === undefined ? '–' : told.passwords.toFixed(1),
        size(told.diskMb),
        told.binds,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return [
    '| Command | Devices | Time | CPU | Memory | Descriptors | CA requests/s | Passwords out | Disk | Bound by |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---|',
    ...lines,
  ].join('\n');
}

/** `1 h 23 min`, `4 min`, `35 s` */
function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function size(mb: number): string {
  return mb < 1000 ? `${Math.round(mb)} MB` : `${(mb / 1024).toFixed(1)} GB`;
}
