import { describe, expect, it } from 'vitest';
import { planDocument } from '../../src/cli/plan-document.ts';
import { planJson } from '../../src/cli/plan-file.ts';
import { drawPlan } from '../../src/cli/plan-view.ts';
import { formatFingerprint } from '../../src/domain/fingerprint.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import type { Observation } from '../../src/enrollment/observation.ts';
import type { DevicePlan } from '../../src/enrollment/planning/device-plan.ts';
import { columnsOf } from '../../src/report/columns.ts';
import { createStyle } from '../../src/report/style.ts';
import { described, type PlanOptions } from '../enrollment/planning/plans.ts';
import { CA, DEVICE, identity, NOW, observed, TRUSTPOINT, wantedLines } from '../enrollment/world.ts';
import { anError } from '../report/a-run.ts';
import { aResult } from '../run/a-device.ts';

const STYLE = createStyle({ color: false, unicode: true });
const WHOLE = { lines: wantedLines(), ca: CA, keyBits: 2048, identity: identity({ from: -100, to: 200 }) };
const GRANTED = observed(WHOLE);
const UNSET = observed({ timeLines: [] });
const NEVER_SET: Observation = { ...UNSET, clock: { ...UNSET.clock, authority: 'not-authoritative' } };

interface Planned {
  readonly name: string;
  readonly router?: Observation;
  readonly options?: PlanOptions;
  readonly failed?: Partial<DeviceResult>;
}

const FEW: readonly Planned[] = [
  { name: 'br-0001', router: NEVER_SET },
  {
    name: 'br-0002',
    router: observed({
      ...WHOLE,
      lines: [
        ...wantedLines().filter((line) => !line.startsWith('revocation-check')),
        'revocation-check none',
      ],
    }),
  },
  { name: 'br-0003', router: GRANTED },
  {
    name: 'br-0004',
    failed: {
      outcome: 'failed',
      error: {
        ...anError('unreachable', '192.0.2.4:22: no answer'),
        hint: 'check the way there',
        step: 'connect',
      },
    },
  },
  {
    name: 'br-0005',
    failed: {
      outcome: 'failed',
      error: {
        ...anError('plan-conflict', 'BRANCH: the router already trusts another CA'),
        hint: 'say who is right',
        step: 'plan',
      },
    },
  },
];

function planOf(fleet: readonly Planned[]) {
  const devices = fleet.map(({ name }) => ({ ...DEVICE, name }));
  const plans = new Map<string, DevicePlan>();
  const told = new Map<Observation, DevicePlan>();
  const results = fleet.map(({ name, router, options, failed }) => {
    if (router === undefined) return aResult(name, 'failed', failed);
    const plan = told.get(router) ?? described(router, options);
    told.set(router, plan);
    plans.set(name, plan);
    return aResult(name, plan.actions.length === 0 ? 'unchanged' : 'planned');
  });
  const document = planDocument({
    id: '20260601T000000Z-plan-1f3a',
    version: '0.1.0',
    createdAt: NOW,
    purpose: { kind: 'enroll' },
    allowOverwriteNvram: false,
    devices,
    results,
    plans,
    times: new Map([['await-grant', 12_000]]),
    rules: { concurrency: 50, startsPerSecond: 20 },
  });
  return { document, results };
}

/** The CA of the tests has another fingerprint each time. */
function steady(lines: readonly string[]): string {
  let text = `${lines.join('\n')}\n`;
  for (const fingerprint of TRUSTPOINT.authority.fingerprints) {
    const [, grouped = ''] = /^\S+ (.*)$/.exec(formatFingerprint(fingerprint)) ?? [];
    const plain = grouped.replaceAll(' ', '');
    text = text.replaceAll(plain, 'A'.repeat(plain.length));
    for (const word of grouped.split(' ')) text = text.replaceAll(word, 'A'.repeat(word.length));
  }
  return text;
}

function view(
  fleet: readonly Planned[],
  width: number,
  more = { details: false, diff: false },
): readonly string[] {
  const { document, results } = planOf(fleet);
  return drawPlan(document, results, { width, style: STYLE }, more);
}

describe('a plan for a person', () => {
  it.each([80, 120])('of a few devices, at %d columns, is the page that was looked at', async (columns) => {
    const lines = view(FEW, columns - 1, { details: false, diff: true });

    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
    await expect(steady(lines)).toMatchFileSnapshot(`goldens/plan-${columns}.txt`);
  });

  it('has the figures on top and no details of many devices, those alike in one row', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      name: `br-${String(index + 1).padStart(4, '0')}`,
      ...(index < 3 ? {} : { router: index % 10 === 0 ? GRANTED : NEVER_SET }),
      failed: FEW[3]?.failed ?? {},
    }));

    const lines = view(many, 79);

    expect(lines[0]).toMatch(/^plan: 2000 devices: 1798 to enroll, 199 unchanged, 3 unreachable$/);
    expect(lines[1]).toBe('risk: 1798 medium');
    expect(lines.length).toBeLessThan(30);
    expect(
      lines.some((line) => /^ 1798 {2}enroll +medium +clock, \d+ lines, .* br-0004, br-0005/.test(line)),
    ).toBe(true);
  });

  it('shows all in full with --details', () => {
    expect(
      view(FEW, 79, { details: true, diff: false }).filter((line) => /^br-\d+ \(/.test(line)).length,
    ).toBe(3);
  });
});

describe('a renewal plan', () => {
  it('says of a device that is left alone what it waits for, and nothing where nothing is due', () => {
    const { document, results } = planOf([
      { name: 'br-0001', router: GRANTED },
      { name: 'br-0002', router: GRANTED },
    ]);
    const decided = (['outside-window', 'not-due'] as const).map((decision) => [
      { trustpoint: 'BRANCH', decision, reason: 'made up' },
    ]);
    const devices = document.devices.map((entry, index) =>
      entry.plan === undefined
        ? entry
        : { ...entry, plan: { ...entry.plan, decisions: decided[index] ?? [] } },
    );

    const lines = drawPlan(
      { ...document, devices },
      results,
      { width: 79, style: STYLE },
      { details: false, diff: false },
    );

    expect(lines.find((line) => /^br-0001 {2}unchanged/.test(line))).toMatch(/ outside-window$/);
    expect(lines.find((line) => /^br-0002 {2}unchanged/.test(line))).toMatch(/ nothing to do$/);
  });
});

describe('a plan for programs', () => {
  it('is one JSON document with a line for each device, and holds what the page says', () => {
    const { document } = planOf(FEW);

    const text = planJson(document);

    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
    expect(text.split('\n').filter((line) => line.startsWith('    {"device":')).length).toBe(FEW.length);
    expect(JSON.parse(planJson({ ...document, devices: [] }))).toMatchObject({ devices: [] });
  });
});
