// What must hold once the levels of a device are merged. Takes the file as it stands, sound or not.
import type { DeviceEntry } from './devices.ts';
import { type Level, Levels, namesIn } from './levels.ts';
import { isPlainMap, type Plain } from './merge.ts';
import { checkTogether } from './method-rules.ts';
import type { Path } from './place.ts';
import { someOf, type TreeProblems, withHint } from './problems.ts';
import { sizeOf } from './schema-key.ts';
import { methodKind } from './schema-method.ts';

/** Reports devices that nobody can log in to, NTP keys that are not defined, and key pairs that trustpoints would fight over. */
export function checkDeviceRules(root: Plain, entries: readonly DeviceEntry[], problems: TreeProblems): void {
  const { devices } = root;
  if (!isPlainMap(devices)) return;
  const levels = new Levels(root.groups, root.defaults);
  const login = new LoginRules();
  const trustpointLists = new Set<string>();
  for (const entry of entries) {
    const device = devices[entry.key];
    if (!isPlainMap(device)) continue;
    const merged = levels.merged(device);
    login.check(entry, merged.ssh);
    checkNtpKeys(merged, () => levels.of(entry.key, device), problems);
    trustpointLists.add(JSON.stringify(namesIn(merged.trustpoints)));
  }
  login.report(problems);
  for (const list of trustpointLists) {
    const names = JSON.parse(list) as readonly string[];
    checkSharedKeys(names, root.trustpoints, problems);
    checkTogether(names, root.trustpoints, problems);
  }
}

/** One missing line under defaults would be a problem of every device: it is told once, with how many it concerns. */
class LoginRules {
  readonly #withoutUser: DeviceEntry[] = [];
  readonly #withoutSecret: DeviceEntry[] = [];

  check(entry: DeviceEntry, ssh: unknown): void {
    if (ssh !== undefined && !isPlainMap(ssh)) return;
    // What an OpenSSH configuration may still say is checked when that was read.
    if (ssh?.config !== undefined && ssh.config !== false) return;
    if (ssh?.username === undefined) this.#withoutUser.push(entry);
    const hasAgent = ssh?.agent !== undefined && ssh.agent !== false;
    if (ssh?.password === undefined && ssh?.privateKey === undefined && !hasAgent)
      this.#withoutSecret.push(entry);
  }

  report(problems: TreeProblems): void {
    tell(this.#withoutUser, 'no ssh.username', 'set it under defaults, a group or the device', problems);
    const hint = 'set it under defaults, a group or the device: password: { env: TRUSTFLEET_PASSWORD }';
    tell(this.#withoutSecret, 'neither ssh.password nor ssh.privateKey nor ssh.agent', hint, problems);
  }
}

function tell(entries: readonly DeviceEntry[], what: string, hint: string, problems: TreeProblems): void {
  const names = entries.flatMap(({ key, devices }) =>
    devices.length === 0 ? [key] : devices.map(({ name }) => name),
  );
  const [first] = entries;
  if (first === undefined) return;
  problems.atKey(['devices', first.key], withHint(`${what} for ${someOf([...new Set(names)])}`, hint));
}

function checkNtpKeys(merged: Plain, levels: () => readonly Level[], problems: TreeProblems): void {
  const ntp = isPlainMap(merged.clock) ? merged.clock.ntp : undefined;
  const servers = isPlainMap(ntp) ? ntp.servers : ntp;
  if (!Array.isArray(servers)) return;
  const keys: unknown = isPlainMap(ntp) ? ntp.keys : undefined;
  const ids = new Set(Array.isArray(keys) ? keys.map((key) => (isPlainMap(key) ? key.id : undefined)) : []);
  for (const [index, server] of servers.entries()) {
    const key = isPlainMap(server) ? server.key : undefined;
    if (typeof key !== 'number' || ids.has(key)) continue;
    const path = [...serversPath(levels()), index, 'key'];
    problems.atValue(
      path,
      withHint(`there is no NTP key ${key}`, 'define it under clock.ntp.keys of the same device'),
    );
  }
}

/** Where the list of NTP servers that won was written. */
function serversPath(levels: readonly Level[]): Path {
  for (const { path, settings } of levels) {
    const ntp = isPlainMap(settings.clock) ? settings.clock.ntp : undefined;
    if (Array.isArray(ntp)) return [...path, 'clock', 'ntp'];
    if (isPlainMap(ntp) && ntp.servers !== undefined) return [...path, 'clock', 'ntp', 'servers'];
  }
  return [];
}

function checkSharedKeys(names: readonly string[], trustpoints: unknown, problems: TreeProblems): void {
  const known = isPlainMap(trustpoints) ? trustpoints : {};
  const owners = new Map<string, KeyUse>();
  for (const name of names) {
    const trustpoint = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!isPlainMap(trustpoint) || methodKind(trustpoint.method) === 'ca-only') continue;
    const use = keyUse(name, trustpoint);
    const first = owners.get(use.label);
    if (first === undefined) owners.set(use.label, use);
    else if (first.what !== use.what) {
      const message = `the key pair ${use.label} is ${first.what} in ${first.trustpoint}, ${use.what} here`;
      problems.atValue(['trustpoints', name, 'key'], message);
    } else if (first.regenerates || use.regenerates) {
      const message = `shares the key pair ${use.label} with ${first.trustpoint}, and one of them replaces it at renewal`;
      problems.atValue(['trustpoints', name, 'key'], withHint(message, 'give each its own key.label'));
    }
  }
}

interface KeyUse {
  readonly trustpoint: string;
  readonly label: string;
  readonly what: string;
  readonly regenerates: boolean;
}

function keyUse(trustpoint: string, settings: Plain): KeyUse {
  const part = (name: string): Plain => (isPlainMap(settings[name]) ? settings[name] : {});
  const { label, type = 'rsa', size, usageKeys } = part('key');
  return {
    trustpoint,
    label: typeof label === 'string' ? label : trustpoint,
    what: `${String(type).toUpperCase()} ${sizeOf({ type, size })}${usageKeys === true ? ' usage keys' : ''}`,
    regenerates:
      ['regenerate', 'roll'].includes(String(part('renew').keys)) || part('autoEnroll').regenerate === true,
  };
}
