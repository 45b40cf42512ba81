import type { Guard, HealthCheck } from '../domain/guard.ts';
import { milliseconds } from './build-clock.ts';
import type { GuardInput, HealthInput } from './schema-guard.ts';

/** The guard of one level: one value when levels are merged, whichever kind it is. */
export class GuardLevel {
  readonly guard: Guard | undefined;

  constructor(input: GuardInput) {
    this.guard = guardOf(input);
  }
}

function guardOf(input: GuardInput): Guard | undefined {
  if (input === false) return undefined;
  return 'revert' in input
    ? { kind: 'revert', minutes: milliseconds(input.revert) / 60_000 }
    : { kind: 'reload', minutes: milliseconds(input.reloadIn) / 60_000 };
}

export function buildHealth(input: HealthInput): readonly HealthCheck[] {
  return input.map((check): HealthCheck => {
    const { command } = check;
    if ('expect' in check) return { command, rule: { kind: 'expect', pattern: check.expect } };
    if ('count' in check) return { command, rule: { kind: 'count', pattern: check.count } };
    return { command, rule: { kind: 'same' } };
  });
}
