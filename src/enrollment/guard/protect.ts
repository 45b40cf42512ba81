import { DeviceError, toDeviceError } from '../../domain/errors.ts';
import type { Observation } from '../observation.ts';
import type { Action, Plan } from '../plan.ts';
import type { DeviceRecord } from '../record.ts';
import type { StepContext } from '../steps/context.ts';
import { backupFiles } from './backup.ts';
import { type Ailment, ailmentsBefore, type Reading, readHealth, watchHealth } from './health.ts';
import { type HeldGuard, holdGuard, takeOffGuard, whatItDoes } from './hold.ts';
import { chooseRetreat, retreat } from './retreat.ts';

/** Whether a plan types anything that changes a router, besides saving what is there. */
export function isChanging(actions: readonly Action[]): boolean {
  return actions.some((action) =>
    action.kind === 'await-grant' ? action.imports === true : action.kind !== 'save',
  );
}

/** What `work` calls when the router is as it should be, before anything is saved. */
export type Accept = () => Promise<void>;

/**
 * Does work on a router under what protects it: how the router was is kept, its health is looked at before and after, its
 * guard is set before the first change and taken off behind the last check. Should the work fail while that is so, the
 * router is led back as far as it can be.
 *
 * Throws DeviceError `state-unwritable`, `health-failed`, `plan-conflict` or `guard-expired`, and what the work throws.
 */
export async function protect<T>(
  context: StepContext,
  record: DeviceRecord,
  before: Observation,
  { actions }: Plan,
  work: (accept: Accept) => Promise<T>,
): Promise<T> {
  const protection = new Protection(context, record, before, actions);
  await protection.begin();
  try {
    return await work(() => protection.accept());
  } catch (thrown) {
    await protection.retreat(toDeviceError(thrown));
    throw thrown;
  }
}

class Protection {
  readonly #context: StepContext;
  readonly #record: DeviceRecord;
  readonly #before: Observation;
  readonly #actions: readonly Action[];
  #readings: readonly Reading[] = [];
  #held: HeldGuard | undefined;

  constructor(context: StepContext, record: DeviceRecord, before: Observation, actions: readonly Action[]) {
    this.#context = context;
    this.#record = record;
    this.#before = before;
    this.#actions = actions;
  }

  get #checks(): NonNullable<StepContext['device']['health']> {
    return this.#context.device.health ?? [];
  }

  async begin(): Promise<void> {
    const { device, backUp } = this.#context;
    const changes = isChanging(this.#actions);
    const isLooked = this.#checks.length > 0 && this.#actions.length > 0;
    const { guard } = device;
    if (!isLooked && !(changes && (guard !== undefined || backUp !== undefined))) return;
    await this.#record.step('protect', undefined, async (note) => {
      const notes: string[] = [];
      if (isLooked) notes.push(await this.#lookBefore());
      if (changes && backUp !== undefined) {
        const files = backupFiles(this.#context.heard, this.#before);
        await backUp(device.name, files);
        notes.push(`${files.length} files backed up`);
      }
      if (changes && guard !== undefined) {
        this.#held = await holdGuard(this.#context, guard);
        notes.push(`the router ${whatItDoes(this.#held)} unless confirmed`);
        if (this.#held.note !== undefined) this.#record.notes.push(this.#held.note);
      }
      note(notes.join('; '));
    });
  }

  async #lookBefore(): Promise<string> {
    this.#readings = await readHealth(this.#context.session, this.#checks);
    const ailments = ailmentsBefore(this.#readings);
    if (ailments.length > 0) throw failing('was bad before the first change', ailments);
    return `${this.#checks.length} health checks are good`;
  }

  /** Health once more, then the guard is taken off. */
  async accept(): Promise<void> {
    if (this.#checks.length === 0 && this.#held === undefined) return;
    await this.#record.step('accept', undefined, async (note) => {
      const notes: string[] = [];
      if (this.#checks.length > 0) {
        const ailments = await watchHealth(this.#context, this.#readings);
        if (ailments.length > 0) throw failing('is worse than before', ailments);
        notes.push(`${this.#checks.length} health checks are as good as before`);
      }
      if (this.#held !== undefined) {
        await takeOffGuard(this.#context, this.#held);
        this.#held = undefined;
        notes.push('the guard was taken off');
      }
      note(notes.join('; '));
    });
  }

  /** Never throws: the failure that led here is what is told. */
  async retreat({ code }: DeviceError): Promise<void> {
    const held = this.#held;
    const isDeaf = this.#context.signal.aborted;
    const chosen = chooseRetreat(isDeaf ? 'interrupted' : code, held);
    const work = { before: this.#before, actions: this.#actions };
    if (chosen.kind === 'leave') {
      this.#record.notes.push(...(await retreat(this.#context, chosen, held, work)));
      return;
    }
    await this.#record
      .step('retreat', undefined, async (note) => {
        const sentences = await retreat(this.#context, chosen, held, work);
        if (chosen.kind === 'call-off') this.#record.notes.push(...sentences);
        else this.#record.wasLeft = `the router was led back, nothing was saved: ${sentences.join('; ')}`;
        note(sentences[0] ?? '');
      })
      .catch(() => undefined);
  }
}

function failing(what: string, ailments: readonly Ailment[]): DeviceError {
  const [first] = ailments;
  const others = ailments.length > 1 ? ` and ${ailments.length - 1} more` : '';
  return new DeviceError('health-failed', `“${first?.command}” ${what}: ${first?.what}${others}`, {
    detail: ailments.map(({ detail }) => detail).join('\n'),
  });
}
