import type { ErrorCode } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';
import { cleanLine, wrap } from './columns.ts';
import { causeInWords } from './fleet-state.ts';
import { lookOf } from './outcomes.ts';
import type { Terminal } from './terminal.ts';

/** From here on failures of one code are only counted until the end: a dead CA would fill the window. */
const MOST_OF_A_CODE = 10;

/** Failures as they happen, one after the other, above whatever else is shown. */
export class FailureFeed {
  readonly #terminal: Terminal;
  readonly #seen = new Map<ErrorCode, number>();
  /** How many lines of news it has given. */
  shown = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show({ device, outcome, error }: DeviceResult): void {
    if (error === undefined || outcome === 'skipped') return;
    const seen = (this.#seen.get(error.code) ?? 0) + 1;
    this.#seen.set(error.code, seen);
    if (seen > MOST_OF_A_CODE + 1) return;
    this.shown += 1;

    const { mark, paint } = lookOf(outcome, this.#terminal.style);
    const text =
      seen > MOST_OF_A_CODE
        ? `further ${error.code} is counted now and listed at the end`
        : `${cleanLine(device)}  ${cleanLine(causeInWords(error))}`;
    this.#terminal.write(wrap(text, this.#terminal.columns() - 1, `${mark} `).map(paint));
  }
}
