import type { DeviceResult, ErrorReport } from '../domain/result.ts';
import type { DeviceOutcome, StepName } from '../domain/step.ts';
import type { RunEvent } from '../run/events.ts';
import { Pace } from './pace.ts';

/** A device in work, and since when it is in its step. */
export interface InFlight {
  readonly device: string;
  readonly since: Date;
  readonly step?: StepName;
  readonly trustpoint?: string;
}

export interface ChallengeSlots {
  readonly authority: string;
  readonly used: number;
  readonly capacity: number;
  readonly waiting: number;
  /** When all are taken: when the first will be free again at the latest, where that is known. */
  readonly fullUntil?: Date;
}

/** The batch in work. */
export interface BatchInWork {
  readonly index: number;
  readonly of: number;
  readonly devices: ReadonlySet<string>;
}

/** Where a run stands, as its events tell. */
export class FleetState {
  command = '';
  total = 0;
  startedAt = new Date(0);
  readonly counts: Record<DeviceOutcome, number> = {
    verified: 0,
    unchanged: 0,
    planned: 0,
    pending: 0,
    failed: 0,
    skipped: 0,
    interrupted: 0,
  };
  /** Devices that failed, by code. */
  readonly causes = new Map<string, number>();
  readonly pace = new Pace();
  retries = 0;
  /** Undefined between batches, and in a run without. */
  batch: BatchInWork | undefined;
  /** Of the batch in work. */
  finishedInBatch = 0;
  /** Why nothing is started any more. */
  stopped: string | undefined;
  readonly #inFlight = new Map<string, InFlight>();
  readonly #slots = new Map<string, ChallengeSlots>();
  #finished = 0;

  hear(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.command = event.command;
        this.total = event.devices.length;
        this.startedAt = event.at;
        this.pace.start(event.at);
        break;
      case 'batch-started':
        this.batch = { ...event.batch, devices: new Set(event.devices) };
        this.finishedInBatch = 0;
        break;
      case 'batch-finished':
        this.batch = undefined;
        break;
      case 'device-retried':
        this.retries += 1;
        this.#inFlight.delete(event.device);
        break;
      case 'device-waits':
        this.#inFlight.delete(event.device);
        break;
      case 'run-stopped':
        this.stopped = event.reason;
        break;
      case 'device-started':
        this.#inFlight.set(event.device, { device: event.device, since: event.at });
        break;
      case 'step-started': {
        const { device, step, trustpoint, at } = event;
        const where = trustpoint === undefined ? { step } : { step, trustpoint };
        this.#inFlight.set(device, { device, since: at, ...where });
        break;
      }
      case 'challenge-slots':
        this.#slots.set(event.authority, event);
        break;
      case 'device-finished':
        this.#finish(event.result, event.at);
        break;
      case 'step-finished':
      case 'run-finished':
        break;
    }
  }

  #finish({ device, outcome, error }: DeviceResult, at: Date): void {
    this.#inFlight.delete(device);
    this.counts[outcome] += 1;
    this.#finished += 1;
    if (outcome !== 'skipped') this.pace.finish(at);
    if (this.batch?.devices.has(device) === true) this.finishedInBatch += 1;
    if (outcome === 'failed' && error !== undefined) {
      this.causes.set(error.code, (this.causes.get(error.code) ?? 0) + 1);
    }
  }

  get finished(): number {
    return this.#finished;
  }

  get running(): number {
    return this.#inFlight.size;
  }

  get waiting(): number {
    return this.total - this.#finished - this.running;
  }

  /** The devices in work, the one started first before the others. */
  inFlight(): Iterable<InFlight> {
    return this.#inFlight.values();
  }

  /** Of the authorities whose passwords are scarce just now. */
  slots(): readonly ChallengeSlots[] {
    return [...this.#slots.values()].filter(({ used, waiting }) => used > 0 || waiting > 0);
  }
}

/** `login-refused: Permission denied`. */
export function causeInWords({ code, message }: Pick<ErrorReport, 'code' | 'message'>): string {
  return message === '' ? code : `${code}: ${message}`;
}
