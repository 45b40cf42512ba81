import type { DeviceResult } from '../domain/result.ts';
import { drawCauses } from '../report/causes.ts';
import type { OptionValues } from './options.ts';
import { drawPlanDetails, drawPlanDiff } from './plan-details.ts';
import { isWork, type PlanDocument } from './plan-document.ts';
import { drawPlanSummary, drawPlanTable, type Look } from './plan-text.ts';

/** So many devices with work are shown in full without being asked to. */
const FEW_DEVICES = 3;

/** A plan for a person: what it comes to, device by device, in full where there is room, and what could not be planned. */
export function drawPlan(
  document: PlanDocument,
  results: readonly DeviceResult[],
  look: Look,
  { details, diff }: Pick<OptionValues, 'details' | 'diff'>,
): string[] {
  const { devices } = document;
  const work = devices.filter(({ as }) => isWork(as));
  const isShort = devices.length <= FEW_DEVICES;
  const inFull = isShort || details ? devices : work.length <= FEW_DEVICES ? work : [];
  const table = drawPlanTable(document, look);
  return [
    ...drawPlanSummary(document, look),
    ...(table.length === 0 ? [] : ['', ...table]),
    ...inFull.flatMap((entry) => drawPlanDetails(entry, look)),
    ...(diff ? devices.flatMap((entry) => drawPlanDiff(entry, look)) : []),
    ...drawCauses(results, look.width, look.style),
  ];
}
