import { maskedText } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import type { StepName } from '../domain/step.ts';
import type { Authority } from '../domain/trustpoint.ts';
import { type Dialect, inWord } from '../ios/dialect/dialect.ts';
import { passwordCommand } from '../ios/dialogues/certificate-server.ts';
import { enrollCommand } from '../ios/dialogues/enroll.ts';
import { generateKeypairCommand } from '../ios/dialogues/generate-keypair.ts';
import { removeTrustpointCommand } from '../ios/dialogues/remove-trustpoint.ts';
import { SAVE_TRIES, saveCommand } from '../ios/dialogues/save.ts';
import {
  conditional,
  type ForeseenLine,
  foreseeCommand,
  foreseeConfiguration,
  foreseeConversation,
  foreseeLeaving,
  foreseeOpening,
  repeated,
} from '../ios/foreseen.ts';
import type { IosCommand } from '../ios/question.ts';
import { LOG_HERE, NO_LOG_HERE } from '../ios/terminal-commands.ts';
import { foreseeAcceptance, foreseeProtection, foreseeRetreat } from './guard/foresee.ts';
import { foreseeGuards } from './guard/pending.ts';
import { foreseePlace } from './key-place.ts';
import {
  describeSubmission,
  foreseeImportByHand,
  foreseeRequestByHand,
  isByHand,
} from './methods/by-hand.ts';
import { foreseeImport } from './methods/pkcs12.ts';
import { parametersOf } from './methods/profile.ts';
import { foreseeSelfSigning } from './methods/selfsigned.ts';
import { foreseeObserve, foreseeObserveStartup, furtherFor } from './observe.ts';
import { behindAction } from './onward.ts';
import { type Action, isLate, type LateAction, type Plan } from './plan.ts';
import { foreseeAuthenticate } from './steps/authenticate.ts';
import { foreseeAwaitGrant, foreseeExpectAnswer } from './steps/await-grant.ts';
import { trustpointOf } from './steps/context.ts';
import { foreseeGrant } from './steps/grant-pending.ts';
import { foreseeRetirement } from './steps/retire.ts';
import { foreseeSetClock } from './steps/set-clock.ts';
import { foreseeSwitch } from './steps/switch-over.ts';

/** What one step of a job will type, in order, with the questions the router may ask and their answers. */
export interface ForeseenStep {
  /** `leave` ends the session; it is no step of its own in a result. */
  readonly step: Exclude<StepName, 'plan'> | 'leave';
  readonly trustpoint?: string;
  /** For people: why, or on what it depends. */
  readonly notes: readonly string[];
  readonly lines: readonly ForeseenLine[];
}

export interface ForeseeOptions {
  readonly allowOverwriteNvram: boolean;
  /** The router's word, where it was asked; today's where it was not. */
  readonly dialect?: Dialect | undefined;
  /** Whether each step will be taken, as it is unless said otherwise. */
  readonly isCertain?: boolean;
}

/**
 * Everything that a job types on a device to carry out a plan, from the login to the farewell: the same commands that
 * the steps take. Secrets are masked. Pure.
 */
export function foreseePlan(
  device: Device,
  { actions }: Pick<Plan, 'actions'>,
  options: ForeseeOptions,
): readonly ForeseenStep[] {
  return [
    { step: 'connect', notes: [`ssh ${wayOf(device)}`], lines: foreseeOpening(device) },
    {
      step: 'observe',
      notes: [],
      lines: [...foreseeGuards(device), ...foreseeObserve(furtherFor(device))],
    },
    ...[
      ...foreseeProtection(device, actions),
      ...foreseeActions(device, actions, options),
      ...foreseeProof(device, actions, options),
    ].map((step) => ({ ...step, lines: step.lines.map((line) => spelled(line, options.dialect)) })),
    { step: 'leave', notes: [], lines: foreseeLeaving() },
  ];
}

function spelled(line: ForeseenLine, dialect: Dialect = 'pki'): ForeseenLine {
  if (dialect === 'pki') return line;
  const { text, instead } = line;
  return { ...line, text: inWord(dialect, text), instead: instead.map((other) => inWord(dialect, other)) };
}

function wayOf({ ssh: { username, via = [] }, host, port }: Device): string {
  const through = via.length === 0 ? '' : ` through ${via.map(({ name }) => name).join(', ')}`;
  return `${username}@${host} port ${port}${through}`;
}

/** Between a key pair and what needs configuration mode next that mode is not left. */
function foreseeActions(
  device: Device,
  actions: readonly Action[],
  { isCertain = true }: ForeseeOptions,
): readonly ForeseenStep[] {
  const early = actions.filter((action) => action.kind !== 'save' && !isLate(action));
  const steps = early.map((action) => foreseeAction(device, action, actions));
  const stays = (index: number): boolean =>
    early[index]?.kind === 'generate-keypair' &&
    behindAction(early[index + 1]).length > 0 &&
    steps[index]?.lines.at(-1)?.mode === 'configuration';
  return steps.map((step, index) => {
    const [from, to] = [stays(index - 1) ? 1 : 0, stays(index) ? -1 : step.lines.length];
    const [before, lines, behind] = [
      step.lines.slice(0, from),
      step.lines.slice(from, to),
      step.lines.slice(to),
    ];
    if (isCertain) return { ...step, lines };
    const enters = conditional('configuration mode was left', before);
    const leaves = conditional('configuration mode is not needed next', behind);
    return { ...step, lines: [...enters, ...lines, ...leaves] };
  });
}

function foreseeAction(device: Device, action: Action, actions: readonly Action[]): ForeseenStep {
  const about = 'trustpoint' in action ? { trustpoint: action.trustpoint } : {};
  const notes = [action.why];
  switch (action.kind) {
    case 'set-clock':
      return { step: 'set-clock', notes, lines: foreseeSetClock(device, action.lines) };
    case 'configure':
      return { step: 'configure', ...about, notes, lines: foreseeConfiguration(action.lines) };
    case 'remove-trustpoint':
      return {
        step: 'configure',
        ...about,
        notes,
        lines: foreseeConversation(removeTrustpointCommand(action.trustpoint)),
      };
    case 'generate-keypair':
      return {
        step: 'generate-keypair',
        ...about,
        notes,
        lines: [
          ...foreseeConversation(keypairCommand(device, action)),
          ...foreseePlace(trustpointOf({ device }, action.trustpoint).key),
        ],
      };
    case 'authenticate': {
      const lines = foreseeAuthenticate(device, trustpointOf({ device }, action.trustpoint));
      return { step: 'authenticate', ...about, notes, lines };
    }
    case 'enroll': {
      const trustpoint = trustpointOf({ device }, action.trustpoint);
      if (!isByHand(trustpoint))
        return { step: 'enroll', ...about, notes, lines: foreseeRequest(device, action) };
      const lines = foreseeRequestByHand(device, trustpoint, action);
      return { step: 'enroll', ...about, notes: [...notes, describeSubmission(trustpoint)], lines };
    }
    case 'import':
      return { step: 'enroll', ...about, notes, lines: foreseeImport(action) };
    case 'configure-beside': {
      const lines = foreseeConfiguration(action.lines);
      return {
        step: 'configure',
        ...about,
        notes,
        lines: action.needsCertificate ? conditional('the certificate is there', lines) : lines,
      };
    }
    case 'await-grant': {
      const trustpoint = trustpointOf({ device }, action.trustpoint);
      const isOwn = actions.some(
        ({ kind, ...other }) =>
          kind === 'enroll' && 'trustpoint' in other && other.trustpoint === action.trustpoint,
      );
      if (isByHand(trustpoint)) {
        const imported = foreseeImportByHand(device, trustpoint, { isResumed: !isOwn });
        return { step: 'await-grant', ...about, notes, lines: imported };
      }
      const lines = foreseeAwaitGrant(trustpoint);
      const all = isOwn ? [...lines, foreseeCommand(NO_LOG_HERE)] : lines;
      const grant = foreseeGrant(trustpoint.authority);
      return {
        step: 'await-grant',
        ...about,
        notes: grant === undefined ? notes : [...notes, grant],
        lines: all,
      };
    }
    case 'switch':
    case 'retire':
    case 'save':
      throw new Error(`${action.kind} comes behind the verification`);
  }
}

function foreseeLate(action: LateAction): ForeseenStep {
  const { kind, trustpoint, why } = action;
  const lines = kind === 'switch' ? foreseeSwitch(action) : foreseeRetirement(action);
  return { step: kind, trustpoint, notes: [why], lines };
}

/** Older forms may ask for the size, too. */
function keypairCommand(device: Device, action: Extract<Action, { kind: 'generate-keypair' }>): IosCommand {
  const { size } = trustpointOf({ device }, action.trustpoint).key;
  const { command, olderForms } = action;
  const { questions } = generateKeypairCommand(olderForms.at(-1) ?? command, size);
  return { ...generateKeypairCommand(command, size), instead: olderForms.map(maskedText), questions };
}

function foreseeRequest(
  device: Device,
  action: Extract<Action, { kind: 'enroll' }>,
): readonly ForeseenLine[] {
  const trustpoint = trustpointOf({ device }, action.trustpoint);
  const { name, authority, method, serialNumber, ipAddress } = trustpoint;
  if (method.kind === 'selfsigned') return foreseeSelfSigning({ device }, action);
  const facts = {
    trustpoint: name,
    serialNumber,
    ipAddress,
    reenroll: action.replaces !== undefined,
    parameters: parametersOf(trustpoint),
  };
  const challenge = action.challenge ? originOf(authority) : undefined;
  return [
    foreseeCommand(LOG_HERE),
    ...foreseeExpectAnswer(name),
    ...foreseeConversation(enrollCommand(facts, challenge)),
  ];
}

function originOf({ challenge }: Authority): string {
  switch (challenge.kind) {
    case 'none':
      return 'no challenge';
    case 'static':
    case 'daily':
      return `from ${challenge.value.describe()}`;
    case 'file':
      return `from file ${challenge.path}`;
    case 'command':
      return `from command ${challenge.argv[0] ?? ''}`;
    case 'ios-cs':
      return `made on ${challenge.device} when the router asks: ${passwordCommand(challenge)}`;
    case 'ndes':
      return `minted by ${challenge.url} when the router asks`;
  }
}

/** A router on which nothing was done is not read again, and one that still waits for the CA is not saved. */
function foreseeProof(
  device: Device,
  actions: readonly Action[],
  options: ForeseeOptions,
): readonly ForeseenStep[] {
  const done = actions.filter(({ kind }) => kind !== 'save');
  const isWait = done.every(({ kind }) => kind === 'await-grant');
  const when = (lines: readonly ForeseenLine[]): readonly ForeseenLine[] =>
    isWait && done.length > 0 ? conditional('the CA has answered', lines) : lines;
  const save = actions.find(({ kind }) => kind === 'save');
  const again = { ...furtherFor(device), ...(save === undefined ? {} : { startup: { known: undefined } }) };
  return [
    ...(done.length === 0
      ? []
      : [
          { step: 'verify' as const, notes: [], lines: when(foreseeObserve(again)) },
          ...actions.filter(isLate).map((action) => foreseeLate(action)),
          ...foreseeAcceptance(device, actions).map((step) => ({ ...step, lines: when(step.lines) })),
        ]),
    ...(save === undefined
      ? []
      : [{ step: 'save' as const, notes: [save.why], lines: when(foreseeSave(options)) }]),
    ...(done.length === 0 ? [] : foreseeRetreat(device, actions)),
  ];
}

function foreseeSave(options: ForeseeOptions): readonly ForeseenLine[] {
  const written = foreseeConversation(saveCommand(options));
  return [
    ...written,
    ...repeated(`while the file is busy, ${SAVE_TRIES - 1} times at most`, written),
    ...foreseeObserveStartup(),
  ];
}
