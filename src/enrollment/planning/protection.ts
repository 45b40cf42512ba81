import type { Device } from '../../domain/device.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { Guard, HealthCheck } from '../../domain/guard.ts';
import type { GuardNews } from '../guard/pending.ts';
import { isChanging } from '../guard/protect.ts';
import type { Action } from '../plan.ts';
import type { Reason } from './risk.ts';

/** What stands against a router that nobody can reach any more while a plan is carried out: data and sentences. */
export interface Protection {
  /** What is kept before the first change. */
  readonly backup?: string;
  readonly guard?: {
    readonly kind: Guard['kind'];
    readonly minutes: number;
    /** When it is set, when it is taken off, and what happens otherwise. */
    readonly set: string;
    readonly takenOff: string;
    readonly otherwise: string;
    /** Why it cannot be set, or must not be, on this router: then nothing is done to it. */
    readonly impossible?: string;
  };
  readonly health?: {
    readonly when: string;
    readonly commands: readonly { readonly command: string; readonly rule: string }[];
  };
}

type Protected = Pick<Device, 'guard' | 'health' | 'trustpoints'>;

/** Undefined where nothing is to be done. Pure. */
export function protectionOf(
  { guard, health = [] }: Protected,
  actions: readonly Action[],
  news: GuardNews,
): Protection | undefined {
  if (actions.length === 0) return undefined;
  const first = nameOf(actions.find((action) => isChanging([action])) ?? actions[0]);
  const isChanged = isChanging(actions);
  const watched = {
    when: `before ${first} and again behind verify; a router that is worse is led back and not saved`,
    commands: health.map((check) => ({ command: check.command, rule: ruleText(check) })),
  };
  return {
    ...(isChanged
      ? { backup: `what the router is goes into the state directory before ${first}, without secrets` }
      : {}),
    ...(isChanged && guard !== undefined
      ? { guard: { ...guardTexts(guard, first, health), ...whyNot(news) } }
      : {}),
    ...(health.length === 0 ? {} : { health: watched }),
  };
}

function guardTexts(
  { kind, minutes }: Guard,
  first: string,
  health: readonly HealthCheck[],
): Omit<NonNullable<Protection['guard']>, 'impossible'> {
  const passed = health.length === 0 ? 'verify has passed' : 'verify and health have passed';
  const [setBy, takenOffBy] =
    kind === 'revert'
      ? [`configure terminal revert timer ${minutes}`, 'configure confirm']
      : [`reload in ${minutes}`, 'reload cancel'];
  return {
    kind,
    minutes,
    set: `“${setBy}” before ${first}`,
    takenOff: `“${takenOffBy}” when ${passed}, before save`,
    otherwise: `${OTHERWISE[kind]} ${minutes} minutes after it was set`,
  };
}

const OTHERWISE: Readonly<Record<Guard['kind'], string>> = {
  revert: 'the router rolls its running configuration back by itself,',
  reload: 'the router reloads by itself and comes back with its startup configuration,',
};

function whyNot({ pending, untold, impossible }: GuardNews): { readonly impossible?: string } {
  const error = pending ?? untold ?? impossible;
  return error === undefined ? {} : { impossible: error.message };
}

function ruleText({ rule, withinMs = 0 }: HealthCheck): string {
  const within = withinMs === 0 ? '' : `, within ${formatDuration(withinMs)}`;
  switch (rule.kind) {
    case 'expect':
      return `“${rule.pattern}” is found${within}`;
    case 'count':
      return `no fewer lines with “${rule.pattern}” than before${within}`;
    case 'same':
      return `the same output as before${within}`;
  }
}

/** What the guard itself may do to a router, and what it cannot bring back. Pure. */
export function protectionReasons(
  device: Protected,
  actions: readonly Action[],
  news: GuardNews = { notes: [] },
): readonly Reason[] {
  const { guard } = device;
  if (guard === undefined || !isChanging(actions)) return [];
  const { impossible } = whyNot(news);
  if (impossible !== undefined) return [['high', `its guard cannot protect it: ${impossible}`]];
  return [
    guard.kind === 'revert'
      ? ['low', 'its guard rolls lines back; a new key pair and a renewed certificate stay']
      : [
          'medium',
          'its guard reloads it when something fails: whatever nobody saved is lost, tunnels are down meanwhile',
        ],
    ...hasty(guard, device, actions),
  ];
}

/** Each wait has room for itself, says the inventory; all of them in one plan may not. */
function hasty(
  { minutes }: Guard,
  { trustpoints, health = [] }: Protected,
  actions: readonly Action[],
): readonly Reason[] {
  const waits = actions.flatMap((action) =>
    action.kind === 'await-grant'
      ? (trustpoints.find(({ name }) => name === action.trustpoint)?.grantTimeoutMs ?? 0)
      : [],
  );
  const patience = Math.max(0, ...health.map(({ withinMs = 0 }) => withinMs));
  const longest = waits.reduce((sum, wait) => sum + wait, patience);
  if (longest < minutes * 60_000) return [];
  const text = `its guard of ${minutes} minutes acts before the waits of this plan are over, ${formatDuration(longest)} at most`;
  return [['medium', text]];
}

function nameOf(action: Action | undefined): string {
  if (action === undefined) return 'the first step';
  return 'trustpoint' in action ? `${action.kind} ${action.trustpoint}` : action.kind;
}
