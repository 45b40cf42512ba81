import { suggest } from './suggest.ts';
import type { VariableKind } from './variables.ts';

/** What is known of a value before any device is seen. */
export interface Shape {
  readonly kind: VariableKind;
  readonly optional: boolean;
  /** Of a group. */
  readonly fields?: ReadonlyMap<string, Shape>;
  /** Of a list. */
  readonly item?: Shape;
  /** A group that may hold more fields than the listed ones. */
  readonly open?: boolean;
  /** Each device has its own, whatever else it shares with others (view.ts). */
  readonly own?: boolean;
}

/** The contexts a path may look at, outermost first; `#each` and `#with` add one. */
export type Scopes = readonly [Shape, ...Shape[]];

/** Whatever the inventory put there. */
export const FREE: Shape = { kind: 'free', optional: false, own: true };

/** Where a path leads, or what is wrong with it: one sentence, and what to do instead. */
export type Resolved = { readonly shape: Shape } | { readonly problem: string; readonly hint?: string };

/** Follows `parts` from the context `depth` levels out (`../` is one level). */
export function resolve(scopes: Scopes, depth: number, parts: readonly string[]): Resolved {
  const start = scopes[scopes.length - 1 - depth];
  if (start === undefined) return { problem: '../ leads out of the template' };
  let shape = start;
  for (const [index, part] of parts.entries()) {
    const next = step(shape, part);
    if (next === undefined) return unknown(scopes, depth, shape, parts, index);
    shape = next;
  }
  return { shape };
}

function step(shape: Shape, part: string): Shape | undefined {
  if (shape.kind === 'free') return FREE;
  return shape.fields?.get(part) ?? (shape.open === true ? FREE : undefined);
}

function unknown(
  scopes: Scopes,
  depth: number,
  shape: Shape,
  parts: readonly string[],
  index: number,
): Resolved {
  const part = parts[index] ?? '';
  const before = parts.slice(0, index);
  const problem = `there is no variable ${[...before, part].join('.')} here`;
  if (index === 0 && depth === 0) {
    const outer = scopes
      .slice(0, -1)
      .toReversed()
      .findIndex((scope) => step(scope, part) !== undefined);
    if (outer >= 0) return { problem, hint: `inside a block write ${'../'.repeat(outer + 1)}${part}` };
  }
  const meant = suggest(part, [...(shape.fields?.keys() ?? [])]);
  return meant === undefined
    ? { problem, hint: 'docs/templates.md lists every variable' }
    : { problem, hint: `did you mean ${[...before, meant].join('.')}?` };
}
