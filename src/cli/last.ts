import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import { plural } from '../report/outcomes.ts';
import { devicesByLast, type Last, unfinishedRun } from '../run/state/selection.ts';
import type { StateStore } from '../run/state/store.ts';
import type { OptionValues } from './options.ts';

export interface Narrowed {
  readonly devices: readonly Device[];
  /** The run that is continued. */
  readonly resumes?: string;
  /** How that run worked through its fleet. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the operator should know of the choice, in lines. */
  readonly told: readonly string[];
}

/**
 * Of the devices selected by name those that `--resume` or `--last` mean. Throws InputError when none is left: that nothing is to be
 * done is not what somebody expects who asks for the failed ones.
 */
export function narrowed(
  devices: readonly Device[],
  { resume, last }: Pick<OptionValues, 'resume' | 'last'>,
  store: StateStore,
  now: Date,
): Narrowed {
  if (resume && last !== undefined) {
    throw problem('--last', 'is not taken beside --resume', 'give one of the two');
  }
  if (resume) return resumed(devices, store);
  if (last === undefined) return { devices, told: [] };
  const wanted = devicesByLast(store, last as Last, now);
  const chosen = devices.filter(({ name }) => wanted.has(name));
  if (chosen.length === 0) {
    const hint = 'trustfleet status shows how each device stands';
    throw problem('--last', `no device of this selection was ${last} in its last run`, hint);
  }
  return { devices: chosen, told: [`--last ${last}: ${plural(chosen.length, 'device')}`] };
}

function resumed(devices: readonly Device[], store: StateStore): Narrowed {
  const { run, startedAt, how, devices: left, settings } = unfinishedRun(store);
  // In the run's own order: what failed comes last, else it would stop the run again before anything else was tried.
  const byName = new Map(devices.map((device) => [device.name, device] as const));
  const chosen = left.flatMap((name) => byName.get(name) ?? []);
  if (chosen.length === 0) {
    throw problem(
      '--resume',
      `run ${run} left ${plural(left.length, 'device')}, and none of them is in this selection`,
      'trustfleet status shows them; leave --limit, --group and --tag out to take them all',
    );
  }
  const others = left.length - chosen.length;
  return {
    devices: chosen,
    resumes: run,
    settings,
    told: [
      `Resuming run ${run}, ${how}, of ${startedAt}: ${plural(chosen.length, 'device')} not finished well.`,
      ...(others === 0 ? [] : [`${plural(others, 'device')} of it not in this selection or inventory.`]),
    ],
  };
}

function problem(key: string, message: string, hint: string): InputError {
  return new InputError([{ file: 'command line', key, message, hint }]);
}
