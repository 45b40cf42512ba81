import type { Secret } from './secret.ts';
import type { Trustpoint } from './trustpoint.ts';

/** What a user may hang on a device for templates and selection. */
export type VarValue =
  | string
  | number
  | boolean
  | null
  | readonly VarValue[]
  | { readonly [key: string]: VarValue };

/** One router with everything decided: defaults, groups and the device's own lines are merged. Deeply frozen. */
export interface Device {
  /** The name in the inventory; unique. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The host name with the domain, unless a var says otherwise: `br-0001.example.net`. */
  readonly fqdn: string;
  readonly groups: readonly string[];
  readonly tags: readonly string[];
  readonly vars: Readonly<Record<string, VarValue>>;
  readonly ssh: SshSettings;
  readonly timeouts: Timeouts;
  readonly clock: ClockSettings;
  readonly trustpoints: readonly Trustpoint[];
}

export interface SshSettings {
  readonly username: string;
  readonly password?: Secret;
  /** The private key's PEM text, and what opens it. */
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
  readonly enable?: Secret;
  /** Absolute path of an OpenSSH known_hosts file. */
  readonly knownHosts: string;
  readonly algorithms: 'modern' | 'legacy';
}

/** Deadlines in milliseconds. */
export interface Timeouts {
  /** TCP and SSH up to the login. */
  readonly connect: number;
  /** One command until its prompt. */
  readonly command: number;
  /** Key generation: minutes on an old router. */
  readonly keygen: number;
  /** Everything on one device together, the wait for the CA included. */
  readonly device: number;
}

export interface ClockSettings {
  readonly timezone: TimeZone;
  readonly summerTime?: SummerTime;
  readonly ntp: NtpSettings;
  /** How long to wait for NTP before the clock is set by hand, in milliseconds. */
  readonly ntpWaitMs: number;
  /** How far the router's clock may be from this machine's, in milliseconds. */
  readonly maxSkewMs: number;
}

/** `clock timezone <name> <hours> [minutes]`. The name is free text: only the offset counts. */
export interface TimeZone {
  readonly name: string;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
}

/** `clock summer-time <name> recurring [<start> <end> [<offset>]]`. */
export interface SummerTime {
  readonly name: string;
  /** `recurring` alone is the US rule; else the words IOS takes: `last Sun Mar 2:00 last Sun Oct 3:00`. */
  readonly recurring?: string;
  /** Minutes added in summer; 60 unless said otherwise. */
  readonly offsetMinutes: number;
}

export interface NtpSettings {
  readonly servers: readonly NtpServer[];
  readonly sourceInterface?: string;
  readonly keys: readonly NtpKey[];
}

export interface NtpServer {
  readonly address: string;
  readonly vrf?: string;
  readonly key?: number;
  readonly prefer: boolean;
}

export interface NtpKey {
  readonly id: number;
  readonly md5: Secret;
}
