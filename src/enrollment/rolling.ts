import type { ConfigLine } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import { DeviceError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { PlacedLine } from '../ios/show/running-lines.ts';
import { recallCertificate } from '../pki/recall.ts';
import type { RenderedBlock, Renderer } from '../template/render.ts';
import type { Draft } from './draft.ts';
import { type Generations, missingLines, type Rolling, tellLine } from './generations.ts';
import { type Observation, viewTrustpoint } from './observation.ts';

/** What planning needs to know of keys that are rolled. */
export interface Rolls {
  /** By the name of the trustpoint in force. */
  readonly next: ReadonlyMap<string, Roll>;
  readonly old: readonly OldGeneration[];
}

export interface Roll extends Rolling {
  readonly blocks: readonly RenderedBlock[];
  /** The lines that switch over, and those that switch back. */
  readonly lines: readonly ConfigLine[];
  readonly undo: readonly ConfigLine[];
}

export interface OldGeneration {
  readonly trustpoint: Trustpoint;
  readonly inForce: Trustpoint;
}

/** Renders what a roll of each trustpoint would type. Pure. */
export function rollsOf({ device, rolling }: Generations, renderer: Renderer): Rolls {
  const rolls = [...rolling.values()];
  return {
    next: new Map(rolls.map((each) => [each.inForce.name, rollOf(device, each, renderer)])),
    old: rolls.flatMap(({ inForce, old }) => old.map((trustpoint) => ({ trustpoint, inForce }))),
  };
}

function rollOf(device: Device, rolling: Rolling, renderer: Renderer): Roll {
  const { inForce, next } = rolling;
  const { blocks } = renderer.render({ ...device, trustpoints: [next] });
  return {
    ...rolling,
    blocks: blocks.filter(({ trustpoint }) => trustpoint === next.name),
    lines: renderer.switchLines(device, inForce, { from: inForce.name, to: next.name }),
    undo: renderer.switchLines(device, inForce, { from: next.name, to: inForce.name }),
  };
}

/**
 * The next generation is enrolled beside the one in force, with a challenge: a trustpoint that holds no certificate has
 * none to sign with. Throws DeviceError `plan-conflict` where the switch could not be undone.
 */
export function planRoll(
  draft: Draft,
  { inForce, next, blocks, lines, undo }: Roll,
  observation: Observation,
): void {
  const [missing] = missingLines(undo, observation.lines ?? []);
  if (missing !== undefined) {
    throw new DeviceError(
      'plan-conflict',
      `${inForce.name}: the running configuration has no ${tellLine(missing)}, so what renew.switch switches could not be switched back`,
      { hint: 'correct renew.switch, or the router: the lines with the name in force have to be there' },
    );
  }
  draft.planEnrollment(next, viewTrustpoint(observation, next.name), blocks);
  draft.actions.push({
    kind: 'switch',
    why: `${next.name} takes the place of ${inForce.name} when its certificate is proved`,
    trustpoint: next.name,
    from: inForce.name,
    lines,
    undo,
  });
}

/** Throws DeviceError `plan-conflict` while an old generation may not go. */
export function planRetirement(
  draft: Draft,
  { trustpoint, inForce }: OldGeneration,
  observation: Observation,
  now: Date,
): void {
  const { name, key } = trustpoint;
  const why = whyNotYet(inForce, observation, now) ?? whyUsed(trustpoint, observation);
  if (why !== undefined) {
    throw new DeviceError('plan-conflict', `${name}: may not be retired: ${why}`, {
      hint: 'leave --retire out, or mend what is in its way',
    });
  }
  const hasKey = observation.keypairs.some(({ label }) => label === key.label);
  draft.actions.push({
    kind: 'retire',
    why: `${inForce.name} is in force, nothing names ${name} any more, and --retire names this device`,
    trustpoint: name,
    isThere: observation.running.trustpoints.some((each) => each.name === name),
    ...(hasKey ? { keypair: { label: key.label, type: key.type } } : {}),
  });
}

/** The switch came behind the issue: the certificate's own beginning is the nearest that a router shows of it. */
function whyNotYet(inForce: Trustpoint, observation: Observation, now: Date): string | undefined {
  const { identity } = viewTrustpoint(observation, inForce.name);
  if (identity?.der === undefined) return `${inForce.name} holds no certificate that can be read`;
  const { notBefore, notAfter } = recallCertificate(identity.der);
  if (notAfter <= now) return `the certificate of ${inForce.name} has ended`;
  const wait = (inForce.renew.roll?.retireAfterMs ?? 0) - (now.getTime() - notBefore.getTime());
  return wait > 0
    ? `${inForce.name} is too new, its certificate began on ${notBefore.toISOString()}: ${formatDuration(wait)} of renew.retireAfter are left`
    : undefined;
}

/** Lines in which a word is the name of a trustpoint, or of a key pair. */
const NAMES_TRUSTPOINTS = /trust-?point|crypto (?:pki|ca)\b/i;
const NAMES_KEYS = /key-?pair/i;

function whyUsed({ name, key }: Trustpoint, { lines = [] }: Observation): string | undefined {
  const own = new RegExp(`^crypto (?:pki|ca) (?:trustpoint|certificate chain) ${escaped(name)}$`);
  const others = lines.filter(({ text, below }) => ![text, ...below].some((line) => own.test(line)));
  const user = others.find(
    (line) => (NAMES_TRUSTPOINTS.test(line.text) && holds(line, name)) || isKeyUser(line, key.label),
  );
  if (user !== undefined) return `the running configuration has ${tellLine(user)}`;
  const hostname = lines.find(({ text }) => text.startsWith('hostname '))?.text.split(' ')[1];
  return hostname !== undefined && key.label.toLowerCase().startsWith(`${hostname.toLowerCase()}.`)
    ? `key pair ${key.label} has the name of the router’s SSH key`
    : undefined;
}

function isKeyUser(line: PlacedLine, label: string): boolean {
  return NAMES_KEYS.test(line.text) && holds(line, label);
}

function holds({ text }: PlacedLine, word: string): boolean {
  return text.split(' ').includes(word);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
