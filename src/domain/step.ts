/** The story of one device, in order. */
export const STEPS = [
  'connect',
  'observe',
  'plan',
  'protect',
  'set-clock',
  'configure',
  'generate-keypair',
  'authenticate',
  'enroll',
  'await-grant',
  'verify',
  'switch',
  'retire',
  'accept',
  'save',
  'retreat',
] as const;

export type StepName = (typeof STEPS)[number];

/** Steps that bring a router towards what the inventory asks for by changing it. */
export const CHANGING_STEPS: ReadonlySet<StepName> = new Set([
  'set-clock',
  'configure',
  'generate-keypair',
  'authenticate',
  'enroll',
  'switch',
  'retire',
  'save',
]);

/** How a step ended. `already-true`: the router was so before. */
export type StepOutcome = 'done' | 'already-true' | 'failed' | 'interrupted';

/** How a device ended. `planned` was only looked at, and there is work; `pending` waits for the CA's operator. */
export type DeviceOutcome =
  | 'verified'
  | 'unchanged'
  | 'planned'
  | 'pending'
  | 'failed'
  | 'skipped'
  | 'interrupted';

/** How far a trustpoint has come, as the router's own status shows it. */
export type EnrollmentStage =
  | 'unconfigured'
  | 'configured'
  | 'keys-generated'
  | 'ca-authenticated'
  | 'pending'
  | 'granted'
  | 'rejected';
