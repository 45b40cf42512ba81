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
// Requests to a CA that nobody speaks with over a network, and its answers
export { CommandCourier, type CommandCourierOptions } from './courier/command.ts';
export { DirectoryCourier, type DirectoryCourierOptions } from './courier/directory.ts';
export type { Answer, Courier, Delivery, Errand, PassedOver } from './courier/errand.ts';
export { COURIER_ERRORS, CourierError, type CourierErrorCode } from './courier/errors.ts';
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
// Routers that are CAs: passwords and grants of their certificate servers
export { CaRouters, type CaRoutersOptions } from './enrollment/ca-router/ca-routers.ts';
export { type GrantAnswer, type ServerGrants, serverGrants } from './enrollment/ca-router/server-grants.ts';
export { serverMint } from './enrollment/ca-router/server-mint.ts';
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
// Certificates, requests and keys in files
export { CertificatesUnreadableError, readCertificates } from './pki/certificate-bag.ts';
export { CertificateUnreadableError, type DecodedCertificate, decodeCertificate } from './pki/decode.ts';
export { PKCS12_ERRORS, Pkcs12Error, type Pkcs12ErrorCode } from './pki/pkcs12/errors.ts';
export type { Pkcs12Encryption } from './pki/pkcs12/kinds.ts';
export { makePkcs12, type Pkcs12Contents, type Pkcs12Options } from './pki/pkcs12/make.ts';
export { readPkcs12 } from './pki/pkcs12/read.ts';
export { type RequestFacts, readRequest, readRequests, requestFor } from './pki/request.ts';
export { REQUEST_ERRORS, RequestError, type RequestErrorCode } from './pki/request-errors.ts';
// What happened, as data
export { type JsonRun, RESULT_SCHEMA, toJson } from './report/json.ts';
export { redactEvents } from './report/redacted.ts';
// Many devices
export type { DeviceHooks, DeviceJob } from './run/device-job.ts';
export type { Reporter, RunEvent } from './run/events.ts';
export { multiplex, type ReporterFault } from './run/multiplex.ts';
export {
  countOutcomes,
  type DeviceDigest,
  type DeviceResults,
  digestsOf,
  type EndedRun,
  type RunResult,
} from './run/result.ts';
export { type FleetOptions, type ReadBack, runFleet } from './run/run.ts';
export { createRenderer, type RenderedBlock, type RenderedDevice, type Renderer } from './template/render.ts';
// Files that routers fetch and leave by TFTP
export { TFTP_FAULTS, TftpError, type TftpFault } from './tftp/errors.ts';
export type { TftpEvent } from './tftp/events.ts';
export { TftpServer, type TftpServerOptions } from './tftp/server.ts';
export type { ExpectedUpload, RefusalReason, Standing, TftpOffer, TftpUpload } from './tftp/shelf.ts';
export type { TftpPeer } from './tftp/transfer.ts';
