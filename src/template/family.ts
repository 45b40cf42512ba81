import type { Drawing, Drawn } from './draw.ts';
import { createTraces, type Step } from './trace.ts';
import type { Printable } from './value.ts';
import type { View } from './view.ts';

/** What a template makes of views that have all in common but what is the devices' own. */
export interface FamilyTraces {
  /** As {@link Traces}, by the own variables alone: all else is what it was when it was learned. */
  recall(own: object): Drawing | undefined;
  /** Keeps what was drawn without problems, and says to whom it belongs. */
  learn(drawn: Drawn): Drawing;
}

/**
 * Devices of an inventory share their frozen settings, and a view tells by their identity whether it shares them with
 * another. What a template does with shared settings has not to be looked at again. A family is kept from
 * its second member on: settings of one device alone make none. `common` is as {@link commonBy} tells it.
 */
export function createFamilies(): (common: object) => FamilyTraces | undefined {
  const families = new WeakMap<object, FamilyTraces | 'met' | 'unlike'>();
  return (common) => {
    const known = families.get(common);
    if (known === undefined) families.set(common, 'met');
    if (known === undefined || known === 'unlike') return undefined;
    if (known !== 'met') return known;
    const made = createFamily(() => families.set(common, 'unlike'));
    families.set(common, made);
    return made;
  };
}

function createFamily(giveUp: () => void): FamilyTraces {
  const traces = createTraces();
  return {
    recall: (own) => traces.recall(own),
    learn: ({ skeleton, values, problems, steps }) => {
      const family = { own: ownValues(steps) };
      const drawing = { skeleton, values, problems, family };
      if (isFollowed(steps, values) && traces.learn(steps.filter(isOwn), drawing)) return drawing;
      giveUp();
      return { skeleton, values, problems };
    },
  };
}

/** Own lists and groups are followed by the traces of whole views; the value of a secret may come to be known. */
function isFollowed(steps: readonly Step[], values: readonly Printable[]): boolean {
  return (
    values.every((value) => typeof value === 'string') &&
    steps.filter(isOwn).every(({ gate, context }) => context === 0 && (gate === 'print' || gate === 'test'))
  );
}

function isOwn({ site }: Step): boolean {
  return site.isOwn;
}

/** The numbers of the values that are the device's own. */
function ownValues(steps: readonly Step[]): readonly number[] {
  const printed = steps.filter(({ gate }) => gate === 'print' || gate === 'fixed');
  return [...printed.keys()].filter((number) => printed[number]?.site.isOwn);
}

/**
 * Tells the one object that stands for all that a template looks at and that is not the device's own; `roots` are the
 * variables that it looks at.
 */
export function commonBy(roots: ReadonlySet<string>): (view: View) => object {
  const looksAt = (...names: string[]): boolean => names.some((name) => roots.has(name));
  const isOfClock = looksAt('', 'clock', 'ntp');
  const isOfTrustpoint = looksAt('', 'key', 'trustpoint', 'profile');
  if (!isOfClock) return ({ clock, trustpoint }) => trustpoint ?? clock ?? NOTHING;
  if (!isOfTrustpoint) return ({ clock }) => clock ?? NOTHING;
  return ({ clock, trustpoint }) =>
    clock === undefined || trustpoint === undefined ? (clock ?? NOTHING) : pairOf(clock, trustpoint);
}

/** Of views in which all is the device's own. */
const NOTHING = {};

const PAIRS = new WeakMap<object, WeakMap<object, object>>();

function pairOf(one: object, other: object): object {
  const pairs = PAIRS.get(one) ?? new WeakMap<object, object>();
  const pair = pairs.get(other) ?? {};
  PAIRS.set(one, pairs.set(other, pair));
  return pair;
}
