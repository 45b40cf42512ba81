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
  /** Memory and descriptors are not: when V8 collects depends on how quick the machine is at that moment. */
  readonly isJudged: boolean;
}

export interface Comparison {
  readonly name: string;
  readonly binds: string;
  /** Cores that the rest of the machine left. */
  readonly cores: number;
  readonly rows: readonly Row[];
}

export function compare(name: string, foretold: Prediction, measured: Cost, cores: number): Comparison {
  const row = (what: string, one: number, other: number, digits: number, isJudged = true): Row => ({
    what,
    foretold: one,
    measured: other,
    digits,
    isJudged,
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
      row('peak memory, MB', foretold.megabytes, megabytes, 0, false),
      row('descriptors', foretold.descriptors, descriptors, 0, false),
      row(
        'CA requests a second',
        foretold.caRequests / (foretold.wallMs / 1000),
        caRequests / (wallMs / 1000),
        1,
      ),
    ],
  };
}

/** A figure that is judged is further off than that, in percent. */
export function isTooFar({ off, isJudged }: Row, tolerance: number): boolean {
  return isJudged && Math.abs(off) > tolerance;
}

export function comparisonTable(comparisons: readonly Comparison[], tolerance: number): string {
  const lines = comparisons.flatMap(({ name, binds, cores, rows }) =>
    rows.map((row) => {
      const off = `${row.off >= 0 ? '+' : ''}${row.off.toFixed(0)} %${isTooFar(row, tolerance) ? ' **too far**' : ''}`;
      const [foretold, measured] = [row.foretold, row.measured].map((figure) => figure.toFixed(row.digits));
      return `| ${name} | ${row.what} | ${foretold} | ${measured} | ${off} | ${binds} | ${cores.toFixed(1)} |`;
    }),
  );
  return [
    '| Run | Figure | Foretold | Measured | Off by | Bound by | Cores left by others |',
    '|---|---|---:|---:|---:|---|---:|',
    ...lines,
  ].join('\n');
}
