/**
 * READ FIRST: how one router gets its certificate.
 *
 * connect, observe, plan, then whatever the plan holds (set-clock, configure, generate-keypair, authenticate, enroll,
 * await-grant), then verify and save. A second run, a resumed run and a renewal are the same story with another plan.
 */
import type { Device } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { RenewBefore } from '../domain/trustpoint.ts';
import { maskConfigSecrets } from '../log/mask-config.ts';
import { carryOut, type Progress } from './carry-out.ts';
import { type JobOptions, withSession } from './connect.ts';
import { examineTrustpoint, summarizeCertificates } from './evidence.ts';
import { notUnderstood, type Observation, viewTrustpoint } from './observation.ts';
import { type Needed, observe, observePki } from './observe.ts';
import { type Plan, type Purpose, planDevice } from './plan.ts';
import { DeviceRecord } from './record.ts';
import type { StepContext } from './steps/context.ts';
import { saveConfiguration } from './steps/save.ts';

export type { JobOptions } from './connect.ts';
export type { StepEvent } from './record.ts';

/** Gives a router the certificates its inventory asks for. Never rejects; nothing to do is `unchanged`. */
export function enrollDevice(device: Device, options: JobOptions): Promise<DeviceResult> {
  return fulfil(device, options, { kind: 'enroll' });
}

/** Renews those certificates of a router that are due, with the certificate they replace. Never rejects. */
export function renewDevice(
  device: Device,
  options: JobOptions & { readonly before?: RenewBefore },
): Promise<DeviceResult> {
  return fulfil(device, options, {
    kind: 'renew',
    ...(options.before === undefined ? {} : { before: options.before }),
  });
}

/** Checks a router's certificates; types nothing but show commands. Never rejects. */
export function verifyDevice(device: Device, options: JobOptions): Promise<DeviceResult> {
  const record = new DeviceRecord(device, options.now, options.onStep);
  return withSession(device, options, record, async (context) => {
    const observation = await observeStep(context, record);
    const pending = new Set(
      device.trustpoints
        .map(({ name }) => name)
        .filter((name) => viewTrustpoint(observation, name).stage === 'pending'),
    );
    await record.step('verify', undefined, async (note) => {
      judge(examine(context, observation, { pending, replaced: new Map() }), record, note);
    });
    return pending.size > 0 ? 'pending' : 'verified';
  });
}

async function fulfil(device: Device, options: JobOptions, purpose: Purpose): Promise<DeviceResult> {
  const record = new DeviceRecord(device, options.now, options.onStep);
  return withSession(device, options, record, async (context) => {
    const before = await observeStep(context, record);
    const plan = await planStep(context, record, before, purpose);
    if (purpose.kind === 'renew' && plan.actions.length === 0) return untouched(plan);

    const progress = await carryOut(context, record, plan);
    const after = progress.changed ? await observeAll(context) : before;
    await verifyStep(context, record, after, progress);
    const outcome = progress.pending.size > 0 ? 'pending' : 'verified';
    if (!progress.willBeSaved) return 'unchanged';
    if (outcome === 'pending' && !progress.changed) return outcome;
    await record.step('save', undefined, (note) => saveConfiguration(context, note));
    await verifySaved(context, record, after, progress);
    return outcome;
  });
}

function observeStep(context: StepContext, record: DeviceRecord): Promise<Observation> {
  return record.step('observe', undefined, async (note) => {
    const observation = await observeAll(context);
    const { release, keypairs, running } = observation;
    record.release = `${release.platform} ${release.version}`;
    record.notes.push(...notUnderstood(observation).map(maskConfigSecrets));
    record.certificates = summarizeCertificates(context.device, observation);
    note(`${record.release}, ${keypairs.length} key pairs, ${running.trustpoints.length} trustpoints`);
    return observation;
  });
}

function observeAll({ session, now, device }: StepContext): Promise<Observation> {
  return observe(session, now, neededFor(device));
}

function neededFor({ trustpoints }: Device): Needed {
  return {
    trustpoints: trustpoints.map(({ name }) => name),
    keypairs: trustpoints.map(({ key }) => key.label),
  };
}

async function planStep(
  { renderer, device, now, consents }: StepContext,
  record: DeviceRecord,
  before: Observation,
  purpose: Purpose,
): Promise<Plan> {
  const plan = await record.step('plan', undefined, async (note) => {
    const decided = planDevice(renderer.render(device), before, purpose, now(), consents(device.name));
    note(decided.actions.map(({ kind }) => kind).join(', ') || 'nothing to do');
    return decided;
  });
  record.decisions = plan.decisions;
  record.notes.push(...plan.notes);
  for (const { step, trustpoint, note } of plan.alreadyTrue) record.alreadyTrue(step, trustpoint, note);
  return plan;
}

/** A renewal run that renews nothing: fine when nothing is due, not fine when something could not be renewed. */
function untouched({ decisions }: Plan): 'unchanged' | 'skipped' {
  const stuck = decisions.find(({ decision }) => decision === 'expired' || decision === 'ca-expires-first');
  if (stuck !== undefined) {
    throw new DeviceError('plan-conflict', `${stuck.trustpoint}: cannot be renewed: ${stuck.reason}`, {
      hint:
        stuck.decision === 'expired'
          ? 'run trustfleet enroll for this device: it asks for a certificate with a new challenge'
          : 'the CA has to be rolled over first',
    });
  }
  return decisions.length > 0 && decisions.every(({ decision }) => decision === 'no-certificate')
    ? 'skipped'
    : 'unchanged';
}

/** Everything but the saving must be right before the startup configuration is written. */
function verifyStep(
  context: StepContext,
  record: DeviceRecord,
  after: Observation,
  progress: Progress,
): Promise<void> {
  return record.step('verify', undefined, async (note) => {
    record.certificates = summarizeCertificates(context.device, after);
    const findings = examine(context, after, progress);
    judge(
      progress.willBeSaved ? findings.filter(({ check }) => check !== 'startup-saved') : findings,
      record,
      note,
    );
  });
}

/** `[OK]` is the router's word; the startup configuration read back is the proof. */
async function verifySaved(
  context: StepContext,
  record: DeviceRecord,
  after: Observation,
  progress: Progress,
): Promise<void> {
  const { startup } = await observePki(context.session, neededFor(context.device));
  record.findings = examine(context, { ...after, startup }, progress);
  const saved = record.findings.filter(({ check }) => check === 'startup-saved');
  const unsaved = saved.find(({ status }) => status === 'fail');
  if (unsaved !== undefined) {
    throw new DeviceError(
      'not-saved',
      `${unsaved.trustpoint}: saved, but the startup configuration lacks the certificate`,
    );
  }
  const unread = saved.find(({ status }) => status === 'unknown');
  if (unread !== undefined) {
    throw new DeviceError(
      'not-saved',
      `${unread.trustpoint}: the router says it saved, but ${unread.actual}`,
      { hint: 'permit show startup-config for the user, then run trustfleet verify' },
    );
  }
}

function examine(
  context: StepContext,
  observation: Observation,
  { pending, replaced }: Pick<Progress, 'pending' | 'replaced'>,
): readonly Finding[] {
  return context.device.trustpoints
    .filter(({ name }) => !pending.has(name))
    .flatMap((trustpoint) =>
      examineTrustpoint(context, trustpoint, observation, context.now(), replaced.get(trustpoint.name)),
    );
}

/** Keeps all findings; a check that failed or could not be made fails the device. */
function judge(findings: readonly Finding[], record: DeviceRecord, note: (text: string) => void): void {
  record.findings = findings;
  const bad = findings.filter(({ status }) => status === 'fail' || status === 'unknown');
  const [first] = bad;
  if (first === undefined) {
    note(`${findings.length} checks passed`);
    return;
  }
  const others = bad.length > 1 ? ` and ${bad.length - 1} more` : '';
  throw new DeviceError(
    'verification-failed',
    `${first.trustpoint}: ${first.check} ${first.status}${others}`,
    {
      detail: bad
        .map(
          ({ trustpoint, check, status, expected, actual }) =>
            `${trustpoint} ${check} ${status}: expected ${expected}; is ${actual}`,
        )
        .join('\n'),
    },
  );
}
