import { type ConfigLine, maskedText, plainLine } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { removeTrustpointCommand } from '../ios/dialogues/remove-trustpoint.ts';
import { conditional, type ForeseenLine, foreseeAnytime, foreseeConversation } from '../ios/foreseen.ts';
import { isTrustpointBlock } from '../template/blocks.ts';
import type { RenderedDevice, Renderer } from '../template/render.ts';
import { removalOf } from './drift.ts';
import { type ForeseenStep, foreseePlan } from './foresee.ts';
import { describeSubmission, isByHand } from './methods/by-hand.ts';
import type { Observation } from './observation.ts';
import { type Action, planDevice } from './plan.ts';
import { isWrittenByRouter } from './trustpoint-lines.ts';

/** What a device will be typed, as far as it can be told without asking the router. */
export interface Preview {
  readonly steps: readonly ForeseenStep[];
  /** What may come at any moment besides. */
  readonly anytime: readonly ForeseenLine[];
}

/**
 * Everything that `enroll` types on a router that has none of it yet, with secrets masked, and on what it depends.
 * Needs no network: it is the plan for a router that shows nothing. Throws InputError when a template cannot be rendered.
 */
export function previewDevice(device: Device, renderer: Renderer): Preview {
  const rendered = renderer.render(device);
  const { actions } = planDevice(rendered, BLANK, { kind: 'enroll' }, BLANK.at);
  const whole = actions.map((action) => withDefaults(action, rendered));
  const steps = foreseePlan(device, { actions: whole }, { allowOverwriteNvram: false, isCertain: false });
  const wanted = textsOf(whole);
  const planned = textsOf(actions);
  return {
    steps: steps.map((step) => explained(onCondition(step, wanted, planned), device)),
    anytime: foreseeAnytime(device),
  };
}

/** A router fresh from its box: nothing configured, a clock that was never set. */
const BLANK: Observation = {
  at: new Date(0),
  release: { platform: 'ios', version: '' },
  clock: { authority: 'not-authoritative', local: new Date(0), zone: 'UTC', notUnderstood: [] },
  ntp: { enabled: false, synchronized: false },
  timeLines: [],
  keypairs: [],
  status: [],
  certificates: [],
  running: { trustpoints: [], chains: [], others: [], notUnderstood: [] },
  startup: undefined,
};

/** With the lines, too, that say what the router does anyway: the plan types them only to replace another value. */
function withDefaults(action: Action, { blocks }: RenderedDevice): Action {
  if (action.kind !== 'set-clock' && action.kind !== 'configure') return action;
  const own = blocks.filter(({ name, trustpoint }) =>
    action.kind === 'configure'
      ? isTrustpointBlock(name) && trustpoint === action.trustpoint
      : name === 'clock' || name === 'ntp',
  );
  const lines = own
    .flatMap((block) => block.lines)
    .filter((line) => !isWrittenByRouter(line))
    .map((line) => action.lines.find((typed) => textOf(typed) === textOf(line)) ?? plainLine(textOf(line)));
  return { ...action, lines };
}

type Texts = ReadonlySet<string>;

function textsOf(actions: readonly Action[]): Texts {
  const lines = actions.flatMap((action) => ('lines' in action ? action.lines : []));
  return new Set(lines.map(textOf));
}

function textOf(line: ConfigLine): string {
  return maskedText(line).trim();
}

/** What the plan left out stands on a condition; so does all of a step that it left nothing of. */
function onCondition(step: ForeseenStep, wanted: Texts, planned: Texts): ForeseenStep {
  const isLine = ({ text }: ForeseenLine): boolean => wanted.has(text.trim());
  const isPlanned = ({ text }: ForeseenLine): boolean => planned.has(text.trim());
  if (step.step === 'set-clock' && !step.lines.some(isPlanned)) {
    const lines = conditional('the clock cannot be trusted, or such a line has another value', step.lines);
    return { ...step, lines };
  }
  const lines = step.lines.flatMap((line) =>
    isLine(line) && !isPlanned(line)
      ? conditional('the router has another value; this is what it does without the line', [line])
      : [line],
  );
  return { ...step, lines };
}

/** On what a step depends, in place of reasons that hold for the blank router only. */
function explained(step: ForeseenStep, device: Device): ForeseenStep {
  const trustpoint = device.trustpoints.find(({ name }) => name === step.trustpoint);
  const notes = notesOn(step, trustpoint);
  if (trustpoint === undefined || step.step !== 'configure') return { ...step, notes };
  const removal = foreseeConversation(removeTrustpointCommand(trustpoint.name));
  const head = step.lines.findIndex(({ mode }) => mode === 'trustpoint');
  if (head < 0) return step;
  const lines = step.lines.toSpliced(head, 0, ...conditional(SPOILS, [SPOILER]));
  return { ...step, notes, lines: [...conditional(TRUSTS_ANOTHER, removal), ...lines] };
}

function notesOn({ step, notes }: ForeseenStep, trustpoint: Trustpoint | undefined): readonly string[] {
  if (step === 'connect') return [...notes, ...DEPENDS.connect];
  if (step === 'await-grant' && trustpoint !== undefined && isByHand(trustpoint))
    return [describeSubmission(trustpoint)];
  return DEPENDS[step];
}

const SPOILER: ForeseenLine = {
  mode: 'trustpoint',
  text: maskedText(removalOf('<command>')),
  instead: [],
  questions: [],
};
const SPOILS = 'a line would spoil the enrollment, and --adopt-trustpoint names this device';

const TRUSTS_ANOTHER = 'it trusts another CA or enrolls at another URL, and --replace-ca names this device';

const DEPENDS: Readonly<Record<ForeseenStep['step'], readonly string[]>> = {
  connect: ['Enter alone is typed first, to see whether the prompt is one'],
  observe: ['what this shows to be in place already is not typed below'],
  'set-clock': [],
  configure: [
    'other lines of the trustpoint are left; those that would spoil the enrollment stop the device',
  ],
  'generate-keypair': ['only if there is no key pair of that label; one that exists is used as it is'],
  authenticate: ['only if the router holds no CA certificate for this trustpoint'],
  enroll: [
    'only if the router holds no certificate and waits for none; one that has ended is replaced,',
    'and re-enrollment then answered yes',
  ],
  'await-grant': ['a log line of the router about its request ends a pause early'],
  protect: ['before the first change; what the router has said so far is backed up'],
  verify: [],
  switch: [],
  retire: [],
  accept: ['only if every check of the certificate has passed'],
  save: ['only if every check of the certificate has passed'],
  retreat: ['in place of saving, and never behind it'],
  leave: [],
};
