/**
 * trustfleet as a library: certificates for fleets of Cisco IOS / IOS-XE routers.
 *
 * ```ts
 * const inventory = await loadInventory('inventory.yaml');
 * const devices = selectDevices(inventory, { limit: 'br-00*' });
 * await openSecrets(devices, { env: process.env, ask });
 * const shared = {
 *   renderer: createRenderer(),
 *   challenges: createChallengeSources({ now }),
 *   acceptNewHostKeys: false,
 *   allowOverwriteNvram: false,
 *   consents: () => new Set(),
 *   now,
 * };
 * const result = await runFleet({
 *   command: 'enroll',
 *   devices,
 *   job: (device, hooks) => enrollDevice(device, { ...shared, ...hooks }),
 *   concurrency: 50,
 *   signal,
 *   reporters: [],
 *   now,
 * });
 * ```
 *
 * The SCEP library is a door of its own: `trustfleet/scep`.
 */

// Where challenge passwords come from
export type { Challenge, ChallengeSource } from './challenge/source.ts';
export {
  type ChallengeSources,
  type ChallengeSourcesOptions,
  createChallengeSources,
} from './challenge/sources.ts';
// The way to the routers
export { JumpHostPool } from './dialogue/jump-hosts.ts';
export { type SshMemory, SshMemoryFolder, type SshRecord } from './dialogue/ssh-memory.ts';
// Nouns
export type { CertificateFacts, NameAttribute } from './domain/certificate.ts';
export { type ConfigLine, clearText, maskedText, plainLine } from './domain/config-line.ts';
export type {
  ClockSettings,
  Device,
  JumpHost,
  Keepalive,
  SshAgent,
  SshSettings,
  Timeouts,
  VarValue,
} from './domain/device.ts';
export {
  DeviceError,
  ERRORS,
  type ErrorCode,
  formatInputProblem,
  InputError,
  type InputProblem,
} from './domain/errors.ts';
export { CHECKS, type CheckName, type Finding } from './domain/finding.ts';
export {
  type Fingerprint,
  type FingerprintHash,
  formatFingerprint,
  parseFingerprint,
  sameFingerprint,
} from './domain/fingerprint.ts';
export type { Guard, HealthCheck, HealthRule } from './domain/guard.ts';
// What routers print, read: each function takes the output of the command it names
export type { PrintedDate } from './domain/printed-certificate.ts';
export type {
  CertificateSummary,
  DeviceResult,
  ErrorReport,
  RenewalDecision,
  StepResult,
} from './domain/result.ts';
export { Secret, type SecretReference } from './domain/secret.ts';
export { type DeviceOutcome, STEPS, type StepName, type StepOutcome } from './domain/step.ts';
export type {
  Authority,
  ChallengeSpec,
  KeyPair,
  RenewBefore,
  RenewKeys,
  RenewRules,
  RenewWindow,
  RollRules,
  Trustpoint,
} from './domain/trustpoint.ts';
// What would be typed
export { type ForeseenStep, foreseePlan } from './enrollment/foresee.ts';
// One device
export {
  assessDevice,
  enrollDevice,
  type JobOptions,
  planForDevice,
  renewDevice,
  type StepEvent,
  verifyDevice,
} from './enrollment/job.ts';
// What would be done to it as it is
export type { DevicePlan } from './enrollment/planning/device-plan.ts';
export type { Risk, RiskLevel } from './enrollment/planning/risk.ts';
export { type Preview, previewDevice } from './enrollment/preview.ts';
export type { RenewalOrders } from './enrollment/renewal.ts';
// What to do: from a file to devices with their secrets
export { type Inventory, loadInventory, parseInventory } from './inventory/load.ts';
export { checkSecrets, openSecrets, type SecretSurroundings } from './inventory/secrets.ts';
export { type Selection, selectDevices } from './inventory/select.ts';
export type { ForeseenLine } from './ios/foreseen.ts';
export type { ForeseenQuestion } from './ios/question.ts';
export { type PkiCounters, readCounters } from './ios/show/counters.ts';
export { type CrlCache, type PrintedCrl, readCrls } from './ios/show/crls.ts';
export { type PemCertificate, type PemTrustpoint, readPem } from './ios/show/pem.ts';
export { type CertificateServer, readServer } from './ios/show/server.ts';
export { readServerRequests, type ServerRequest, type ServerRequests } from './ios/show/server-requests.ts';
export { type PkiTimer, type PkiTimers, readTimers, type TimerKind } from './ios/show/timers.ts';
export { type ListedTrustpoint, readTrustpoints } from './ios/show/trustpoints.ts';
// What happened, for people and programs
export { Redactor, sharedRedactor } from './log/redact.ts';
export { type JsonRun, RESULT_SCHEMA, toJson } from './report/json.ts';
export { redactEvents } from './report/redacted.ts';
// Many devices
export type { DeviceHooks, DeviceJob } from './run/device-job.ts';
export type { Reporter, RunEvent } from './run/events.ts';
export { multiplex, type ReporterFault } from './run/multiplex.ts';
export { countOutcomes, type RunResult } from './run/result.ts';
export { type FleetOptions, runFleet } from './run/run.ts';
export { createRenderer, type RenderedBlock, type RenderedDevice, type Renderer } from './template/render.ts';
