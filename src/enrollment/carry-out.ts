import { formatDuration } from '../domain/duration.ts';
import { DeviceError, toDeviceError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { generateKeypair } from '../ios/dialogues/generate-keypair.ts';
import { removeTrustpoint } from '../ios/dialogues/remove-trustpoint.ts';
import { CONFIGURE } from '../ios/modes.ts';
import { LOG_HERE, NO_LOG_HERE } from '../ios/terminal-commands.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import { checkPlace } from './key-place.ts';
import { enrollByHand, isByHand, resumeByHand } from './methods/by-hand.ts';
import { importFile } from './methods/pkcs12.ts';
import { signItself } from './methods/selfsigned.ts';
import { behindAction } from './onward.ts';
import { type Action, isLate, type Plan } from './plan.ts';
import type { DeviceRecord } from './record.ts';
import { authenticateCa } from './steps/authenticate.ts';
import {
  awaitGrant,
  type Expectation,
  expectAnswer,
  expectEarlierAnswer,
  statusOf,
  type Wanted,
} from './steps/await-grant.ts';
import { type StepContext, trustpointOf } from './steps/context.ts';
import { giveBack, requestCertificate } from './steps/enroll.ts';
import { retire } from './steps/retire.ts';
import { setClock } from './steps/set-clock.ts';
import { switchOver } from './steps/switch-over.ts';
import { explainAnswer, refusedForLength } from './unanswered.ts';

/** What became of a plan's actions. */
export interface Progress {
  /** Something was typed that changes the router. */
  readonly changed: boolean;
  /** Saving is part of the plan and comes after the verification. */
  readonly willBeSaved: boolean;
  /** Trustpoints whose request the CA has not decided. */
  readonly pending: ReadonlySet<string>;
  /** The certificates that were to be replaced, by trustpoint. */
  readonly replaced: ReadonlyMap<string, ReplacedCertificate>;
}

type Enrollment = Extract<Action, { kind: 'enroll' }>;

/** Does what the plan says, in its order, up to what waits for the proof. The first failure ends it. */
export async function carryOut(context: StepContext, record: DeviceRecord, plan: Plan): Promise<Progress> {
  const pending = new Set<string>();
  const replaced = new Map<string, ReplacedCertificate>();
  const actions = plan.actions.filter((action) => action.kind !== 'save' && !isLate(action));
  for (const [index, action] of actions.entries()) {
    context.signal.throwIfAborted();
    const behind = behindAction(actions[index + 1]);
    switch (action.kind) {
      case 'set-clock':
        await record.step('set-clock', undefined, (note) => setClock(context, action, note, behind));
        break;
      case 'configure':
        await record.step('configure', action.trustpoint, async (note) => {
          await context.session.configure(action.lines, behind);
          note(`${action.lines.length} lines typed`);
        });
        break;
      case 'remove-trustpoint':
        await record.step('configure', action.trustpoint, async (note) => {
          const { trustpoint } = action;
          await removeTrustpoint(context.session, { trustpoint, timeoutMs: context.device.timeouts.command });
          note('the trustpoint and its certificates were removed');
        });
        break;
      case 'generate-keypair':
        await record.step('generate-keypair', action.trustpoint, async (note) => {
          const { label, command, olderForms } = action;
          await generateKeypair(context.session, {
            command,
            olderForms,
            label,
            bits: trustpointOf(context, action.trustpoint).key.size,
            timeoutMs: context.device.timeouts.keygen,
            behind,
          });
          await checkPlace(context.session, trustpointOf(context, action.trustpoint).key);
          note(`key pair ${label} generated`);
        });
        break;
      case 'authenticate':
        await record.step('authenticate', action.trustpoint, (note) =>
          authenticateCa(context, action.trustpoint, note, behindAuthentication(context, action, actions)),
        );
        break;
      case 'enroll':
        if (action.replaces !== undefined) replaced.set(action.trustpoint, action.replaces);
        if (trustpointOf(context, action.trustpoint).method.kind === 'selfsigned') {
          await record.step('enroll', action.trustpoint, (note) => signItself(context, action, note));
          break;
        }
        if (await enrollIn(context, action.trustpoint)(context, record, action))
          pending.add(action.trustpoint);
        break;
      case 'import':
        if (action.replaces !== undefined) replaced.set(action.trustpoint, action.replaces);
        await record.step('enroll', action.trustpoint, (note) => importFile(context, action, note));
        break;
      case 'configure-beside':
        if (action.needsCertificate && pending.has(action.trustpoint)) break;
        await record.step('configure', action.trustpoint, async (note) => {
          await context.session.configure(action.lines);
          note(`${action.about}: ${action.lines.length} lines typed`);
        });
        break;
      case 'await-grant':
        if (!actions.some((other) => other.kind === 'enroll' && other.trustpoint === action.trustpoint)) {
          const { trustpoint: name } = action;
          if (isByHand(trustpointOf(context, name))) {
            if (await resumeByHand(context, record, name)) pending.add(name);
            break;
          }
          using expected = expectEarlierAnswer(context);
          // Whoever comes back later need not stay now.
          const stay = context.waitMs === undefined ? {} : { timeoutMs: 0 };
          if (await awaitStep(context, record, { name, previousSerials: [], ...stay }, expected))
            pending.add(name);
        }
        break;
    }
  }
  return {
    changed: actions.some(({ kind }) => kind !== 'await-grant') || actions.length > pending.size,
    willBeSaved: plan.actions.some(({ kind }) => kind === 'save'),
    pending,
    replaced,
  };
}

/**
 * What waits for the proof: the switch to what was proved, and what goes then. Not while a request is pending. Returns
 * whether anything was typed.
 */
export async function carryOutLate(
  context: StepContext,
  record: DeviceRecord,
  { actions }: Plan,
  pending: ReadonlySet<string>,
): Promise<boolean> {
  const ready = actions.filter(isLate).filter(({ trustpoint }) => !pending.has(trustpoint));
  for (const action of ready) {
    context.signal.throwIfAborted();
    await record.step(action.kind, action.trustpoint, (note) =>
      action.kind === 'switch' ? switchOver(context, action, note) : retire(context, action, note),
    );
    record.retirable =
      action.kind === 'switch'
        ? [...record.retirable, action.from]
        : record.retirable.filter((name) => name !== action.trustpoint);
  }
  return ready.length > 0;
}

/** What `enrollAndAwait` begins with, where it comes next. */
function behindAuthentication(
  context: StepContext,
  action: Extract<Action, { kind: 'authenticate' }>,
  actions: readonly Action[],
): readonly string[] {
  const next = actions[actions.indexOf(action) + 1];
  if (next?.kind !== 'enroll' || next.trustpoint !== action.trustpoint) return [];
  const trustpoint = trustpointOf(context, next.trustpoint);
  if (trustpoint.method.kind === 'selfsigned' || isByHand(trustpoint)) return [];
  return [LOG_HERE, ...behindListening(context, next)];
}

/** Configuration mode is not held while a password may have to be waited for. */
function behindListening(
  context: StepContext,
  { trustpoint: name, challenge }: Enrollment,
): readonly string[] {
  const source = context.challenges.for(trustpointOf(context, name).authority);
  const mayWait = challenge && source.ready !== undefined;
  return [statusOf(name), ...(mayWait ? [] : [CONFIGURE])];
}

/** By the router itself, or by somebody who takes its request to the CA. */
function enrollIn(context: StepContext, name: string): typeof enrollAndAwait {
  return isByHand(trustpointOf(context, name)) ? enrollByHand : enrollAndAwait;
}

/**
 * The request and the CA's answer belong together: the challenge counts as spent once the CA has looked at it, which
 * only its answer shows. Returns whether the request is still pending.
 */
async function enrollAndAwait(
  context: StepContext,
  record: DeviceRecord,
  action: Enrollment,
): Promise<boolean> {
  const { session } = context;
  const { trustpoint: name, replaces } = action;
  // The router tells of the CA's answer in its log; without this it would have to be asked again and again.
  session.foresee([LOG_HERE, ...behindListening(context, action)]);
  await session.tell(LOG_HERE);
  try {
    using expected = await expectAnswer(context, name);
    const tell = (line: string): void => void record.notes.push(`${name}: ${line}`);
    // What the log tells of is this request while no other one waits.
    let isAnswered = false;
    const onAnswer = (act: () => void): void =>
      expected.news.onAnswer(() => {
        if (record.requests.size > 0) return;
        isAnswered = true;
        act();
      });
    const challenge = await record.step('enroll', name, (note) =>
      requestCertificate(context, action, { note, tell, onAnswer }),
    );
    try {
      const isPending = await awaitStep(
        context,
        record,
        { name, previousSerials: serialsOf(replaces) },
        expected,
      );
      challenge?.spent();
      return isPending;
    } catch (thrown) {
      if (isAnswered || toDeviceError(thrown).code === 'request-rejected') challenge?.spent();
      else if (challenge !== undefined) giveBack(challenge, { wasSent: true }, tell);
      throw thrown;
    }
  } finally {
    if (!context.signal.aborted) await session.tell(NO_LOG_HERE).catch(() => undefined);
  }
}

function serialsOf(replaced: ReplacedCertificate | undefined): readonly string[] {
  return [replaced, replaced?.encryption].flatMap((each) => (each === undefined ? [] : [each.serial]));
}

async function awaitStep(
  context: StepContext,
  record: DeviceRecord,
  wanted: Wanted,
  expected: Expectation,
): Promise<boolean> {
  const { name } = wanted;
  const { authority } = trustpointOf(context, name);
  const grant = await record.step('await-grant', name, async (note) => {
    const found = await awaitGrant(context, wanted, expected, note).catch(async (thrown: unknown) => {
      if (!(thrown instanceof DeviceError)) throw thrown;
      throw await explainAnswer(thrown, authority, context.signal);
    });
    // It shows a request as pending that the CA never saw.
    const lost =
      found.kind === 'pending' && found.unsent
        ? await refusedForLength(
            `${name}: the router could not send its request`,
            UNSENT,
            authority,
            context.signal,
          )
        : undefined;
    if (lost !== undefined) throw lost;
    return found;
  });
  if (grant.kind === 'granted') record.requests.delete(name);
  else {
    record.requests.set(name, grant.requestFingerprints);
    const request = grant.requestFingerprints.join(', ');
    const how = request === '' ? 'the router printed no fingerprint of its request' : `request ${request}`;
    record.notes.push(`${name}: waits for the CA's operator; ${how}`);
    if (grant.unsent) record.notes.push(`${name}: ${UNSENT}; the CA may know nothing of it`);
    if (grant.told !== undefined) record.notes.push(`${name}: ${grant.told}`);
    const short = pollsTooShort(trustpointOf(context, name), context.waitMs);
    if (short !== undefined) record.notes.push(`${name}: ${short}`);
  }
  return grant.kind === 'pending';
}

const UNSENT = 'the router said that it could not send its request to the CA (%PKI-3-SOCKETSEND)';

/** What IOS does without `enrollment retry` lines (IOS security command reference). */
const USUAL_RETRY = { count: 10, periodMinutes: 1 };

/** A router that has given up asking hears of no grant. */
function pollsTooShort({ retry }: Trustpoint, waitMs: number | undefined): string | undefined {
  const { count, periodMinutes } = { ...USUAL_RETRY, ...retry };
  const asksMs = count * periodMinutes * 60_000;
  if (waitMs === undefined || waitMs <= asksMs) return undefined;
  return `the router itself asks the CA for ${formatDuration(asksMs)} only (enrollment retry count ${count}, period ${periodMinutes}), which is less than --wait: a longer retry in the inventory keeps it asking`;
}
