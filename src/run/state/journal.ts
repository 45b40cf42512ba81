import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DeviceError, InputError, toDeviceError } from '../../domain/errors.ts';
import type { DeviceResult } from '../../domain/result.ts';
import type { StepName } from '../../domain/step.ts';
import type { DeviceJob, StepEvent } from '../device-job.ts';
import type { Reporter, RunEvent } from '../events.ts';
import { CHANGING_STEPS } from './changing-steps.ts';
import { EVENTS_FILE, EventLog } from './event-log.ts';
import { LOCK_FILE, releaseLease, takeLease } from './leases.ts';
import {
  type RunFacts,
  recordIntent,
  recordOutcome,
  recordResult,
  recordRun,
  recordRunEnd,
  recordStart,
} from './records.ts';
import { holdRunLock, type RunLock } from './run-lock.ts';
import { RUN_FILE, RUNS_FOLDER, type StateStore } from './store.ts';

/**
 * What a run writes down, so that its end at any moment, by any cause, leaves a state that can be told and continued:
 * the intent before each step, the outcome after it, the result of each device.
 */
export interface Journal extends Disposable {
  /** The run's id. */
  readonly run: string;
  /** `<state>/runs/<id>`. */
  readonly folder: string;
  /** Writes outcomes, and `events.jsonl`. It has to stand behind the redaction. It never throws. */
  readonly reporter: Reporter;
  /** Takes the device for this run. Throws DeviceError `device-in-use` or `state-unwritable`. */
  begin(device: string): void;
  /** Before the step is done: throws DeviceError `state-unwritable`, and the step is not done. */
  intend(device: string, step: StepName, trustpoint?: string): void;
  /** The device's session is over: other runs may have it. Never throws. */
  end(device: string): void;
  /** The result of a device that has finished, read back from `events.jsonl`; undefined when that cannot be. */
  resultOf(device: string): DeviceResult | undefined;
  /** What could not be written, in sentences. */
  faults(): readonly string[];
  /** The state directory is not there any more. */
  readonly isGone: boolean;
}

export interface JournalOptions {
  readonly id: string;
  readonly command: string;
  readonly devices: readonly string[];
  /** The run that this one continues. */
  readonly resumes?: string;
  /** For the run that continues this one. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `false` for a run that only reads: it shares its devices with whoever works on them. */
  readonly exclusive: boolean;
  readonly now: () => Date;
}

/** A job whose steps are written down before they are done, and whose device no other run has meanwhile. */
export function withJournal(job: DeviceJob, journal: Journal): DeviceJob {
  return async (device, hooks) => {
    journal.begin(device.name);
    try {
      return await job(device, {
        ...hooks,
        onStep(event: StepEvent): void {
          if (event.type === 'step-started') journal.intend(device.name, event.step, event.trustpoint);
          hooks.onStep(event);
        },
      });
    } finally {
      journal.end(device.name);
    }
  };
}

/** Writes down that a run begins. Throws InputError when that cannot be: nothing was connected. */
export function openJournal(store: StateStore, options: JournalOptions): Journal {
  const { id, command, devices, resumes, settings, now } = options;
  const folder = path.join(store.folder, RUNS_FOLDER, id);
  const facts: RunFacts = {
    id,
    command,
    devices,
    startedAt: now(),
    host: hostname(),
    pid: process.pid,
    ...(resumes === undefined ? {} : { resumes }),
    ...(settings === undefined ? {} : { settings }),
  };
  let lock: RunLock | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = holdRunLock(path.join(folder, LOCK_FILE), store.driver);
    const log = new EventLog(path.join(folder, EVENTS_FILE));
    store.transaction('durable', () => {
      const seq = recordRun(store, facts);
      writeFileSync(path.join(folder, RUN_FILE), `${JSON.stringify({ seq, ...facts })}\n`, { mode: 0o600 });
    });
    return new RunJournal(store, { folder, lock, log }, options);
  } catch (thrown) {
    lock?.release();
    const { message } = toDeviceError(thrown);
    const hint = 'make room there, or name another directory with --state';
    throw new InputError([{ file: folder, message, hint }]);
  }
}

class RunJournal implements Journal {
  readonly run: string;
  readonly folder: string;
  readonly reporter: Reporter;
  readonly #store: StateStore;
  readonly #lock: RunLock;
  readonly #log: EventLog;
  readonly #options: JournalOptions;
  /** Devices whose session has not ended, one that was left behind included. */
  readonly #begun = new Set<string>();
  /** The step each device is in. */
  readonly #open = new Map<string, number>();
  #fault: DeviceError | undefined;

  constructor(
    store: StateStore,
    { folder, lock, log }: { folder: string; lock: RunLock; log: EventLog },
    options: JournalOptions,
  ) {
    this.run = options.id;
    this.folder = folder;
    this.#store = store;
    this.#lock = lock;
    this.#log = log;
    this.#options = options;
    this.reporter = {
      onEvent: (event) => {
        log.onEvent(event);
        this.#attempt(() => this.#hear(event));
      },
    };
  }

  begin(device: string): void {
    if (this.#begun.has(device)) {
      throw new DeviceError('device-in-use', 'an earlier session of this run was left and has not ended');
    }
    const at = this.#options.now();
    this.#store.transaction('quick', () => {
      if (this.#options.exclusive) takeLease(this.#store, device, this.run, at);
      recordStart(this.#store, this.run, device, at);
    });
    this.#begun.add(device);
  }

  intend(device: string, step: StepName, trustpoint?: string): void {
    const where = { run: this.run, device, step, ...(trustpoint === undefined ? {} : { trustpoint }) };
    const seq = this.#store.transaction(CHANGING_STEPS.has(step) ? 'durable' : 'quick', () =>
      recordIntent(this.#store, where, this.#options.now()),
    );
    this.#open.set(device, seq);
  }

  end(device: string): void {
    this.#begun.delete(device);
    this.#open.delete(device);
    if (!this.#options.exclusive) return;
    this.#attempt(() => this.#store.transaction('quick', () => releaseLease(this.#store, device, this.run)));
  }

  get isGone(): boolean {
    return this.#store.isGone;
  }

  resultOf(device: string): DeviceResult | undefined {
    return this.#log.resultOf(device);
  }

  faults(): readonly string[] {
    return [this.#fault?.message, this.#log.fault].filter((fault) => fault !== undefined);
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
    this.#lock.release();
  }

  #hear(event: RunEvent): void {
    switch (event.type) {
      case 'step-finished':
        this.#stepFinished(event);
        break;
      case 'device-finished': {
        const { command } = this.#options;
        const { result, at } = event;
        this.#store.transaction('quick', () =>
          recordResult(this.#store, { run: this.run, command, result, at }),
        );
        break;
      }
      case 'run-finished':
        this.#store.transaction('durable', () => recordRunEnd(this.#store, this.run, event.result, event.at));
        break;
      default:
    }
  }

  #stepFinished(event: Extract<RunEvent, { type: 'step-finished' }>): void {
    const { device, outcome, note, at } = event;
    const seq = this.#open.get(device);
    // A step that was so already was never begun.
    if (seq === undefined || outcome === 'already-true') return;
    this.#open.delete(device);
    // A power failure that takes it leaves the step as half done, which the next run looks into.
    this.#store.transaction('quick', () =>
      recordOutcome(this.#store, seq, { outcome, at, ...(note === undefined ? {} : { note }) }),
    );
  }

  /** What was done is done whether it can be written or not: the next intent will tell. */
  #attempt(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      this.#fault ??= toDeviceError(thrown);
    }
  }
}
