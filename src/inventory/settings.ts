import type { Secret } from '../domain/secret.ts';
import { GuardLevel } from './build-guard.ts';
import { isPlainMap } from './merge.ts';
import type { Origin } from './origin.ts';
import type { Path } from './place.ts';
import type { SettingsInput } from './schema-settings.ts';
import type { SecretOrigin } from './secret-place.ts';

type SshInput = NonNullable<SettingsInput['ssh']>;
type SshSecret = 'password' | 'privateKey' | 'passphrase' | 'enable';
type ClockInput = NonNullable<SettingsInput['clock']>;
type NtpInput = NonNullable<ClockInput['ntp']>;
type NtpMapInput = Exclude<NtpInput, readonly unknown[]>;

/** An OpenSSH configuration to read, and where the inventory says so. */
export class ConfigReference {
  readonly file: string;
  readonly place: SecretOrigin['place'];

  constructor(file: string, place: SecretOrigin['place']) {
    this.file = file;
    this.place = place;
  }
}

export type SshLevel = Omit<SshInput, SshSecret | 'config'> & { [Key in SshSecret]?: Secret } & {
  config?: ConfigReference | false;
};
export type NtpMapLevel = Omit<NtpMapInput, 'keys'> & { keys?: { id: number; md5: Secret }[] };
export type NtpLevel = Exclude<NtpInput, NtpMapInput> | NtpMapLevel;
export type ClockLevel = Omit<ClockInput, 'ntp'> & { ntp?: NtpLevel };

/** The settings of one level, ready to be merged: each secret is one value, paths are absolute. */
export type SettingsLevel = Omit<SettingsInput, 'ssh' | 'clock' | 'guard'> & {
  ssh?: SshLevel;
  clock?: ClockLevel;
  guard?: GuardLevel;
};

const SSH_SECRETS: readonly SshSecret[] = ['password', 'privateKey', 'passphrase', 'enable'];

/** Takes the settings written at `path`. A domain among the vars counts as the domain of that level. */
export function settingsLevel(settings: SettingsInput, path: Path, origin: Origin): SettingsLevel {
  const { ssh, clock, guard, ...rest } = settings;
  const domain = rest.vars?.domain ?? rest.domain;
  return {
    ...rest,
    ...(domain === undefined ? {} : { domain }),
    ...(ssh === undefined ? {} : { ssh: sshLevel(ssh, [...path, 'ssh'], origin) }),
    ...(guard === undefined ? {} : { guard: new GuardLevel(guard) }),
    ...(clock === undefined ? {} : { clock: clockLevel(clock, [...path, 'clock'], origin) }),
  };
}

function sshLevel(ssh: SshInput, path: Path, origin: Origin): SshLevel {
  const { password, privateKey, passphrase, enable, config, ...level } = ssh;
  const references = { password, privateKey, passphrase, enable };
  const secrets: { [Key in SshSecret]?: Secret } = {};
  for (const key of SSH_SECRETS) {
    const reference = references[key];
    if (reference === undefined) continue;
    secrets[key] = origin.secret(reference, [...path, key], key === 'privateKey' ? 'private-key' : 'login');
  }
  const { knownHosts, agent } = level;
  return {
    ...level,
    ...secrets,
    ...(knownHosts === undefined ? {} : { knownHosts: origin.resolve(knownHosts) }),
    ...(typeof agent === 'string' ? { agent: origin.resolve(agent) } : {}),
    ...(config === undefined ? {} : { config: configReference(config, [...path, 'config'], origin) }),
  };
}

function configReference(config: boolean | string, path: Path, origin: Origin): ConfigReference | false {
  if (config === false) return false;
  const file = config === true ? '~/.ssh/config' : config;
  return new ConfigReference(origin.resolve(file), origin.place(path));
}

function clockLevel({ ntp, ...clock }: ClockInput, path: Path, origin: Origin): ClockLevel {
  if (ntp === undefined) return clock;
  if (!isPlainMap(ntp)) return { ...clock, ntp };
  const { keys, ...rest } = ntp;
  if (keys === undefined) return { ...clock, ntp: rest };
  const level = keys.map(({ id, md5 }, index) => ({
    id,
    md5: origin.secret(md5, [...path, 'ntp', 'keys', index, 'md5'], 'configuration'),
  }));
  return { ...clock, ntp: { ...rest, keys: level } };
}
