import { maskedText } from '../../domain/config-line.ts';
import type { Consent } from '../../domain/consent.ts';
import type { Device } from '../../domain/device.ts';
import { IN_CERTIFICATE } from '../conflicts.ts';
import type { GuardNews } from '../guard/pending.ts';
import { type Observation, type TrustpointView, viewTrustpoint } from '../observation.ts';
import type { Action } from '../plan.ts';
import { type ConfigDiff, diffConfiguration, replacedHeads } from './config-diff.ts';
import { protectionReasons } from './protection.ts';

/** How much a router can suffer by what is done, from reading only to losing what may be in use. */
export const RISKS = {
  none: 'nothing is typed but show commands',
  low: 'only adds: lines, a key pair, a certificate that nothing uses yet',
  medium: 'replaces something that has a working state before and after: a line, the clock, a certificate',
  high: 'takes something away that may be in use, or changes what peers check',
} as const;

export type RiskLevel = keyof typeof RISKS;

export interface Risk {
  /** That of the worst reason. */
  readonly level: RiskLevel;
  readonly reasons: readonly { readonly level: RiskLevel; readonly text: string }[];
}

interface Situation {
  readonly device: Pick<Device, 'trustpoints' | 'guard' | 'health'>;
  readonly observation: Observation;
  readonly actions: readonly Action[];
  readonly consents: ReadonlySet<Consent>;
  readonly allowOverwriteNvram: boolean;
  readonly now: Date;
  /** What the router told of guards. */
  readonly guards?: GuardNews;
}

const LEVELS = Object.keys(RISKS) as RiskLevel[];

/** What may go wrong by these actions, by what the router shows. It cannot show which tunnels use a certificate. Pure. */
export function assessRisk(situation: Situation): Risk {
  const { observation, actions, device, guards } = situation;
  if (actions.length === 0) return { level: 'none', reasons: [{ level: 'none', text: RISKS.none }] };
  const diffs = diffConfiguration(observation, actions);
  const reasons = [
    ...actions.flatMap((action) => reasonsOf(action, situation, diffs)),
    ...protectionReasons(device, actions, guards),
  ].map(([level, text]) => ({ level, text }));
  const level = LEVELS.findLast((each) => reasons.some((reason) => reason.level === each)) ?? 'none';
  const worstFirst = reasons.toSorted((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
  return { level, reasons: worstFirst };
}

export type Reason = readonly [RiskLevel, string];

function reasonsOf(action: Action, situation: Situation, diffs: readonly ConfigDiff[]): readonly Reason[] {
  const about = 'trustpoint' in action ? action.trustpoint : '';
  const view = viewTrustpoint(situation.observation, about);
  switch (action.kind) {
    case 'set-clock':
      return clockReasons(action, diffs);
    case 'remove-trustpoint':
      return [
        [
          'high',
          `${about} is removed with ${inUse(view)}: whatever uses it has none until the new certificate is there`,
        ],
      ];
    case 'configure':
      return configureReasons(action, view, diffs, situation);
    case 'generate-keypair':
      return view.identity !== undefined && !isRemoved(situation, about)
        ? [['high', `${about} holds a certificate, and its key pair ${action.label} is made anew`]]
        : [
            [
              'low',
              `key pair ${action.label} is added under a label that is free; old hardware is busy for minutes`,
            ],
          ];
    case 'authenticate':
      return [['low', `${about} gets its CA certificate, accepted with the pinned fingerprint only`]];
    case 'enroll':
      return requestReasons(action, situation, diffs);
    case 'import':
      return [
        action.replaces === undefined
          ? ['low', `${about} gets a key pair and a certificate from a file; none is replaced`]
          : ['high', `the key pair and the certificate of ${about} are replaced by those of a file`],
      ];
    case 'configure-beside':
      return [['low', `${action.about} gets lines that it lacks`]];
    case 'await-grant':
      return [];
    case 'switch':
      return [
        [
          'high',
          `what uses ${action.from} is switched to ${about}: its tunnels are built anew with another key`,
        ],
      ];
    case 'retire':
      return [['high', `${about} goes for good, with its certificate and its key pair`]];
    case 'save':
      return [
        ['low', 'the whole running configuration is saved, with whatever somebody else left unsaved in it'],
        ...(situation.allowOverwriteNvram
          ? ([
              [
                'medium',
                'the startup configuration is overwritten although another release may have written it',
              ],
            ] as const)
          : []),
      ];
  }
}

function clockReasons(
  { lines, adjust }: Extract<Action, { kind: 'set-clock' }>,
  diffs: readonly ConfigDiff[],
): readonly Reason[] {
  const heads = headsIn(diffs, 'clock and NTP');
  return [
    ...(heads.length > 0
      ? ([['medium', `clock and NTP lines are replaced: ${heads.join(', ')}`]] as const)
      : lines.length > 0
        ? ([['low', 'clock and NTP lines are added']] as const)
        : []),
    ...(adjust
      ? ([
          ['medium', 'the clock is set: logs, timers and other certificates of the router see time jump'],
        ] as const)
      : []),
  ];
}

function configureReasons(
  { lines, trustpoint }: Extract<Action, { kind: 'configure' }>,
  { lines: present }: TrustpointView,
  diffs: readonly ConfigDiff[],
  situation: Situation,
): readonly Reason[] {
  if (isRemoved(situation, trustpoint)) return [];
  const own = situation.consents.has('share-key')
    ? ([['medium', `${trustpoint} uses a key pair that another trustpoint may use too`]] as const)
    : [];
  if (present === undefined) return [['low', `trustpoint ${trustpoint} is added`], ...own];
  const removals = lines.map((line) => maskedText(line).trim()).filter((line) => line.startsWith('no '));
  const heads = headsIn(diffs, `trustpoint ${trustpoint}`).filter(
    (head) => !removals.some((line) => line === `no ${head}`),
  );
  return [
    ...(removals.length > 0
      ? ([['high', `${trustpoint} loses lines that somebody configured: ${removals.join('; ')}`]] as const)
      : []),
    ...(heads.length > 0
      ? ([['medium', `${trustpoint} gets other values: ${heads.join(', ')}`]] as const)
      : ([['low', `${trustpoint} gets lines that it lacks`]] as const)),
    ...own,
  ];
}

function requestReasons(
  { trustpoint: name, replaces, mayReplace = [] }: Extract<Action, { kind: 'enroll' }>,
  { device, now, consents }: Situation,
  diffs: readonly ConfigDiff[],
): readonly Reason[] {
  if (mayReplace.length > 0)
    return [
      ['high', `the self-signed certificate of ${mayReplace.join(', ')} is deleted for that of ${name}`],
    ];
  if (replaces === undefined) return [['low', `${name} asks for a certificate; none is replaced`]];
  if (replaces.notAfter <= now) return [['medium', `${name} replaces a certificate that has ended`]];
  const isRenamed =
    consents.has('reissue') && headsIn(diffs, `trustpoint ${name}`).some((head) => IN_CERTIFICATE.has(head));
  const isNewKey = device.trustpoints.some(
    (trustpoint) => trustpoint.name === name && trustpoint.renew.keys === 'regenerate',
  );
  return [
    [
      'medium',
      `${name} replaces the certificate in force${isNewKey ? ' and its key' : ''}; the old one serves until the new one is there`,
    ],
    ...(isRenamed
      ? ([
          ['high', `the new certificate of ${name} has other names: peers that check them may refuse it`],
        ] as const)
      : []),
  ];
}

function isRemoved({ actions }: Situation, name: string): boolean {
  return actions.some(
    ({ kind, ...action }) =>
      kind === 'remove-trustpoint' && 'trustpoint' in action && action.trustpoint === name,
  );
}

function headsIn(diffs: readonly ConfigDiff[], about: string): readonly string[] {
  return [...new Set(diffs.filter((diff) => diff.about === about).flatMap(replacedHeads))];
}

function inUse({ identity, authorities }: TrustpointView): string {
  if (identity !== undefined) return `certificate ${identity.serial} and its CA's`;
  return authorities.length > 0 ? 'its CA certificate' : 'its lines';
}
