import type { Consent } from '../../../src/domain/consent.ts';
import type { Device } from '../../../src/domain/device.ts';
import type { Observation } from '../../../src/enrollment/observation.ts';
import { type Plan, type Purpose, planDevice } from '../../../src/enrollment/plan.ts';
import { type DevicePlan, describePlan } from '../../../src/enrollment/planning/device-plan.ts';
import { DEVICE, NOW, RENDERER } from '../world.ts';

export interface PlanOptions {
  readonly device?: Device;
  readonly purpose?: Purpose;
  readonly consents?: readonly Consent[];
  readonly allowOverwriteNvram?: boolean;
  readonly now?: Date;
}

export function planOf(observation: Observation, options: PlanOptions = {}): Plan {
  const { device = DEVICE, purpose = { kind: 'enroll' }, consents = [], now = NOW } = options;
  return planDevice(RENDERER.render(device), observation, purpose, now, new Set(consents));
}

export function described(observation: Observation, options: PlanOptions = {}): DevicePlan {
  const { device = DEVICE, consents = [], allowOverwriteNvram = false, now = NOW } = options;
  return describePlan(device, observation, planOf(observation, options), {
    now,
    consents: new Set(consents),
    allowOverwriteNvram,
    link: { loginMs: 300, commandMs: 50 },
  });
}
