import { isPlainMap, type Plain } from './merge.ts';
import type { Path } from './place.ts';
import { type TreeProblems, withHint } from './problems.ts';
import { didYouMean } from './suggest.ts';

const RESERVED_GROUPS = new Set(['all', 'ungrouped']);

/** Reports every group, trustpoint and authority that is named and does not exist. Takes the file as it stands, sound or not. */
export function checkReferences(root: Plain, problems: TreeProblems): void {
  const groups = mapAt(root, 'groups');
  const trustpoints = mapAt(root, 'trustpoints');
  const authorities = mapAt(root, 'authorities');
  const checkTrustpoints = (holder: unknown, path: Path): void => {
    checkList(holder, 'trustpoints', 'trustpoint', path, trustpoints, problems);
  };
  checkTrustpoints(root.defaults, ['defaults']);
  for (const [name, group] of Object.entries(groups)) {
    if (RESERVED_GROUPS.has(name))
      problems.atKey(['groups', name], `${name} is a word of --limit, not a group name`);
    checkTrustpoints(group, ['groups', name]);
  }
  for (const [key, device] of Object.entries(mapAt(root, 'devices'))) {
    checkTrustpoints(device, ['devices', key]);
    checkList(device, 'groups', 'group', ['devices', key], groups, problems);
  }
  for (const [name, trustpoint] of Object.entries(trustpoints)) {
    const authority = isPlainMap(trustpoint) ? trustpoint.authority : undefined;
    if (authority !== undefined)
      checkName(authority, 'authority', ['trustpoints', name, 'authority'], authorities, problems);
  }
  const jumpHosts = mapAt(root, 'jumpHosts');
  const limits = mapAt(root, 'limits');
  for (const [key, noun, known] of [
    ['groups', 'group', groups],
    ['jumpHosts', 'jump host', jumpHosts],
    ['authorities', 'authority', authorities],
  ] as const) {
    for (const name of Object.keys(mapAt(limits, key))) {
      checkName(name, noun, ['limits', key, name], known, problems);
    }
  }
}

function checkList(
  holder: unknown,
  key: string,
  noun: string,
  path: Path,
  known: Plain,
  problems: TreeProblems,
): void {
  const names = isPlainMap(holder) ? holder[key] : undefined;
  if (!Array.isArray(names)) return;
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    const here = [...path, key, index];
    checkName(name, noun, here, known, problems);
    if (seen.has(String(name))) problems.atValue(here, `names the ${noun} a second time`);
    seen.add(String(name));
  }
}

function checkName(name: unknown, noun: string, path: Path, known: Plain, problems: TreeProblems): void {
  if (typeof name !== 'string' && typeof name !== 'number') return;
  if (Object.hasOwn(known, name)) return;
  const names = Object.keys(known);
  const hint =
    didYouMean(String(name), names) ?? (names.length === 0 ? undefined : `known: ${firstFew(names)}`);
  problems.atValue(path, withHint(`there is no ${noun} ${JSON.stringify(name)}`, hint));
}

function firstFew(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} …` : names.join(', ');
}

function mapAt(root: Plain, key: string): Plain {
  const value = root[key];
  return isPlainMap(value) ? value : {};
}
