/**
 * READ FIRST: how one router gets its certificate.
 *
 * connect, observe, plan, then whatever the plan holds (set-clock, configure, generate-keypair, authenticate, enroll,
 * await-grant), then verify and save. A second run, a resumed run and a renewal are the same story with another plan.
 */
import type { Device } from '../domain/device.ts';
import type { Finding } from '../domain/finding.ts';
import { formatFingerprint } from '../domain/fingerprint.ts';
import type { CertificateSummary, DeviceResult, RenewalDecision } from '../domain/result.ts';
import { maskConfigSecrets } from '../log/mask-config.ts';
import type { Revocation } from '../pki/crl.ts';
import { hasAutoEnroll } from './auto-enroll.ts';
import { carryOut, carryOutLate, type Progress } from './carry-out.ts';
import { makeSureOfChallenges } from './challenges-ready.ts';
import { type JobOptions, withSession } from './connect.ts';
import { summarizeCertificates } from './evidence.ts';
import { retirableNotes } from './generations.ts';
import { askForGuards, foretellGuards, type GuardNews, refusePending } from './guard/pending.ts';
import { isChanging, protect } from './guard/protect.ts';
import { makeSureOfCaTexts } from './methods/ca-text.ts';
import { openPkcs12Files } from './methods/pkcs12-file.ts';
import { standingErrands } from './methods/standing.ts';
import { notUnderstood, type Observation, viewTrustpoint } from './observation.ts';
import { type Further, furtherFor, type Needed, observe, observeTimers } from './observe.ts';
import { type Plan, type Purpose, planDevice } from './plan.ts';
import { type DevicePlan, describePlan } from './planning/device-plan.ts';
import { LinkTimer } from './planning/link-timer.ts';
import { ownRenewalFaults, proveHeld, type Scope } from './proof.ts';
import { DeviceRecord } from './record.ts';
import type { RenewalOrders } from './renewal.ts';
import { RevocationLookup } from './revocation.ts';
import { rollsOf } from './rolling.ts';
import { examineOwnRenewal } from './router-renewal.ts';
import { routerInstant } from './router-time.ts';
import { type Standing, standingOf, withNext, withSettled } from './standing.ts';
import type { StepContext } from './steps/context.ts';
import { saveAndProve } from './steps/save.ts';
import { stuckError } from './stuck.ts';

export type { JobOptions } from './connect.ts';
export type { StepEvent } from './record.ts';

/** Gives a router the certificates its inventory asks for. Never rejects; nothing to do is `unchanged`. */
export function enrollDevice(device: Device, options: JobOptions): Promise<DeviceResult> {
  return fulfil(device, options, { kind: 'enroll' });
}

/** Renews those certificates of a router that are due, with the certificate they replace. Never rejects. */
export function renewDevice(
  device: Device,
  options: JobOptions & { readonly orders?: RenewalOrders },
): Promise<DeviceResult> {
  return fulfil(device, options, { kind: 'renew', ...options.orders });
}

/**
 * Decides as a renewal would, and types nothing but show commands: `unchanged` also where something is due. Never
 * rejects.
 */
export function assessDevice(
  device: Device,
  options: JobOptions & { readonly orders?: RenewalOrders },
): Promise<DeviceResult> {
  const record = new DeviceRecord(device, options);
  return withSession(device, options, record, async (session) => {
    const found = await observeStep(session, record, 'renew');
    const plan = await planStep(found, record, { kind: 'renew', ...options.orders });
    return renewWhatCanBe(record, plan, async () => nothingDue(plan));
  });
}

/**
 * Tells `onPlan` what a router is and what would be done to it, and types nothing but show commands. A router in conflict
 * is told of, too. Never rejects; the outcome is `planned` or `unchanged`.
 */
export function planForDevice(
  device: Device,
  options: JobOptions & { readonly purpose: Purpose; readonly onPlan: (plan: DevicePlan) => void },
): Promise<DeviceResult> {
  const { purpose, onPlan, allowOverwriteNvram, now } = options;
  const record = new DeviceRecord(device, options);
  const timer = new LinkTimer(now);
  return withSession(device, options, record, async (context) => {
    timer.isOpen();
    let guards: GuardNews = { notes: [] };
    const found = await observeStep(context, record, purpose.kind, async (where) => {
      guards = await foretellGuards(where);
      return guards.notes;
    });
    const link = timer.isRead();
    const consents = options.consents(device.name);
    const tell = (plan?: Plan): void => {
      const standing = plan === undefined ? found.context : withNext(found.context, found.generations, plan);
      const circumstances = { now: now(), consents, allowOverwriteNvram, link, guards };
      onPlan(describePlan(standing.device, found.before, plan, circumstances));
    };
    const plan = await planStep(found, record, purpose).catch((thrown: unknown) => {
      tell();
      if (guards.pending !== undefined) record.notes.push(guards.pending.message);
      throw thrown;
    });
    tell(plan);
    // What an enrollment or a renewal would end with, before it types anything.
    const obstacle =
      guards.pending ?? guards.untold ?? (isChanging(plan.actions) ? guards.impossible : undefined);
    if (obstacle !== undefined) throw obstacle;
    const stuck = purpose.kind === 'renew' ? stuckError(plan.decisions, []) : undefined;
    if (stuck !== undefined && plan.actions.length === 0) throw stuck;
    if (stuck !== undefined) record.notes.push(stuck.message);
    // What would be done may well mend it.
    if (plan.actions.length === 0) record.notes.push(...ownRenewalFaults(ownRenewals(found)));
    return plan.actions.length === 0 ? 'unchanged' : 'planned';
  });
}

function ownRenewals({ context: { device }, before }: Found): readonly Finding[] {
  return device.trustpoints.flatMap((trustpoint) => examineOwnRenewal(trustpoint, before, device.clock));
}

/**
 * Checks a router's certificates; types nothing but show commands. One that is about to undo what it holds is not
 * `verified`, however right that is. Never rejects.
 */
export function verifyDevice(device: Device, options: JobOptions): Promise<DeviceResult> {
  const record = new DeviceRecord(device, options);
  return withSession(device, options, record, async (session) => {
    let guards: GuardNews = { notes: [] };
    const { context, before: observation } = await observeStep(session, record, undefined, async (where) => {
      guards = await askForGuards(where);
      return [...guards.notes, ...(guards.untold === undefined ? [] : [guards.untold.message])];
    });
    const pending = new Set(
      context.device.trustpoints
        .map(({ name }) => name)
        .filter((name) => viewTrustpoint(observation, name).stage === 'pending'),
    );
    const scope = { pending, absent: new Set<string>(), ended: new Set<string>(), replaced: new Map() };
    const how = { isSavedLater: false, isWorkedOn: false } as const;
    await proveHeld(context, record, observation, scope, how).catch((thrown: unknown) => {
      if (guards.pending !== undefined) record.notes.push(`besides: ${guards.pending.message}`);
      throw thrown;
    });
    if (guards.pending !== undefined) throw guards.pending;
    return pending.size > 0 ? 'pending' : 'verified';
  });
}

async function fulfil(device: Device, options: JobOptions, purpose: Purpose): Promise<DeviceResult> {
  const record = new DeviceRecord(device, options);
  return withSession(device, options, record, async (session) => {
    const found = await observeStep(session, record, purpose.kind, refusePending);
    const plan = await planStep(found, record, purpose, options.approve);
    if (purpose.kind === 'enroll') return perform(found, record, plan);
    return renewWhatCanBe(record, plan, async () =>
      plan.actions.length === 0 ? nothingDue(plan) : perform(found, record, plan),
    );
  });
}

/** Whatever was renewed: a certificate that no renewal can replace makes its device fail, and is told of. */
async function renewWhatCanBe<T>(record: DeviceRecord, plan: Plan, renew: () => Promise<T>): Promise<T> {
  const held = record.certificates;
  const outcome = await renew().catch((thrown: unknown) => {
    // Something else went wrong first; this is not to be found out only when that is mended.
    const stuck = stuckError(plan.decisions, []);
    if (stuck !== undefined) record.notes.push(stuck.message);
    throw thrown;
  });
  const isNew = ({ trustpoint, serial }: CertificateSummary): boolean =>
    !held.some((each) => each.trustpoint === trustpoint && each.serial === serial);
  const stuck = stuckError(plan.decisions, record.certificates.filter(isNew));
  if (stuck !== undefined) throw stuck;
  return outcome;
}

function nothingDue({ decisions }: Plan): 'unchanged' | 'skipped' {
  return decisions.length > 0 && decisions.every(({ decision }) => decision === 'no-certificate')
    ? 'skipped'
    : 'unchanged';
}

async function perform(
  { context: inForce, generations, before }: Found,
  record: DeviceRecord,
  plan: Plan,
): Promise<'unchanged' | 'verified' | 'pending'> {
  const context = withNext(inForce, generations, plan);
  await makeSureOfCaTexts(context, plan.actions);
  await makeSureOfChallenges(context, plan.actions);
  return protect(context, record, before, plan, async (accept) => {
    const progress = await carryOut(context, record, plan);
    const less = progress.willBeSaved ? { startup: { known: before.startup } } : {};
    const after = progress.changed ? await observeAll(context, less) : before;
    const scope = scopeOf(plan, before, progress);
    const settled = withSettled(context, plan, progress.pending);
    // Everything but the saving must be right before the startup configuration is written.
    await proveHeld(settled, record, after, scope, { isSavedLater: progress.willBeSaved });
    const changed = (await carryOutLate(settled, record, plan, progress.pending)) || progress.changed;
    if (changed) await accept();
    const outcome = progress.pending.size > 0 ? 'pending' : 'verified';
    if (progress.willBeSaved && (outcome !== 'pending' || changed))
      await saveAndProve(settled, record, after, scope);
    record.notes.push(...ownRenewalFaults(record.findings));
    return progress.willBeSaved ? outcome : 'unchanged';
  });
}

/** A router that was read, and how its device stands on it. */
type Found = Standing & { readonly before: Observation };

function observeStep(
  context: StepContext,
  record: DeviceRecord,
  purpose?: Purpose['kind'],
  before?: (context: StepContext) => Promise<readonly string[]>,
): Promise<Found> {
  return record.step('observe', undefined, async (note) => {
    record.notes.push(...((await before?.(context)) ?? []));
    const seen = await observeAll(context);
    const standing = standingOf(context, seen);
    const observation = purpose === 'enroll' ? seen : await withTimers(standing.context, seen);
    const { release, keypairs, running } = observation;
    record.release = `${release.platform} ${release.version}`;
    record.clockOffsetMs = clockOffset(observation);
    record.notes.push(...notUnderstood(observation).map(maskConfigSecrets));
    record.notes.push(...standing.notes);
    record.retirable = standing.retirable;
    record.retirableNotes = retirableNotes(standing.generations);
    tellChallenges(standing, observation);
    tellRequests(standing, observation, record);
    const { device } = standing.context;
    record.certificates = summarizeCertificates(device, observation, context.keepCertificate);
    note(`${record.release}, ${keypairs.length} key pairs, ${running.trustpoints.length} trustpoints`);
    return { ...standing, before: observation };
  });
}

function clockOffset({ clock, timeLines, at }: Observation): number | undefined {
  const shown = routerInstant(clock, timeLines);
  return shown === undefined ? undefined : shown.getTime() - at.getTime();
}

/** A request or a certificate that is there now says what became of an earlier challenge password. */
function tellChallenges({ context, generations }: Standing, observation: Observation): void {
  const { challenges, device } = context;
  const next = [...generations.rolling.values()].flatMap((each) => (each.isBegun ? [each.next] : []));
  for (const trustpoint of [...device.trustpoints, ...next]) {
    const { stage, identity, printed } = viewTrustpoint(observation, trustpoint.name);
    const shown = { pending: stage === 'pending', serial: identity?.serial ?? printed?.serial };
    challenges.for(trustpoint.authority).routerShows?.(device, trustpoint, shown);
  }
}

function tellRequests({ context }: Standing, observation: Observation, record: DeviceRecord): void {
  for (const { name } of context.device.trustpoints) {
    const waiting = observation.certificates.filter(
      ({ status, trustpoints }) => status === 'Pending' && trustpoints.includes(name),
    );
    if (waiting.length === 0) continue;
    record.requests.set(
      name,
      waiting.flatMap(({ requestFingerprints }) => requestFingerprints.map(formatFingerprint)),
    );
  }
}

async function observeAll(context: StepContext, less: Pick<Further, 'startup'> = {}): Promise<Observation> {
  const { session, now, device } = context;
  const seen = await observe(session, now, neededFor(device), { ...furtherFor(device), ...less });
  const errands = await standingErrands(context, seen);
  return errands.size === 0 ? seen : { ...seen, errands };
}

/** A router that is set to renew by itself is asked whether it will. */
async function withTimers({ session, device }: StepContext, seen: Observation): Promise<Observation> {
  const isAsked = device.trustpoints.some((trustpoint) =>
    hasAutoEnroll(trustpoint, viewTrustpoint(seen, trustpoint.name)),
  );
  const timers = isAsked && seen.timers === undefined ? await observeTimers(session) : undefined;
  return timers === undefined ? seen : { ...seen, timers };
}

function neededFor({ trustpoints }: Device): Needed {
  return {
    trustpoints: trustpoints.map(({ name }) => name),
    keypairs: trustpoints.map(({ key }) => key.label),
  };
}

async function planStep(
  { context, generations, before }: Found,
  record: DeviceRecord,
  purpose: Purpose,
  approve?: JobOptions['approve'],
): Promise<Plan> {
  const { renderer, device, now, consents } = context;
  const plan = await record.step('plan', undefined, async (note) => {
    const files = await openPkcs12Files(context);
    const informed =
      purpose.kind === 'renew'
        ? {
            ...purpose,
            files,
            revocations: await revocationsOf(context, record, before),
            rolls: rollsOf(generations, renderer),
          }
        : { ...purpose, files };
    const decided = planDevice(renderer.render(device), before, informed, now(), consents(device.name));
    approve?.(withNext(context, generations, decided).device, before, decided);
    note(decided.actions.map(({ kind }) => kind).join(', ') || 'nothing to do');
    return decided;
  });
  record.decisions = plan.decisions;
  record.notes.push(...plan.notes);
  for (const { step, trustpoint, note } of plan.alreadyTrue) record.alreadyTrue(step, trustpoint, note);
  return plan;
}

/** What CAs' lists say of the certificates for which the inventory wants them asked. What they do not say is noted. */
async function revocationsOf(
  { device, now, revocationLookup = new RevocationLookup() }: StepContext,
  record: DeviceRecord,
  before: Observation,
): Promise<ReadonlyMap<string, Revocation>> {
  const found = new Map<string, Revocation>();
  for (const { name, renew } of device.trustpoints) {
    if (!renew.checkRevocation) continue;
    const clock = { now: now(), maxSkewMs: device.clock.maxSkewMs };
    const said = await revocationLookup.look(viewTrustpoint(before, name), clock);
    if (said !== undefined) found.set(name, said);
    if (said?.status === 'unknown') {
      record.notes.push(`${name}: whether it was revoked is not known: ${said.why}`);
    }
  }
  return found;
}

/** What is checked in the end. A renewal run answers neither for what never was nor for what has ended. */
function scopeOf({ decisions }: Plan, before: Observation, { pending, replaced }: Progress): Scope {
  const decided = (wanted: RenewalDecision['decision']): readonly string[] =>
    decisions.filter(({ decision }) => decision === wanted).map(({ trustpoint }) => trustpoint);
  const holdsNothing = (name: string): boolean => viewTrustpoint(before, name).stage !== 'granted';
  return {
    pending,
    absent: new Set(decided('no-certificate').filter(holdsNothing)),
    ended: new Set(decided('expired')),
    replaced,
  };
}
