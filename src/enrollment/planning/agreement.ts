import { type ConfigLine, maskedText } from '../../domain/config-line.ts';
import type { Device } from '../../domain/device.ts';
import { DeviceError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { leadsElsewhere } from '../../ios/modes.ts';
import { maskConfigSecrets } from '../../log/mask-config.ts';
import type { ForeseenStep } from '../foresee.ts';
import { type Observation, viewTrustpoint } from '../observation.ts';
import type { Plan } from '../plan.ts';

/**
 * A plan in a form that two of them can be compared in, line by line: what of the router it rests on, and everything
 * that will be typed, with the answers. A secret stands for where it comes from. What moves by itself is in neither:
 * the clock's reading, what NTP says, days left, reasons.
 */
export interface Agreement {
  readonly rests: readonly string[];
  readonly types: readonly string[];
}

/** The plan of a router, to be compared with the same of another day. Pure. */
export function agreementOf(
  device: Device,
  observation: Observation,
  { actions }: Pick<Plan, 'actions'>,
  steps: readonly ForeseenStep[],
): Agreement {
  return {
    rests: [
      ...routerLines(device, observation),
      ...device.trustpoints.flatMap(({ name }) => trustpointLines(observation, name)),
    ],
    types: [
      ...steps.filter(({ step }) => !READING.has(step)).flatMap(typedLines),
      ...actions.flatMap(secretLines),
    ],
  };
}

/** Steps that type the same on every router: their commands are in the types of none. */
const READING: ReadonlySet<ForeseenStep['step']> = new Set(['connect', 'observe', 'verify', 'leave']);

function routerLines({ host, port, trustpoints }: Device, observation: Observation): readonly string[] {
  const { release, dialect = 'pki', keypairs } = observation;
  const { platform, version, hostname, serial } = release;
  const labels = [...new Set(trustpoints.map(({ key }) => key.label))];
  return [
    `address ${host} port ${port}`,
    `router ${[hostname, serial].filter((part) => part !== undefined).join(' ')}`,
    `release ${platform} ${version}, crypto ${dialect}`,
    ...labels.map((label) => {
      const sizes = keypairs
        .filter((keypair) => keypair.label === label)
        .map(({ type, bits }) => `${type} ${bits}`);
      return `key pair ${label}: ${sizes.join(' and ') || 'none'}`;
    }),
  ];
}

function trustpointLines(observation: Observation, name: string): readonly string[] {
  const { stage, lines, printed } = viewTrustpoint(observation, name);
  const chain = observation.running.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  const about = `trustpoint ${name}:`;
  return [
    `${about} ${stage}`,
    ...(lines?.lines ?? []).map((line) => `${about} ${maskConfigSecrets(line.trim())}`),
    ...chain.map(({ head }) => `${about} ${head}`),
    ...(printed?.serial === undefined ? [] : [`${about} shows certificate ${printed.serial}`]),
  ];
}

function typedLines({ step, trustpoint, lines }: ForeseenStep): readonly string[] {
  const about = trustpoint === undefined ? step : `${step} ${trustpoint}`;
  // Which way leads to a step depends on the step before, which may be done already.
  const own = lines.filter(({ text }) => !leadsElsewhere(text));
  return own.flatMap(({ text, onlyIf, again, instead, questions }) => {
    const condition = [
      ...(onlyIf === undefined ? [] : [` if ${onlyIf}`]),
      ...(again === undefined ? [] : [` ${again}`]),
    ];
    return [
      `${about}:${condition.join('')} types ${text.trim()}${instead.map((other) => ` or ${other}`).join('')}`,
      ...questions.map(({ question, answer, stops, remark }) => {
        const more = [...(remark === undefined ? [] : [remark]), ...(stops === undefined ? [] : ['stops'])];
        const words = answer === undefined ? 'Ctrl-C' : JSON.stringify(answer);
        return `${about}: answers ${question} with ${words}${more.map((part) => `; ${part}`).join('')}`;
      }),
    ];
  });
}

function secretLines(action: Plan['actions'][number]): readonly string[] {
  if (!('lines' in action)) return [];
  return action.lines.flatMap((line: ConfigLine) =>
    line.parts
      .filter((part) => part instanceof Secret)
      .map((secret) => `${action.kind}: ${maskedText(line).trim()} has a secret from ${secret.describe()}`),
  );
}

/** A router that is not what the plan was made from, or for which another plan would be made today. */
export interface Change {
  /** `- ` as it was planned, `+ ` as it is now. */
  readonly lines: readonly string[];
}

/** Undefined where the plan still holds. A clock that needs no setting any more is no change. Pure. */
export function changeSince(agreed: Agreement, now: Agreement): Change | undefined {
  const planned = withoutNeedlessClock(agreed, now);
  const lines = [...differences(planned.rests, now.rests), ...differences(planned.types, now.types)];
  return lines.length === 0 ? undefined : { lines };
}

/**
 * Whether `now` is what is left of `agreed`, in its order: for a router on which this very run has begun to carry it
 * out, and was cut off.
 */
export function isRestOf(agreed: Agreement, now: Agreement): boolean {
  let at = 0;
  return now.types.every((line) => {
    at = agreed.types.indexOf(line, at) + 1;
    return at > 0;
  });
}

const MOST_LINES = 40;

export function changedSincePlan({ lines }: Change): DeviceError {
  const hidden = lines.length - MOST_LINES;
  return new DeviceError(
    'changed-since-plan',
    'the router or the inventory is not what the plan was made from',
    {
      detail: [
        'as planned (-) and as it is now (+):',
        ...lines.slice(0, MOST_LINES),
        ...(hidden > 0 ? [`and ${hidden} more lines`] : []),
      ].join('\n'),
    },
  );
}

function withoutNeedlessClock(agreed: Agreement, now: Agreement): Agreement {
  const isClock = (line: string): boolean => line.startsWith('set-clock:');
  if (now.types.some(isClock)) return agreed;
  return { ...agreed, types: agreed.types.filter((line) => !isClock(line)) };
}

/** Lines of one that the other has not; the order only where they have the same lines. */
function differences(planned: readonly string[], now: readonly string[]): readonly string[] {
  const gone = without(planned, now).map((line) => `- ${line}`);
  const come = without(now, planned).map((line) => `+ ${line}`);
  if (gone.length + come.length > 0) return [...gone, ...come];
  const at = planned.findIndex((line, index) => line !== now[index]);
  return at < 0 ? [] : [`- ${planned[at] ?? ''}`, `+ ${now[at] ?? ''}`, '(the same lines in another order)'];
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
