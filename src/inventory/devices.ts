import { isPlainMap } from './merge.ts';
import type { TreeProblems } from './problems.ts';
import { withHint } from './problems.ts';
import { expandRanges, hasRange } from './ranges.ts';
import { addressProblem, NAME, NAME_SENTENCE } from './schema-values.ts';

/** One entry under `devices:`, and the devices that it stands for. */
export interface DeviceEntry {
  readonly key: string;
  readonly devices: readonly { readonly name: string; readonly host: string }[];
}

/** Expands the ranges in device names and hosts side by side. Reports names that come out twice and hosts that do not fit. */
export function expandDevices(devices: unknown, problems: TreeProblems): readonly DeviceEntry[] {
  if (!isPlainMap(devices)) return [];
  const ownerOf = new Map<string, string>();
  return Object.entries(devices).map(([key, device]) => {
    const names = deviceNames(key, problems);
    reportTwice(key, names, ownerOf, problems);
    const host = isPlainMap(device) ? device.host : undefined;
    const hosts = typeof host === 'string' ? deviceHosts(key, names, host, problems) : [];
    return { key, devices: names.map((name, index) => ({ name, host: hosts[index] ?? '' })) };
  });
}

function deviceNames(key: string, problems: TreeProblems): readonly string[] {
  const path = ['devices', key];
  const expanded = expandRanges(key);
  if ('problem' in expanded) {
    problems.atKey(path, expanded.problem);
    return [];
  }
  if (expanded.names.every((name) => NAME.test(name))) return expanded.names;
  problems.atKey(path, NAME_SENTENCE);
  return [];
}

function reportTwice(
  key: string,
  names: readonly string[],
  ownerOf: Map<string, string>,
  problems: TreeProblems,
): void {
  const twice = names.filter((name) => ownerOf.has(name));
  for (const name of names) ownerOf.set(name, ownerOf.get(name) ?? key);
  const [first] = twice;
  if (first === undefined) return;
  const more = twice.length === 1 ? '' : `, and ${twice.length - 1} more`;
  problems.atKey(['devices', key], `the device ${first} is there already, from ${ownerOf.get(first)}${more}`);
}

function deviceHosts(
  key: string,
  names: readonly string[],
  host: string,
  problems: TreeProblems,
): readonly string[] {
  const path = ['devices', key, 'host'];
  const bare = /^\[([\da-f:.%]*:[\da-f:.%]*:[\da-f:.%]*)\]$/i.exec(host)?.[1];
  if (bare !== undefined && addressProblem(bare) === undefined) return names.map(() => bare);
  const expanded = expandRanges(host);
  if ('problem' in expanded) {
    problems.atValue(path, expanded.problem);
    return [];
  }
  const hosts = expanded.names;
  const wrong = hasRange(host)
    ? hosts.map(addressProblem).find((problem) => problem !== undefined)
    : undefined;
  if (wrong !== undefined) problems.atValue(path, wrong);
  if (names.length > 1 && !hasRange(host)) {
    const hint = 'give the host a range as well: host: 192.0.2.[11-13]';
    problems.atValue(path, withHint(`one host for ${names.length} devices`, hint));
  } else if (names.length > 0 && hosts.length !== names.length) {
    problems.atValue(path, `${count(hosts.length, 'host')} for ${count(names.length, 'device')}`);
  }
  return hosts;
}

function count(size: number, noun: string): string {
  return `${size} ${noun}${size === 1 ? '' : 's'}`;
}
