import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { drawPlanDetails } from '../../../src/cli/plan-details.ts';
import type { DeviceResult } from '../../../src/domain/result.ts';
import type { DevicePlan } from '../../../src/enrollment/planning/device-plan.ts';
import { toCsv } from '../../../src/report/csv.ts';
import { createStyle } from '../../../src/report/style.ts';
import { aMaterial } from '../../report/a-material.ts';
import { aRun } from '../../report/a-run.ts';
import { OneRouter } from '../one-router.ts';

it('usage keys get a certificate each, verified against its own key, and a second run changes nothing', async () => {
  await using one = await OneRouter.start({ release: '17.9', trustpoint: { key: { usageKeys: true } } });
  const first = await one.enroll();
  expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
  expect(first.certificates).toMatchObject([{ use: 'signature' }, { use: 'encryption' }]);
  const matching = first.findings.filter(({ check }) => check === 'key-matches-router');
  expect(matching).toMatchObject([
    { use: 'signature', status: 'pass' },
    { use: 'encryption', status: 'pass' },
  ]);
  expect((await one.enroll()).outcome).toBe('unchanged');

  const { plan } = await one.plan();
  if (plan === undefined) throw new Error('there is no plan');
  listsBoth(plan, first);
  const rows: Record<string, string>[] = parse(toCsv(aMaterial({ result: aRun([first]) })), {
    columns: true,
  });
  expect(rows.map(({ trustpoint, use, serial }) => [trustpoint, use, serial])).toEqual(
    first.certificates.map(({ use, serial }) => ['BRANCH', use, serial]),
  );
});

function listsBoth(plan: DevicePlan, { certificates }: DeviceResult): void {
  const serials = certificates.map(({ serial }) => serial);
  expect(plan.keypairs).toEqual(
    (['signature', 'encryption'] as const).map((use) => ({ label: 'BRANCH', use, type: 'rsa', bits: 2048 })),
  );
  const [trustpoint] = plan.trustpoints;
  expect(trustpoint?.certificates.map(({ use, serial }) => [use, serial])).toEqual([
    ['signature', serials[0]],
    ['encryption', serials[1]],
  ]);
  const entry = { device: 'br-0001', host: '127.0.0.1', as: 'unchanged', notes: [], plan } as const;
  const look = { width: 100, style: createStyle({ color: false, unicode: true }) };
  const page = drawPlanDetails(entry, look).join('\n');
  for (const [use, serial] of [
    ['signature', serials[0]],
    ['encryption', serials[1]],
  ])
    expect(page).toContain(`BRANCH (${use}): granted, certificate ${serial} until`);
}
