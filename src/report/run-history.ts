import type { ErrorReport } from '../domain/result.ts';
import type { RunEvent } from '../run/events.ts';

export interface BatchHistory {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  readonly devices: number;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly durationMs?: number;
  /** Why the next batch did not start. */
  readonly stopped?: string;
}

/** Of one authority's scarce challenge passwords: how it ended, and the most there was. */
export interface SlotHistory {
  readonly authority: string;
  readonly capacity: number;
  readonly used: number;
  readonly waiting: number;
  readonly mostUsed: number;
  readonly mostWaiting: number;
}

export interface Retry {
  readonly device: string;
  readonly attempt: number;
  readonly cause: ErrorReport;
  readonly at: Date;
}

/** What a run's events tell that its result does not. */
export class RunHistory {
  readonly #batches = new Map<number, BatchHistory>();
  readonly #slots = new Map<string, SlotHistory>();
  readonly #retries: Retry[] = [];

  hear(event: RunEvent): void {
    switch (event.type) {
      case 'batch-started':
        this.#batches.set(event.batch.index, {
          ...event.batch,
          devices: event.devices.length,
          startedAt: event.at,
        });
        break;
      case 'batch-finished': {
        const { batch, stopped, at } = event;
        const begun = this.#batches.get(batch.index);
        if (begun === undefined) break;
        this.#batches.set(batch.index, {
          ...begun,
          finishedAt: at,
          durationMs: event.durationMs ?? Math.max(0, at.getTime() - begun.startedAt.getTime()),
          ...(stopped === undefined ? {} : { stopped }),
        });
        break;
      }
      case 'run-stopped':
        this.#stopBehindLast(event.reason);
        break;
      case 'challenge-slots': {
        const { authority, used, capacity, waiting } = event;
        const before = this.#slots.get(authority);
        const mostUsed = Math.max(before?.mostUsed ?? 0, used);
        const mostWaiting = Math.max(before?.mostWaiting ?? 0, waiting);
        this.#slots.set(authority, { authority, used, capacity, waiting, mostUsed, mostWaiting });
        break;
      }
      case 'device-retried': {
        const { device, attempt, cause, at } = event;
        this.#retries.push({ device, attempt, cause, at });
        break;
      }
      default:
        break;
    }
  }

  /** Between two batches it is the last one's end that no other follows. */
  #stopBehindLast(reason: string): void {
    const begun = [...this.#batches.values()];
    const last = begun.at(-1);
    if (last === undefined || begun.some(({ finishedAt }) => finishedAt === undefined)) return;
    this.#batches.set(last.index, { ...last, stopped: last.stopped ?? reason });
  }

  batches(): readonly BatchHistory[] {
    return [...this.#batches.values()].toSorted((a, b) => a.index - b.index);
  }

  slots(): readonly SlotHistory[] {
    return [...this.#slots.values()];
  }

  retries(): readonly Retry[] {
    return this.#retries;
  }
}
