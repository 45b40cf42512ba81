/** The aims of the races in figures, and whether they were met. */
import type { Outcome } from './race.ts';
import { median } from './table.ts';

export interface Verdict {
  /** `4.1 times Scrapli (wanted: 4)`. */
  readonly said: string;
  /** Undefined where one of the two was not measured. */
  readonly isMet: boolean | undefined;
}

type Judge = (outcome: Outcome) => readonly Verdict[];

/** By the race's name, one for each part of its aim; a race without a judge has none. */
export function verdicts(name: string, outcome: Outcome): readonly Verdict[] {
  return JUDGES[name]?.(outcome) ?? [];
}

const JUDGES: Readonly<Record<string, Judge>> = {
  reads: (outcome) => [
    times(outcome, 'routers/CPU s', 'Netmiko', 10),
    times(outcome, 'routers/CPU s', 'Scrapli', 4),
    times(outcome, 'routers/CPU s', 'Ansible', 50),
  ],
  'reads-far': (outcome) => [
    first(outcome, 'wall s'),
    atMost(outcome, 'trustfleet', '× floor', 1.25, 'times the floor'),
  ],
  configure: (outcome) => [times(outcome, 'wall s', 'Netmiko, replies checked', 10)],
  reader: (outcome) => [times(outcome, 'ms/output', 'Genie', 50), times(outcome, 'ms/output', 'ntc', 10)],
  render: (outcome) => [times(outcome, 'templates CPU s', 'Jinja2', 3)],
  'cold-start': (outcome) => [
    atMost(outcome, 'trustfleet --help', 'wall ms', 150, 'ms for `--help`'),
    atMost(outcome, 'trustfleet render', 'wall ms', 150, 'ms for `render` of one router'),
  ],
  enroll: (outcome) => [atMost(outcome, 'trustfleet', '× floor', 1.25, 'times the floor')],
  memory: (outcome) =>
    outcome.results.map(({ contender }) =>
      atMost(outcome, contender, 'MB/session', 0.3, `MB a session, ${contender}`),
    ),
  'memory-fleet': (outcome) => [flat(outcome, 'work MB', 1.15)],
  legacy: (outcome) =>
    outcome.results
      .filter(({ contender }) => contender.includes('beside'))
      .flatMap(({ contender }) => [
        atMost(outcome, contender, 'p99 ms', 20, `ms late in 99 of 100 cases, ${contender}`),
        slowed(outcome, contender, 'show clock ms', 1.1),
      ]),
  ndes: (outcome) => [atLeast(outcome, 'trustfleet', '% of limit', 95, '% of the limit')],
};

function figure(outcome: Outcome, contender: string, column: string): number | undefined {
  const { figures, missing } = outcome.results.find((result) => result.contender.startsWith(contender)) ?? {};
  const all = figures?.[column];
  return missing !== undefined || all === undefined || all.length === 0 ? undefined : median(all);
}

function notMeasured(what: string): Verdict {
  return { said: `${what} was not measured`, isMet: undefined };
}

function times(outcome: Outcome, column: string, rival: string, wanted: number): Verdict {
  const [ours, theirs] = [figure(outcome, 'trustfleet', column), figure(outcome, rival, column)];
  if (ours === undefined || theirs === undefined)
    return notMeasured(ours === undefined ? 'trustfleet' : rival);
  const ratio = outcome.more === true ? ours / theirs : theirs / ours;
  return { said: `${ratio.toFixed(1)} times ${rival} (wanted: ${wanted})`, isMet: ratio >= wanted };
}

function first(outcome: Outcome, column: string): Verdict {
  const ours = figure(outcome, 'trustfleet', column);
  const rivals = outcome.results
    .filter(({ contender }) => !contender.startsWith('trustfleet'))
    .map(({ contender }) => figure(outcome, contender, column) ?? Number.POSITIVE_INFINITY);
  const best = Math.min(...rivals);
  if (ours === undefined || !Number.isFinite(best))
    return notMeasured(ours === undefined ? 'trustfleet' : 'everybody else');
  const isMet = ours < best;
  const others = `the ${isMet ? 'next' : 'best'} one takes ${(best / ours).toFixed(2)} times as long`;
  return { said: `${isMet ? '' : 'not '}first: ${others}`, isMet };
}

function atMost(outcome: Outcome, contender: string, column: string, most: number, what: string): Verdict {
  const value = figure(outcome, contender, column);
  if (value === undefined) return notMeasured(contender);
  return { said: `${short(value)} ${what} (wanted: at most ${most})`, isMet: value <= most };
}

function atLeast(outcome: Outcome, contender: string, column: string, least: number, what: string): Verdict {
  const value = figure(outcome, contender, column);
  if (value === undefined) return notMeasured(contender);
  return { said: `${short(value)} ${what} (wanted: at least ${least})`, isMet: value >= least };
}

/** Against the first row, which is the same without what disturbs. */
function slowed(outcome: Outcome, contender: string, column: string, most: number): Verdict {
  const [alone, beside] = [figure(outcome, 'trustfleet', column), figure(outcome, contender, column)];
  if (alone === undefined || beside === undefined)
    return notMeasured(alone === undefined ? 'trustfleet' : contender);
  const percent = (ratio: number): string => `${(100 * (ratio - 1)).toFixed(0)} %`;
  const slower = beside > alone ? `slowed by ${percent(beside / alone)}` : 'not slowed';
  return {
    said: `modern sessions ${slower}, ${contender} (wanted: less than ${percent(most)})`,
    isMet: beside / alone < most,
  };
}

/** The largest fleet against the one before, whose contenders end in the number of their devices. */
function flat(outcome: Outcome, column: string, most: number): Verdict {
  const [before, largest] = outcome.results.slice(-2).map(({ contender }) => ({
    devices: Number(/(?<devices>\d+) devices$/.exec(contender)?.groups?.devices),
    value: figure(outcome, contender, column),
  }));
  if (before?.value === undefined || largest?.value === undefined) return notMeasured('the largest fleet');
  const more = largest.value - before.value;
  const each = (1024 * more) / (largest.devices - before.devices);
  return {
    said: `${largest.devices} devices take ${more.toFixed(1)} MB more at work than ${before.devices}, ${each.toFixed(2)} KB for each one more (wanted: at most ${((most - 1) * 100).toFixed(0)} %, ${((most - 1) * before.value).toFixed(1)} MB)`,
    isMet: largest.value <= most * before.value,
  };
}

/** Three figures that count. */
function short(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}
