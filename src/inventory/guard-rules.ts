// What must hold of a guard beside the waits that it has to outlast. Takes the file as it stands, sound or not.
import { formatDuration, parseDuration } from '../domain/duration.ts';
import type { DeviceEntry } from './devices.ts';
import { type Level, Levels, namesIn } from './levels.ts';
import { isPlainMap, type Plain } from './merge.ts';
import type { Path } from './place.ts';
import { someOf, type TreeProblems, withHint } from './problems.ts';
import { GUARD_PATTERN } from './schema-patterns.ts';

/** What a guard needs beside the waits: lines, a key pair, the verification, and its own last minute. */
const MARGIN_MS = 120_000;
const GRANT_TIMEOUT = '5m';
const LONGEST_GUARD_MS = 120 * 60_000;

/** Reports guards that would act while the router still waits for its certificate, each once, with the devices it concerns. */
export function checkGuards(root: Plain, entries: readonly DeviceEntry[], problems: TreeProblems): void {
  const { devices } = root;
  if (!isPlainMap(devices)) return;
  const levels = new Levels(root.groups, root.defaults);
  const hasty = new Map<string, Hasty & { names: string[] }>();
  for (const { key, devices: named } of entries) {
    const device = devices[key];
    if (!isPlainMap(device)) continue;
    const guard = guardOf(levels.of(key, device));
    if (guard === undefined) continue;
    const merged = levels.merged(device);
    const need = Math.max(0, ...waitsOf(merged, root.trustpoints)) + patienceOf(merged.health) + MARGIN_MS;
    if (guard.milliseconds >= need) continue;
    const identity = JSON.stringify(guard.path);
    const known = hasty.get(identity) ?? { ...guard, need, names: [] };
    known.names.push(...named.map(({ name }) => name));
    hasty.set(identity, { ...known, need: Math.max(known.need, need) });
  }
  for (const { path, need, names } of hasty.values()) problems.atValue(path, sentence(need, names));
}

interface Hasty {
  readonly path: Path;
  readonly milliseconds: number;
  /** What it would have to be at least, in milliseconds. */
  readonly need: number;
}

/** The nearest level wins whole. */
function guardOf(levels: readonly Level[]): Omit<Hasty, 'need'> | undefined {
  const nearest = levels.find(({ settings }) => settings.guard !== undefined);
  const guard = nearest?.settings.guard;
  if (nearest === undefined || !isPlainMap(guard)) return undefined;
  const [[kind, written] = []] = Object.entries(guard);
  // What is none at all is told by the schema.
  const milliseconds = new RegExp(GUARD_PATTERN).test(String(written)) ? parsed(written) : undefined;
  if (kind === undefined || milliseconds === undefined) return undefined;
  return { path: [...nearest.path, 'guard', kind], milliseconds };
}

function waitsOf({ trustpoints: names }: Plain, trustpoints: unknown): readonly number[] {
  const known = isPlainMap(trustpoints) ? trustpoints : {};
  return namesIn(names).flatMap((name) => {
    const trustpoint = Object.hasOwn(known, name) ? known[name] : undefined;
    const grant = isPlainMap(trustpoint) && isPlainMap(trustpoint.grant) ? trustpoint.grant : {};
    return parsed(grant.timeout ?? GRANT_TIMEOUT) ?? [];
  });
}

function patienceOf(health: unknown): number {
  const checks: readonly unknown[] = Array.isArray(health) ? health : [];
  return Math.max(0, ...checks.flatMap((check) => (isPlainMap(check) ? (parsed(check.within) ?? []) : [])));
}

function parsed(written: unknown): number | undefined {
  return typeof written === 'string' ? parseDuration(written) : undefined;
}

function sentence(need: number, names: readonly string[]): string {
  const whole = Math.ceil(need / 60_000) * 60_000;
  const concerned = `for ${someOf([...new Set(names)])}`;
  const message = `acts before the wait for a certificate is over, with ${formatDuration(MARGIN_MS)} for the rest of the work, ${concerned}`;
  const hint =
    whole > LONGEST_GUARD_MS
      ? 'shorten grant.timeout, or the within of health: no guard is longer than 120m'
      : `write ${formatDuration(whole)} or more, or shorten grant.timeout`;
  return withHint(message, hint);
}
