import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { StepName } from '../../src/domain/step.ts';
import { type Forecast, type ForecastRules, forecast, type PlannedDevice } from '../../src/run/forecast.ts';
import { described } from '../enrollment/planning/plans.ts';
import { DEVICE, observed, TRUSTPOINT } from '../enrollment/world.ts';

const PLAN = described(observed({}));
/** Lines and answers that a fresh router gets for sure, from the login to the farewell. */
const TYPED = PLAN.steps
  .flatMap(({ lines }) => lines)
  .filter(({ onlyIf, again }) => onlyIf === undefined && again === undefined)
  .reduce(
    (sum, { questions }) =>
      sum + 1 + questions.filter(({ answer, stops }) => answer !== undefined && stops === undefined).length,
    0,
  );

function fleet(count: number, commandMs = 10, device: Device = DEVICE): readonly PlannedDevice[] {
  return Array.from({ length: count }, (_, index) => ({
    device: { ...device, name: `br-${index}` },
    plan: { ...PLAN, link: { loginMs: 100, commandMs } },
  }));
}

function foretold(
  planned: readonly PlannedDevice[],
  times: Partial<Record<StepName, number>> = {},
  rules: Partial<ForecastRules> = {},
): Forecast {
  const found = forecast(planned, new Map(Object.entries(times) as [StepName, number][]), {
    concurrency: 50,
    ...rules,
  });
  if (found === undefined) throw new Error('there is no forecast');
  return found;
}

describe('the forecast', () => {
  it('is none without work', () => {
    expect(forecast([], new Map(), { concurrency: 1 })).toBeUndefined();
  });

  it('of one device is its login and its lines at its own pace', () => {
    const alone = foretold(fleet(1, 40));

    expect(alone).toMatchObject({ atLeastMs: 100 + TYPED * 40, atMostMs: 100 + TYPED * 40 });
    expect(alone.bound).toBe('the slowest device, br-0');
  });

  it('takes a step for as long as earlier runs saw it take, and names what no run saw', () => {
    const without = foretold(fleet(1));
    const known = foretold(fleet(1), { 'generate-keypair': 60_000 });

    expect(known.atLeastMs - without.atLeastMs).toBeGreaterThan(59_000);
    expect(without.notCounted).toContain('key generation');
    expect(known.notCounted).not.toContain('key generation');
    expect(known.notCounted).toContain('the answer of the CA');
  });

  it('of many devices is their work by the places for it, and at most one device more', () => {
    const [one] = [foretold(fleet(1)).atLeastMs];
    const many = foretold(fleet(100), {}, { concurrency: 10 });

    expect(many.atLeastMs).toBe(one * 10);
    expect(many.atMostMs).toBe(one * 11);
    expect(many.bound).toBe('10 devices at once');
  });

  it('knows the rate of starts, and the limits of groups', () => {
    expect(foretold(fleet(1000, 1), {}, { concurrency: 1000, startsPerSecond: 2 })).toMatchObject({
      atLeastMs: 999 * 500,
      bound: '2 starts a second',
    });
    const limits = [{ name: 'group emea', concerns: () => true, sessions: 2 }];
    expect(foretold(fleet(100), {}, { limits })).toMatchObject({
      bound: '2 devices of group emea at once',
    });
    const others = [{ name: 'group apac', concerns: () => false, sessions: 1, startsPerSecond: 1 }];
    expect(foretold(fleet(100), {}, { limits: others }).atLeastMs).toBe(foretold(fleet(100)).atLeastMs);
  });

  it('is bound by the challenge passwords that a CA has out at once', () => {
    const ndes = {
      kind: 'ndes',
      url: 'https://ca.example.net/',
      username: 'u',
      auth: 'basic',
      allowInsecure: false,
      capacity: 5,
      validityMs: 1,
    } as const;
    const challenge = { ...ndes, password: Secret.acquired('', 'the test') };
    const device = {
      ...DEVICE,
      trustpoints: [{ ...TRUSTPOINT, authority: { ...TRUSTPOINT.authority, challenge } }],
    };

    const bound = foretold(fleet(200, 1, device), { 'await-grant': 10_000 }, { concurrency: 200 });

    expect(bound.bound).toBe(`5 challenge passwords of ${TRUSTPOINT.authority.name} at once`);
    expect(bound.atLeastMs).toBeGreaterThanOrEqual((200 * 10_000) / 5);
    expect(bound.atLeastMs).toBeLessThan((200 * 11_000) / 5);
  });

  it('names the slowest link', () => {
    const [slow] = fleet(1, 900);
    const planned =
      slow === undefined ? [] : [...fleet(5), { ...slow, device: { ...slow.device, name: 'far' } }];

    expect(foretold(planned).slowest).toMatchObject({ device: 'far', commandMs: 900 });
  });
});
