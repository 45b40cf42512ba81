import { InvalidArgumentError } from 'commander';
import type { Device } from '../domain/device.ts';
import type { Share } from '../run/batches.ts';
import { OPTIONS, type OptionName, type OptionSpec, type OptionValues } from './options.ts';
import { parseOption } from './parse-option.ts';
import { varText } from './run-rules.ts';

/** How a run works through its fleet, as its options are written; kept with it for the run that continues it. */
export type RunSettings = Readonly<Record<string, string>>;

/** Those that cut a fleet belong together: one of them on the command line takes the place of all. */
const BATCHES = ['batch', 'canaryBy', 'batchPause', 'batchAsk', 'batchCheck'] as const;
const EACH = [
  'concurrency',
  'startRate',
  'maxFail',
  'maxSameCause',
  'retries',
  'retryAfter',
  'lockoutGuard',
  'planMaxAge',
] as const;
type Kept = (typeof BATCHES)[number] | (typeof EACH)[number];

/** What is kept of a run's options: all that are in force, whether given or not. */
export function settingsOf(options: OptionValues, devices: readonly Device[]): RunSettings {
  return Object.fromEntries(
    [...BATCHES, ...EACH].flatMap((name) => {
      const text = name === 'canaryBy' ? canaryOf(options, devices) : textOf(OPTIONS[name], options[name]);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

/** The options in force, and what the operator should know of where they come from. */
export interface TakenOver {
  readonly options: OptionValues;
  readonly told: readonly string[];
}

/**
 * The options of a run that continues another: what the command line does not say is as it was there. Canaries that have
 * had their turn are no longer asked for.
 */
export function takeOver(
  options: OptionValues,
  given: ReadonlySet<string>,
  settings: RunSettings,
  devices: readonly Device[],
): TakenOver {
  const hasBatches = BATCHES.some((name) => given.has(name));
  const wanted = [...(hasBatches ? [] : BATCHES), ...EACH.filter((name) => !given.has(name))];
  const taken: Partial<Record<OptionName, unknown>> = {};
  const told: string[] = [];
  for (const name of wanted) {
    const text = settings[name];
    if (text === undefined || text === textOf(OPTIONS[name], options[name])) continue;
    if (name === 'canaryBy' && !devices.some((device) => isCanary(device, text))) continue;
    const value = valueIn(name, text);
    if (value === undefined) continue;
    taken[name] = value;
    told.push(wordsOf(OPTIONS[name], text));
  }
  return { options: { ...options, ...(taken as Partial<OptionValues>) }, told };
}

/** `--max-fail 3%` */
function wordsOf({ flags, type }: OptionSpec, text: string): string {
  const [flag = ''] = flags.split(' ');
  if (type === 'flag') return flag;
  return `${flag} ${/^[\w.,:%=/-]+$/.test(text) ? text : JSON.stringify(text)}`;
}

/** As an operator would write it. */
function textOf({ type }: OptionSpec, value: unknown): string | undefined {
  if (value === undefined || value === false) return undefined;
  if (type === 'shares') return (value as readonly Share[]).map(shareText).join(',');
  if (type === 'share') return shareText(value as Share);
  if (type === 'duration') return durationText(Number(value));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shareText(share: Share): string {
  return share.kind === 'count' ? String(share.devices) : `${share.percent}%`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function durationText(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => milliseconds > 0 && milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}

/** What another version of trustfleet wrote may not be understood. */
function valueIn(name: Kept, text: string): unknown {
  const spec: OptionSpec = OPTIONS[name];
  if (spec.type === 'flag') return text === 'true' ? true : undefined;
  try {
    return parseOption(spec, text, undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}

/** Without a value it was that of the first device: what is left has another first one. */
function canaryOf({ canaryBy }: OptionValues, devices: readonly Device[]): string | undefined {
  if (canaryBy === undefined || canaryBy.includes('=')) return canaryBy;
  const value = varText(devices[0], canaryBy);
  return value === undefined ? canaryBy : `${canaryBy}=${value}`;
}

function isCanary(device: Device, canaryBy: string): boolean {
  const [name = '', wanted] = canaryBy.split(/=(.*)/s);
  return wanted !== undefined && varText(device, name) === wanted;
}
