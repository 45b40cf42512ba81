import { maskedText } from '../../domain/config-line.ts';
import { CONSENTS, type Consent } from '../../domain/consent.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import type { ParameterAnswer } from '../../ios/dialogues/enroll-exchanges.ts';
import { maskConfigSecrets } from '../../log/mask-config.ts';
import type { RenderedBlock } from '../../template/render.ts';
import { parameterQuestion } from '../../template/view.ts';
import { compareLines, type Drift, removalOf } from '../drift.ts';
import type { Observation, TrustpointView } from '../observation.ts';
import type { Action } from '../plan.ts';

type Beside = Extract<Action, { kind: 'configure-beside' }>;

/** A trustpoint that enrolls as a profile says, and what the router has of both. */
export interface ProfileCase {
  readonly trustpoint: Trustpoint;
  readonly view: TrustpointView;
  readonly observation: Observation;
  readonly blocks: readonly RenderedBlock[];
  readonly consents: ReadonlySet<Consent>;
}

/** What is typed of the profile, and what of it was left as it is. */
export interface PlannedProfile {
  readonly action: Beside | undefined;
  /** Lines that nobody asked for. */
  readonly left: readonly string[];
}

/**
 * Compares a trustpoint's enrollment profile (`crypto pki profile enrollment`, IOS security command reference) with the
 * router's. Pure. Throws DeviceError `plan-conflict` where others use it, or another CA would answer under a certificate.
 */
export function planProfile(situation: ProfileCase): PlannedProfile {
  const { trustpoint, observation, blocks, consents } = situation;
  const [head, ...wanted] = blocks.find(({ name }) => name === 'enrollment-profile')?.lines ?? [];
  if (head === undefined) return { action: undefined, left: [] };
  const title = maskedText(head).trim();
  const present = observation.running.others.find((other) => inPki(other.head) === title);
  const drift = compareLines(wanted, present?.lines ?? []);
  const spoiling = drift.foreign.filter((line) => SPOILING.test(line.trim()));
  const conflict = findConflict(situation, drift, spoiling);
  if (conflict !== undefined) throw conflict;
  const removed = consents.has('adopt-trustpoint') ? spoiling : [];
  const lines = [...removed.map(removalOf), ...drift.missing];
  const left = drift.foreign.filter((line) => !removed.includes(line)).map(maskConfigSecrets);
  if (present !== undefined && lines.length === 0) return { action: undefined, left };
  return {
    action: {
      kind: 'configure-beside',
      why: present === undefined ? 'the profile is not configured' : `${lines.length} lines of it differ`,
      trustpoint: trustpoint.name,
      about: title.replace(/^crypto pki /, ''),
      lines: [head, ...lines],
      needsCertificate: false,
    },
    left,
  };
}

/** Another way to ask the CA than the one wanted. */
const SPOILING =
  /^(?:method-est|(?:authentication|enrollment) (?:url|terminal|command|credential|http)|reenrollment)\b/;

function inPki(head: string): string {
  return head
    .replace(/^crypto ca /, 'crypto pki ')
    .replace(/\s+/g, ' ')
    .trim();
}

function findConflict(
  { trustpoint, view, observation, consents }: ProfileCase,
  { changed }: Drift,
  spoiling: readonly string[],
): DeviceError | undefined {
  const { name, method } = trustpoint;
  const profile = method.kind === 'profile' ? method.name : '';
  const isTouched = changed.length > 0 || spoiling.length > 0;
  const users = observation.running.trustpoints.filter(
    (other) =>
      other.name !== name && other.lines.some((line) => line.trim() === `enrollment profile ${profile}`),
  );
  if (isTouched && users.length > 0) {
    const names = users.map((user) => user.name).join(', ');
    return conflict(
      name,
      `its enrollment profile ${profile} differs, and ${names} uses it too`,
      changesIn(changed),
    );
  }
  const moved = changed.filter(({ head }) => /^(?:authentication|enrollment) url$/.test(head));
  if (moved.length > 0 && view.authorities.length > 0 && !consents.has('replace-ca')) {
    const message = `the URL in its enrollment profile differs and a CA certificate is already there`;
    return conflict(name, message, changesIn(moved), 'replace-ca');
  }
  if (spoiling.length === 0 || consents.has('adopt-trustpoint')) return undefined;
  const lines = `lines: ${spoiling.map(maskConfigSecrets).join('; ')}`;
  return conflict(
    name,
    'somebody else made its enrollment profile ask in another way',
    lines,
    'adopt-trustpoint',
  );
}

function changesIn(changed: Drift['changed']): string {
  return changed
    .map(
      ({ wanted, present }) => `present: ${maskConfigSecrets(present)}; wanted: ${maskConfigSecrets(wanted)}`,
    )
    .join('\n');
}

function conflict(name: string, message: string, detail: string, consent?: Consent): DeviceError {
  const allow = consent && `to allow it: --${consent} <this device> (${CONSENTS[consent]})`;
  return new DeviceError('plan-conflict', `${name}: ${message}`, {
    detail,
    ...(allow === undefined ? {} : { hint: allow }),
  });
}

/** What the router will ask for while it enrolls, with the answers. */
export function parametersOf({ method }: Pick<Trustpoint, 'method'>): readonly ParameterAnswer[] {
  if (method.kind !== 'profile') return [];
  return method.parameters.flatMap(({ number, by, value }) =>
    by === 'prompt' ? [{ number, question: parameterQuestion(number), answer: value }] : [],
  );
}
