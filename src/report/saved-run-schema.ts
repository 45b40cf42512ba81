import * as z from 'zod';
import type { ErrorCode } from '../domain/errors.ts';
import type { CheckName, Finding } from '../domain/finding.ts';
import type { CertificateUse } from '../domain/key-use.ts';
import type { DeviceResult, RenewalDecision } from '../domain/result.ts';
import type { DeviceOutcome, StepName, StepOutcome } from '../domain/step.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunResult } from '../run/result.ts';

/** A word of a list that grows from version to version: a kept run may have one that is not known here. */
const word = <T extends string>() => z.custom<T>((value) => typeof value === 'string');
const date = z.iso.datetime().transform((text) => new Date(text));
const OUTCOMES = [
  'verified',
  'unchanged',
  'planned',
  'pending',
  'failed',
  'skipped',
  'interrupted',
] as const satisfies readonly DeviceOutcome[];

// Loose: what a newer trustfleet tells of a router goes into the reports and the proof all the same.
const SavedError = z.looseObject({
  code: word<ErrorCode>(),
  message: z.string(),
  detail: z.string(),
  hint: z.string(),
  step: word<StepName>().exactOptional(),
});

const SavedCertificate = z.looseObject({
  trustpoint: z.string(),
  use: word<CertificateUse>().exactOptional(),
  serial: z.string(),
  subject: z.string(),
  issuer: z.string(),
  notBefore: date,
  notAfter: date,
  sha1: z.string(),
  sha256: z.string(),
  key: z.string().exactOptional(),
  signature: z.string().exactOptional(),
  names: z.array(z.string()).exactOptional(),
  chain: z
    .array(
      z.looseObject({
        serial: z.string(),
        subject: z.string(),
        issuer: z.string(),
        notBefore: date,
        notAfter: date,
        sha256: z.string(),
      }),
    )
    .exactOptional(),
});

const SavedRequests = z.array(z.looseObject({ trustpoint: z.string(), fingerprints: z.array(z.string()) }));

const SavedDevice: z.ZodType<DeviceResult> = z.looseObject({
  device: z.string(),
  host: z.string(),
  outcome: z.enum(OUTCOMES),
  startedAt: date,
  durationMs: z.number(),
  steps: z.array(
    z.looseObject({
      step: word<StepName>(),
      trustpoint: z.string().exactOptional(),
      outcome: word<StepOutcome>(),
      startedAt: date,
      durationMs: z.number(),
      attempt: z.number().exactOptional(),
      note: z.string().exactOptional(),
    }),
  ),
  findings: z.array(
    z.looseObject({
      check: word<CheckName>(),
      trustpoint: z.string(),
      use: word<CertificateUse>().exactOptional(),
      status: word<Finding['status']>(),
      expected: z.string(),
      actual: z.string(),
    }),
  ),
  certificates: z.array(SavedCertificate),
  decisions: z.array(
    z.looseObject({
      trustpoint: z.string(),
      decision: word<RenewalDecision['decision']>(),
      reason: z.string(),
    }),
  ),
  notes: z.array(z.string()),
  error: SavedError.exactOptional(),
  requests: SavedRequests.exactOptional(),
  release: z.string().exactOptional(),
  clockOffsetMs: z.number().exactOptional(),
  retirable: z.array(z.string()).exactOptional(),
  batch: z.number().exactOptional(),
  attempts: z.number().exactOptional(),
  transcript: z.string().exactOptional(),
  earlierTranscripts: z.array(z.string()).exactOptional(),
});

/** The document that `--json` writes and a run keeps as `result.json`. */
export const SavedResult = z
  .object({
    schema: z.literal(1),
    trustfleet: z.string(),
    run: z.object({
      id: z.string(),
      command: z.string(),
      startedAt: date,
      durationMs: z.number(),
      interrupted: z.boolean(),
      stopped: z.string().exactOptional(),
    }),
    devices: z.array(SavedDevice),
  })
  .transform(({ trustfleet, run: { id, ...run }, devices }) => ({
    run: { id, version: trustfleet },
    result: { ...run, devices } satisfies RunResult,
  }));

const batch = z.object({ index: z.number(), of: z.number() });

/** Those lines of `events.jsonl` that say what the result does not, or that stand in for it when it is missing. */
export const SavedEvent: z.ZodType<RunEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-started'), command: z.string(), devices: z.array(z.string()), at: date }),
  z.object({ type: z.literal('batch-started'), batch, devices: z.array(z.string()), at: date }),
  z.object({
    type: z.literal('batch-finished'),
    batch,
    durationMs: z.number().exactOptional(),
    stopped: z.string().exactOptional(),
    at: date,
  }),
  z.object({ type: z.literal('device-started'), device: z.string(), at: date }),
  z.object({
    type: z.literal('device-retried'),
    device: z.string(),
    attempt: z.number(),
    of: z.number(),
    afterMs: z.number(),
    cause: SavedError,
    at: date,
  }),
  z.object({
    type: z.literal('device-waits'),
    device: z.string(),
    attempt: z.number(),
    afterMs: z.number(),
    requests: SavedRequests,
    at: date,
  }),
  z.object({
    type: z.literal('challenge-slots'),
    authority: z.string(),
    used: z.number(),
    capacity: z.number(),
    waiting: z.number(),
    fullUntil: date.exactOptional(),
    at: date,
  }),
  z.object({ type: z.literal('device-finished'), result: SavedDevice, at: date }),
  z.object({ type: z.literal('run-stopped'), reason: z.string(), at: date }),
]);

export const SavedLabels = z.record(z.string(), z.record(z.string(), z.string()));
