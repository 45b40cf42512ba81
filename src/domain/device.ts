import type { Guard, HealthCheck } from './guard.ts';
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
  /** IANA name of the time zone that its renewal windows are meant in; UTC when absent. */
  readonly zone?: string;
  readonly trustpoints: readonly Trustpoint[];
  /** How the router goes back by itself unless the work on it is confirmed in time; it does not when absent. */
  readonly guard?: Guard;
  /** Looked at before the first change and after the verification; nothing when absent. */
  readonly health?: readonly HealthCheck[];
}

export interface SshSettings {
  readonly username: string;
  readonly password?: Secret;
  /** The private key's PEM text, and what opens it. */
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
  readonly agent?: SshAgent;
  readonly enable?: Secret;
  /** Absolute path of an OpenSSH known_hosts file. */
  readonly knownHosts: string;
  /** `auto`: what the device turns out to need, never weaker than the last time. */
  readonly algorithms: 'modern' | 'legacy' | 'auto';
  /** Whether lines that ask nothing may be typed before the replies to those before them were read; they may unless told. */
  readonly typeAhead?: boolean;
  /** 30 seconds, 20 times, unless said otherwise. */
  readonly keepalive?: Keepalive;
  /** The way to the device: the first is reached from this machine, each next one through the one before. */
  readonly via?: readonly JumpHost[];
}

/** The socket of an SSH agent; `true` is the one that $SSH_AUTH_SOCK names. */
export type SshAgent = true | string;

/** How often a silent peer is asked for a sign of life, and after how many unanswered questions it is given up. */
export interface Keepalive {
  /** 0: never asked. */
  readonly intervalMs: number;
  readonly count: number;
}

/** An SSH server on the way to devices. */
export interface JumpHost {
  /** What messages call it: its name in the inventory, or as ProxyJump writes it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: Secret;
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
  readonly agent?: SshAgent;
  readonly knownHosts: string;
  readonly algorithms: 'modern' | 'legacy';
  readonly keepalive?: Keepalive;
  readonly timeouts: Pick<Timeouts, 'connect' | 'login'>;
  /** Devices reached through one connection; one more opens another. */
  readonly channels: number;
}

/** Deadlines in milliseconds. */
export interface Timeouts {
  /** TCP and SSH up to the login. */
  readonly connect: number;
  /** From the first word about the user to the open shell. */
  readonly login: number;
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
