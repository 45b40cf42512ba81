// Routers with certificate servers that authorities name. Takes the file as it stands, sound or not.
import type { DeviceEntry } from './devices.ts';
import { isPlainMap, type Plain } from './merge.ts';
import type { Path } from './place.ts';
import { type TreeProblems, withHint } from './problems.ts';
import { didYouMean } from './suggest.ts';

/** Reports routers that are not there, and grants where no router asks by itself. */
export function checkServers(root: Plain, entries: readonly DeviceEntry[], problems: TreeProblems): void {
  const names = entries.flatMap(({ devices }) => devices.map(({ name }) => name));
  for (const [name, authority] of Object.entries(mapOf(root.authorities))) {
    if (!isPlainMap(authority)) continue;
    const path = ['authorities', name];
    for (const key of ['challenge', 'grant']) {
      const server = mapOf(authority[key])['ios-cs'];
      if (isPlainMap(server)) checkDevice(server.device, [...path, key, 'ios-cs', 'device'], names, problems);
    }
    if (authority.grant !== undefined && authority.scep === undefined) {
      const hint = 'a certificate server answers at scep: { url: http://<router> }';
      problems.atKey(
        [...path, 'grant'],
        withHint('does not go without scep: no router asks by itself', hint),
      );
    }
  }
}

function checkDevice(device: unknown, path: Path, names: readonly string[], problems: TreeProblems): void {
  if (typeof device !== 'string' && typeof device !== 'number') return;
  if (names.includes(String(device))) return;
  const hint =
    didYouMean(String(device), names) ?? 'trustfleet logs in to it: describe the router under devices:';
  problems.atValue(path, withHint(`there is no device ${JSON.stringify(device)}`, hint));
}

function mapOf(value: unknown): Plain {
  return isPlainMap(value) ? value : {};
}
