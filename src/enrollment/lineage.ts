import type { Trustpoint } from '../domain/trustpoint.ts';

/**
 * Trustpoints in the order in which a router can take their CA certificates: one that a `parent` certified comes behind
 * it (`chain-validation continue`, IOS command reference). The order of the inventory is kept otherwise.
 */
export function parentsFirst<Named extends { readonly trustpoint: Trustpoint }>(
  all: readonly Named[],
): readonly Named[] {
  const byName = new Map(all.map((one) => [one.trustpoint.name, one] as const));
  const placed = new Set<Named>();
  const begun = new Set<Named>();
  const place = (one: Named): void => {
    if (begun.has(one)) return;
    begun.add(one);
    for (const name of neededBy(one.trustpoint)) {
      const needed = byName.get(name);
      if (needed !== undefined) place(needed);
    }
    placed.add(one);
  };
  for (const one of all) place(one);
  return [...placed];
}

/** The CA above, and the certificate that signs the request where an enrollment profile names one. */
function neededBy({ parent, method }: Trustpoint): readonly string[] {
  const credential = method.kind === 'profile' ? method.credential : undefined;
  return [parent, credential].filter((name) => name !== undefined);
}

/** The trustpoints that stand above one, the nearest first. */
export function parentsOf(trustpoint: Trustpoint, all: readonly Trustpoint[]): readonly Trustpoint[] {
  const above: Trustpoint[] = [];
  let next = trustpoint.parent;
  while (next !== undefined) {
    const found = all.find(({ name }) => name === next);
    if (found === undefined || found === trustpoint || above.includes(found)) break;
    above.push(found);
    next = found.parent;
  }
  return above;
}
