import type { ErrorReport } from '../domain/result.ts';
import type { DeviceOutcome, StepName } from '../domain/step.ts';
import type { RunEvent } from '../run/events.ts';

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
}

/** Where a run stands, as its events tell. */
export class FleetState {
  command = '';
  total = 0;
  startedAt = new Date(0);
  readonly counts: Record<DeviceOutcome, number> = {
    verified: 0,
    unchanged: 0,
    pending: 0,
    failed: 0,
    skipped: 0,
    interrupted: 0,
  };
  readonly #inFlight = new Map<string, InFlight>();
  readonly #slots = new Map<string, ChallengeSlots>();
  #finished = 0;

  hear(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.command = event.command;
        this.total = event.devices.length;
        this.startedAt = event.at;
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
        this.#inFlight.delete(event.result.device);
        this.counts[event.result.outcome] += 1;
        this.#finished += 1;
        break;
      case 'step-finished':
      case 'run-finished':
        break;
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
