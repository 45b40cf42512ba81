import type { Device } from '../domain/device.ts';
import { type Generations, generationNotes, generationsOf } from './generations.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { StepContext } from './steps/context.ts';

/** A router as it was read, and the device as it stands on it. */
export interface Standing {
  /** Its device has the generations in force. */
  readonly context: StepContext;
  readonly generations: Generations;
  readonly notes: readonly string[];
  /** Names of old generations. */
  readonly retirable: readonly string[];
}

/** Finds the generations in force on a router that was read. */
export function standingOf(context: StepContext, observation: Observation): Standing {
  const generations = generationsOf(context.device, observation, context.renderer);
  const notes = generationNotes(generations, observation);
  const retirable = [...generations.rolling.values()].flatMap(({ old }) => old.map(({ name }) => name));
  return { context: { ...context, device: generations.device }, generations, notes, retirable };
}

/** With the next generations beside those in force, while both are worked on. */
export function withNext(context: StepContext, { rolling }: Generations, { actions }: Plan): StepContext {
  const switching = actions.filter(({ kind }) => kind === 'switch');
  const next = [...rolling.values()]
    .map((each) => each.next)
    .filter(({ name }) => switching.some((action) => 'trustpoint' in action && action.trustpoint === name));
  if (next.length === 0) return context;
  return withTrustpoints(context, [...context.device.trustpoints, ...next]);
}

/** With the next generations only where they take the place of those in force: what is proved, saved and told of. */
export function withSettled(
  context: StepContext,
  { actions }: Plan,
  pending: ReadonlySet<string>,
): StepContext {
  const replaced = new Set(
    actions.flatMap((action) =>
      action.kind === 'switch' && !pending.has(action.trustpoint) ? [action.from] : [],
    ),
  );
  if (replaced.size === 0) return context;
  return withTrustpoints(
    context,
    context.device.trustpoints.filter(({ name }) => !replaced.has(name)),
  );
}

function withTrustpoints(context: StepContext, trustpoints: Device['trustpoints']): StepContext {
  return { ...context, device: { ...context.device, trustpoints } };
}
