import type { Guard, HealthCheck, HealthRule } from '../domain/guard.ts';
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
    const { command, within } = check;
    const rule = ruleOf(check);
    return within === undefined ? { command, rule } : { command, rule, withinMs: milliseconds(within) };
  });
}

function ruleOf(check: HealthInput[number]): HealthRule {
  if ('expect' in check) return { kind: 'expect', pattern: check.expect };
  if ('count' in check) return { kind: 'count', pattern: check.count };
  return { kind: 'same' };
}
