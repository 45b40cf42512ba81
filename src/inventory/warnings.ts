import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { milliseconds } from './build-clock.ts';
import type { DeviceEntry } from './devices.ts';
import { isPlainMap } from './merge.ts';
import type { Path } from './place.ts';
import { someOf, type TreeProblems, withHint } from './problems.ts';
import type { InventoryFile } from './schema.ts';

/** Reports what can be loaded and is still worth a second look. One cause is told once, with the devices it concerns. */
export function findWarnings(
  file: InventoryFile,
  entries: readonly DeviceEntry[],
  devices: readonly Device[],
  warnings: TreeProblems,
): void {
  warnAboutPins(devices, warnings);
  warnAboutChallenges(file, warnings);
  warnAboutHaste(file, warnings);
  warnAboutDevices(entries, devices, warnings);
  warnAboutNames(file, devices, warnings);
}

function warnAboutPins(devices: readonly Device[], warnings: TreeProblems): void {
  const authorities = new Set(
    devices.flatMap(({ trustpoints }) => trustpoints.map(({ authority }) => authority)),
  );
  for (const { name, fingerprints } of authorities) {
    // A trustpoint that signs for itself has nobody to pin.
    if (fingerprints.length === 0 || fingerprints.some(({ hash }) => hash !== 'SHA256')) continue;
    const hint =
      'pin the SHA1 as well; else trustfleet must fetch the CA certificate by itself to compare it';
    const message = 'routers print MD5 and SHA1 only, and only a SHA256 is pinned';
    warnings.atValue(['authorities', name, 'fingerprint'], withHint(message, hint));
  }
}

function warnAboutChallenges(file: InventoryFile, warnings: TreeProblems): void {
  for (const [name, { challenge }] of Object.entries(file.authorities ?? {})) {
    const ndes = isPlainMap(challenge) ? challenge.ndes : undefined;
    if (ndes === undefined || ndes.allowInsecure || !/^http:/i.test(ndes.url)) continue;
    const message = 'one-time passwords come back readable over plain http';
    const path = ['authorities', name, 'challenge', 'ndes', 'url'];
    warnings.atValue(path, withHint(message, 'use https, or say allowInsecure: true'));
  }
}

/** No router answers as quickly as that, and each wait for a prompt has moments of quiet in it. */
const SHORTEST_WAIT_MS = 1000;

function warnAboutHaste(
  { defaults, groups, jumpHosts, devices }: InventoryFile,
  warnings: TreeProblems,
): void {
  const holders: [Path, { timeouts?: object | undefined } | null | undefined][] = [
    [['defaults'], defaults],
    ...entriesAt('groups', groups),
    ...entriesAt('jumpHosts', jumpHosts),
    ...entriesAt('devices', devices),
  ];
  for (const [path, holder] of holders) {
    for (const [name, written] of Object.entries(holder?.timeouts ?? {})) {
      if (written === undefined || milliseconds(String(written)) >= SHORTEST_WAIT_MS) continue;
      const message = 'is less than a second, and routers take longer to answer';
      warnings.atValue([...path, 'timeouts', name], withHint(message, 'write 1s or more'));
    }
  }
}

function entriesAt<Value>(key: string, map: Readonly<Record<string, Value>> = {}): [Path, Value][] {
  return Object.entries(map).map(([name, value]) => [[key, name], value]);
}

function warnAboutDevices(
  entries: readonly DeviceEntry[],
  devices: readonly Device[],
  warnings: TreeProblems,
): void {
  const keyOf = new Map(
    entries.flatMap(({ key, devices: named }) => named.map(({ name }) => [name, key] as const)),
  );
  const tell = (concerned: readonly Device[], message: string, hint: string): void => {
    const [first] = concerned;
    if (first === undefined) return;
    const names = someOf(concerned.map(({ name }) => name));
    warnings.atKey(['devices', keyOf.get(first.name) ?? first.name], withHint(`${message}: ${names}`, hint));
  };
  const needsDomain = devices.filter(
    ({ fqdn, trustpoints }) =>
      !fqdn.includes('.') && trustpoints.some((trustpoint) => trustpoint.fqdn !== 'none'),
  );
  tell(needsDomain, 'no domain, and IOS refuses an fqdn without a dot', 'set domain: under defaults');
  const idle = devices.filter(({ trustpoints }) => trustpoints.length === 0);
  tell(idle, 'no trustpoints, so there is nothing to enroll', 'name them under trustpoints:');
  const timeless = devices.filter(
    ({ zone, trustpoints }) =>
      zone === undefined &&
      trustpoints.some(({ renew }) => renew.windows.some((window) => window.zone === undefined)),
  );
  tell(
    timeless,
    'renewal windows are taken as UTC',
    'set zone: to the IANA name of the site, such as Europe/Paris',
  );
  const impatient = new Map<string, Trustpoint>();
  const hurried = devices.filter((device) => {
    const slow = device.trustpoints.find(({ grantTimeoutMs }) => grantTimeoutMs >= device.timeouts.device);
    if (slow !== undefined) impatient.set(slow.name, slow);
    return slow !== undefined;
  });
  for (const { name, grantTimeoutMs } of impatient.values()) {
    const message = `timeouts.device ends before the wait for ${name} (${formatDuration(grantTimeoutMs)})`;
    tell(
      hurried.filter(({ trustpoints }) => trustpoints.some((one) => one.name === name)),
      message,
      'raise timeouts.device',
    );
  }
}

function warnAboutNames(file: InventoryFile, devices: readonly Device[], warnings: TreeProblems): void {
  const first = new Map<string, string>();
  for (const { name, host, port } of devices) {
    const address = `${host} port ${port}`;
    const other = first.get(address);
    if (other === undefined) first.set(address, name);
    else if (Object.hasOwn(file.devices, name)) {
      warnings.atValue(['devices', name, 'host'], `${address} is the address of ${other} as well`);
    }
    if (Object.hasOwn(file.groups ?? {}, name)) {
      warnings.atKey(
        ['groups', name],
        `a group and a device are both called ${name}: --limit ${name} takes both`,
      );
    }
  }
}
