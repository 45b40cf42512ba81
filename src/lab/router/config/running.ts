import { encodeType5, matchesType5 } from './passwords.ts';

/** The places of the running configuration where plain lines stand, in the order IOS prints them. */
export type Slot =
  | 'service'
  | 'logging'
  | 'aaa'
  | 'clock'
  | 'base'
  | 'ssh'
  | 'http'
  | 'route'
  | 'snmp'
  | 'ntp';

/** A local user, or the enable secret: a password that can be checked and shown hashed. */
export class LocalSecret {
  readonly #password: string | undefined;
  #hash: string | undefined;

  /** Either the password itself, or its type 5 hash. */
  constructor(given: { password: string } | { hash: string }) {
    if ('password' in given) this.#password = given.password;
    else this.#hash = given.hash;
  }

  get hash(): string {
    this.#hash ??= encodeType5(this.#password ?? '');
    return this.#hash;
  }

  matches(password: string): boolean {
    if (this.#password !== undefined) return this.#password === password;
    return matchesType5(this.hash, password);
  }
}

export interface LocalUser {
  readonly name: string;
  readonly privilege: number;
  /** Without one nobody logs in under the name. */
  readonly secret: LocalSecret | undefined;
}

/** A block of the configuration with lines of its own: an interface or a line. */
export type ConfigBlock = Map<string, string>;

/** Everything that a configuration is made of, but for the PKI. */
export interface RunningConfigCopy {
  readonly lines: ReadonlyMap<string, { readonly slot: Slot; readonly text: string }>;
  readonly values: Pick<RunningConfig, 'hostname' | 'domain' | 'motd' | 'enableSecret'>;
  readonly users: ReadonlyMap<string, LocalUser>;
  readonly interfaces: ReadonlyMap<string, ConfigBlock>;
  readonly ttyLines: ReadonlyMap<string, ConfigBlock>;
  readonly archive: ConfigBlock;
  readonly ikev2Profiles: ReadonlyMap<string, ConfigBlock>;
  readonly enrollmentProfiles: ReadonlyMap<string, ConfigBlock>;
  readonly vrfs: ReadonlyMap<string, ConfigBlock>;
}

const DEFAULT_EXEC_TIMEOUT_MS = 600_000;

/** What was configured, except keys and trustpoints, which live with the PKI. */
export class RunningConfig {
  readonly #now: () => Date;
  readonly #lines = new Map<string, { slot: Slot; text: string }>();
  hostname: string;
  domain = '';
  motd = '';
  enableSecret: LocalSecret | undefined;
  readonly users = new Map<string, LocalUser>();
  readonly interfaces = new Map<string, ConfigBlock>();
  readonly ttyLines = new Map<string, ConfigBlock>();
  /** Below `archive`; empty where there is none. */
  readonly archive: ConfigBlock = new Map();
  readonly ikev2Profiles = new Map<string, ConfigBlock>();
  readonly enrollmentProfiles = new Map<string, ConfigBlock>();
  /** By name; the first line of each is the command that made it. */
  readonly vrfs = new Map<string, ConfigBlock>();
  /** Changed since it was last saved. */
  modified = false;
  lastChange: { readonly at: Date; readonly by: string } | undefined;
  lastSave: { readonly at: Date; readonly by: string } | undefined;

  constructor(hostname: string, now: () => Date) {
    this.hostname = hostname;
    this.#now = now;
  }

  /** Notes a change for the header of the configuration and for the question whether it is saved. */
  touch(by: string): void {
    this.modified = true;
    this.lastChange = { at: this.#now(), by };
  }

  copy(): RunningConfigCopy {
    const { hostname, domain, motd, enableSecret } = this;
    return {
      lines: new Map(this.#lines),
      values: { hostname, domain, motd, enableSecret },
      users: new Map(this.users),
      interfaces: copyBlocks(this.interfaces),
      ttyLines: copyBlocks(this.ttyLines),
      archive: new Map(this.archive),
      ikev2Profiles: copyBlocks(this.ikev2Profiles),
      enrollmentProfiles: copyBlocks(this.enrollmentProfiles),
      vrfs: copyBlocks(this.vrfs),
    };
  }

  restore(copy: RunningConfigCopy): void {
    const { lines, values, users, interfaces, ttyLines, archive, ikev2Profiles, enrollmentProfiles } = copy;
    Object.assign(this, values);
    refill(this.#lines, lines);
    refill(this.users, users);
    refill(this.interfaces, copyBlocks(interfaces));
    refill(this.ttyLines, copyBlocks(ttyLines));
    refill(this.archive, archive);
    refill(this.ikev2Profiles, copyBlocks(ikev2Profiles));
    refill(this.enrollmentProfiles, copyBlocks(enrollmentProfiles));
    refill(this.vrfs, copyBlocks(copy.vrfs));
  }

  set(slot: Slot, key: string, text: string): void {
    this.#lines.set(key, { slot, text });
  }

  remove(key: string): boolean {
    return this.#lines.delete(key);
  }

  line(key: string): string | undefined {
    return this.#lines.get(key)?.text;
  }

  slot(slot: Slot): readonly string[] {
    return [...this.#lines.values()].filter((line) => line.slot === slot).map(({ text }) => text);
  }

  /** Names of hosts from `ip host`. */
  hostAddress(name: string): string | undefined {
    return this.line(`ip host ${name}`)?.split(' ').at(-1);
  }

  /** The host name with the domain, or bare when there is none. */
  get fqdn(): string {
    return this.domain === '' ? this.hostname : `${this.hostname}.${this.domain}`;
  }

  get vtyExecTimeoutMs(): number {
    const match = /^exec-timeout (\d+)(?: (\d+))?$/.exec(
      this.ttyLines.get('vty 0 4')?.get('exec-timeout') ?? '',
    );
    if (match === null) return DEFAULT_EXEC_TIMEOUT_MS;
    return (Number(match[1]) * 60 + Number(match[2] ?? 0)) * 1000;
  }

  /** The IPv4 address of an interface, undefined when it has none. */
  interfaceAddress(name: string): string | undefined {
    return /^ip address (\S+) \S+$/.exec(this.interfaces.get(name)?.get('ip address') ?? '')?.[1];
  }

  /** The configured interface that an abbreviation such as `gi0/0` means. */
  findInterface(typed: string): string | undefined {
    const [, word = '', number = ''] = /^([a-z-]+)\s*([\d/.]*)$/i.exec(typed) ?? [];
    return [...this.interfaces.keys()].find((name) => {
      const [, type = '', unit = ''] = /^([A-Za-z-]+)([\d/.]*)$/.exec(name) ?? [];
      return word !== '' && unit === number && type.toLowerCase().startsWith(word.toLowerCase());
    });
  }
}

function copyBlocks(blocks: ReadonlyMap<string, ConfigBlock>): Map<string, ConfigBlock> {
  return new Map([...blocks].map(([name, block]) => [name, new Map(block)]));
}

function refill<Value>(map: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}
