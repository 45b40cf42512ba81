import type { DeviceOutcome } from '../domain/step.ts';
import type { Paint, Style } from './style.ts';

/** The order in which outcomes are counted, the good ones first. */
export const OUTCOME_ORDER = [
  'verified',
  'unchanged',
  'planned',
  'pending',
  'failed',
  'interrupted',
  'skipped',
] as const satisfies readonly DeviceOutcome[];

export interface OutcomeLook {
  readonly mark: string;
  readonly paint: Paint;
}

export function lookOf(outcome: DeviceOutcome, style: Style): OutcomeLook {
  const { marks } = style;
  const looks: Record<DeviceOutcome, OutcomeLook> = {
    verified: { mark: marks.pass, paint: style.good },
    unchanged: { mark: marks.pass, paint: style.good },
    planned: { mark: marks.arrow, paint: style.accent },
    pending: { mark: marks.wait, paint: style.warn },
    failed: { mark: marks.fail, paint: style.bad },
    interrupted: { mark: marks.fail, paint: style.warn },
    skipped: { mark: marks.skip, paint: style.dim },
  };
  return looks[outcome];
}

/** `187 verified, 10 unchanged, 3 failed`: only what there is. */
export function countsInWords(counts: Readonly<Record<DeviceOutcome, number>>): string {
  const parts = OUTCOME_ORDER.filter((outcome) => counts[outcome] > 0).map(
    (outcome) => `${counts[outcome]} ${outcome}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
