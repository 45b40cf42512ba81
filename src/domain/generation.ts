import type { Trustpoint } from './trustpoint.ts';

/**
 * A trustpoint whose keys are rolled has generations: the first has the name and the key label of the inventory, the next
 * ones have a number behind them, from 2. Which are there is read from the router, never remembered.
 */
export function generationOf(trustpoint: Trustpoint, number: number): Trustpoint {
  const base = trustpoint.rolledFrom ?? trustpoint.name;
  if (number === generationNumber(trustpoint, trustpoint.name)) return trustpoint;
  const label = baseLabel(trustpoint);
  const { rolledFrom: _, ...own } = trustpoint;
  if (number === 1) return { ...own, name: base, key: { ...own.key, label } };
  return {
    ...own,
    name: `${base}-${number}`,
    rolledFrom: base,
    key: { ...own.key, label: `${label}-${number}` },
  };
}

/** Which generation of a trustpoint a name is; undefined when it is none. */
export function generationNumber({ name, rolledFrom = name }: Trustpoint, other: string): number | undefined {
  if (other === rolledFrom) return 1;
  if (!other.startsWith(`${rolledFrom}-`)) return undefined;
  const digits = other.slice(rolledFrom.length + 1);
  return /^(?:[2-9]|[1-9]\d+)$/.test(digits) ? Number(digits) : undefined;
}

/** The trustpoint of the inventory that a name on the router belongs to: its own, or that of a generation. */
export function ownerOf(trustpoints: readonly Trustpoint[], name: string): Trustpoint | undefined {
  return (
    trustpoints.find((trustpoint) => trustpoint.name === name) ??
    trustpoints.find(
      (trustpoint) => trustpoint.renew.keys === 'roll' && generationNumber(trustpoint, name) !== undefined,
    )
  );
}

function baseLabel(trustpoint: Trustpoint): string {
  const { name, rolledFrom, key } = trustpoint;
  if (rolledFrom === undefined) return key.label;
  return key.label.slice(0, key.label.length - (name.length - rolledFrom.length));
}
