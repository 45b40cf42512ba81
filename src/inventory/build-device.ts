import { deepFreeze } from '../domain/deep-freeze.ts';
import type { Device, Timeouts } from '../domain/device.ts';
import type { InputProblem } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { buildClock, milliseconds } from './build-clock.ts';
import { buildHealth } from './build-guard.ts';
import { JumpHosts } from './build-jump-host.ts';
import { SshBuilder } from './build-ssh.ts';
import { buildAuthority, buildTrustpoint, OWN_SIGNATURE } from './build-trustpoint.ts';
import type { DeviceEntry } from './devices.ts';
import { mergeLevels } from './merge.ts';
import type { Origin } from './origin.ts';
import type { DeviceInput, InventoryFile } from './schema.ts';
import { type ClockLevel, type SettingsLevel, type SshLevel, settingsLevel } from './settings.ts';
import { SshConfigs } from './ssh-configs.ts';

/** What was built, and what OpenSSH configurations that it draws on have wrong or left out. */
export interface BuiltDevices {
  readonly devices: readonly Device[];
  readonly problems: readonly InputProblem[];
  readonly warnings: readonly InputProblem[];
  /** The files that the configurations are made of and name. */
  readonly files: readonly string[];
}

/** Builds every device of a file that was checked, deeply frozen, in the order of the file. */
export function buildDevices(
  file: InventoryFile,
  entries: readonly DeviceEntry[],
  origin: Origin,
): BuiltDevices {
  const configs = new SshConfigs();
  const builder = new DeviceBuilder(file, origin, configs);
  const devices = Object.freeze(entries.flatMap((entry) => builder.build(entry)));
  return { devices, problems: configs.problems, warnings: configs.warnings, files: configs.files };
}

/**
 * What devices have in common is built once and shared: merging keeps the identity of a map that only one level sets,
 * so that identity is the key under which the built thing is remembered.
 */
class DeviceBuilder {
  readonly #file: InventoryFile;
  readonly #origin: Origin;
  readonly #defaults: SettingsLevel;
  readonly #groups: ReadonlyMap<string, SettingsLevel>;
  readonly #trustpoints: ReadonlyMap<string, Trustpoint>;
  readonly #ssh: SshBuilder;
  readonly #bases = new Map<string, SettingsLevel>();
  readonly #shared = new WeakMap<object, object>();
  /** Stand for maps that no level sets. */
  readonly #noSsh: SshLevel = {};
  readonly #noClock: ClockLevel = {};
  readonly #noTimeouts: NonNullable<DeviceInput['timeouts']> = {};
  readonly #noNames: string[] = [];

  constructor(file: InventoryFile, origin: Origin, configs: SshConfigs) {
    this.#file = file;
    this.#origin = origin;
    this.#defaults = settingsLevel(file.defaults ?? {}, ['defaults'], origin);
    const groups = Object.entries(file.groups ?? {});
    this.#groups = new Map(
      groups.map(([name, settings]) => [name, settingsLevel(settings ?? {}, ['groups', name], origin)]),
    );
    this.#trustpoints = buildTrustpoints(file, origin);
    this.#ssh = new SshBuilder(origin, new JumpHosts(file.jumpHosts ?? {}, origin), configs);
  }

  build({ key, devices }: DeviceEntry): readonly Device[] {
    const input = Object.hasOwn(this.#file.devices, key) ? this.#file.devices[key] : undefined;
    if (input === undefined) return [];
    const { host: _, port, groups = [], ...settings } = input;
    const own = settingsLevel(settings, ['devices', key], this.#origin);
    const merged = mergeLevels([own, this.#base(groups)]);
    const ssh = merged.ssh ?? this.#noSsh;
    const shared = {
      groups,
      tags: merged.tags ?? this.#noNames,
      vars: merged.vars ?? {},
      ...(merged.zone === undefined ? {} : { zone: merged.zone }),
      ...(merged.guard?.guard === undefined ? {} : { guard: merged.guard.guard }),
      ...(merged.health === undefined ? {} : { health: this.#share(merged.health, buildHealth) }),
      timeouts: this.#share(merged.timeouts ?? this.#noTimeouts, buildTimeouts),
      clock: this.#share(merged.clock ?? this.#noClock, buildClock),
      trustpoints: this.#share(merged.trustpoints ?? this.#noNames, (names) => this.#named(names)),
    };
    return devices.map(({ name, host }) => {
      const fqdn = fqdnOf(name, merged);
      return deepFreeze({ name, fqdn, ...shared, ...this.#ssh.access(ssh, host, port, key) });
    });
  }

  #base(groups: readonly string[]): SettingsLevel {
    const identity = JSON.stringify(groups);
    const known = this.#bases.get(identity);
    if (known !== undefined) return known;
    const levels = groups.flatMap((name) => this.#groups.get(name) ?? []);
    const base = mergeLevels([...levels, this.#defaults]);
    this.#bases.set(identity, base);
    return base;
  }

  #share<Level extends object, Built extends object>(level: Level, build: (level: Level) => Built): Built {
    const known = this.#shared.get(level) as Built | undefined;
    if (known !== undefined) return known;
    const built = deepFreeze(build(level));
    this.#shared.set(level, built);
    return built;
  }

  #named(names: readonly string[]): readonly Trustpoint[] {
    return names.flatMap((name) => this.#trustpoints.get(name) ?? []);
  }
}

function buildTrustpoints(file: InventoryFile, origin: Origin): ReadonlyMap<string, Trustpoint> {
  const authorities = new Map(
    Object.entries(file.authorities ?? {}).map(([name, input]) => [
      name,
      buildAuthority(name, input, origin),
    ]),
  );
  const built = new Map<string, Trustpoint>();
  for (const [name, input] of Object.entries(file.trustpoints ?? {})) {
    const authority = input.authority === undefined ? OWN_SIGNATURE : authorities.get(input.authority);
    if (authority !== undefined) built.set(name, buildTrustpoint(name, input, authority, origin));
  }
  return built;
}

function buildTimeouts(level: NonNullable<DeviceInput['timeouts']>): Timeouts {
  return {
    connect: milliseconds(level.connect ?? '30s'),
    login: milliseconds(level.login ?? '30s'),
    command: milliseconds(level.command ?? '60s'),
    keygen: milliseconds(level.keygen ?? '10m'),
    device: milliseconds(level.device ?? '30m'),
  };
}

/** `<name>.<domain>`, the name as it is when it ends so already; `vars.fqdn` wins, `vars.hostname` replaces the name. */
function fqdnOf(name: string, { vars, domain }: SettingsLevel): string {
  if (vars?.fqdn !== undefined) return vars.fqdn;
  const host = vars?.hostname ?? name;
  return domain === undefined || host.endsWith(`.${domain}`) ? host : `${host}.${domain}`;
}
