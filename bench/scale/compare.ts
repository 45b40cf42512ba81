/** What was foretold beside what came. */
import type { Cost } from './lab-runs.ts';
import type { Prediction } from './predict.ts';

export interface Row {
  readonly what: string;
  readonly foretold: number;
  readonly measured: number;
  readonly digits: number;
  /** In percent of what was measured. */
  readonly off: number;
}

export interface Comparison {
  readonly name: string;
  readonly binds: string;
  /** Cores that the rest of the machine left. */
  readonly cores: number;
  readonly rows: readonly Row[];
}

export function compare(name: string, foretold: Prediction, measured: Cost, cores: number): Comparison {
  const row = (what: string, one: number, other: number, digits: number): Row => ({
    what,
    foretold: one,
    measured: other,
    digits,
    off: other === 0 ? (one === 0 ? 0 : Number.POSITIVE_INFINITY) : (100 * (one - other)) / other,
  });
  const { wallMs, loopMs, helpersMs, megabytes, descriptors, caRequests } = measured;
  return {
    name,
    binds: foretold.binds,
    cores,
    rows: [
      row('wall, s', foretold.wallMs / 1000, wallMs / 1000, 1),
      row('CPU, s', foretold.cpuMs / 1000, (loopMs + helpersMs) / 1000, 1),
      row('peak memory, MB', foretold.megabytes, megabytes, 0),
      row('descriptors', foretold.descriptors, descriptors, 0),
      row(
        'CA requests a second',
        foretold.caRequests / (foretold.wallMs / 1000),
        caRequests / (wallMs / 1000),
        1,
      ),
    ],
  };
}

export function comparisonTable(comparisons: readonly Comparison[], tolerance: number): string {
  const lines = comparisons.flatMap(({ name, binds, cores, rows }) =>
    rows.map(
      ({ what, foretold, measured, digits, off }) =>
        `| ${name} | ${what} | ${foretold.toFixed(digits)} | ${measured.toFixed(digits)} | ${off >= 0 ? '+' : ''}${off.toFixed(0)} %${Math.abs(off) > tolerance ? ' **too far**' : ''} | ${binds} | ${cores.toFixed(1)} |`,
    ),
  );
  return [
    '| Run | Figure | Foretold | Measured | Off by | Bound by | Cores left by others |',
    '|---|---|---:|---:|---:|---|---:|',
    ...lines,
  ].join('\n');
}
