import { createHash, createHmac } from 'node:crypto';

/**
 * `changed`: the host is known by another key, of this type or of another. `revoked`: the key is marked as stolen.
 */
export type HostKeyStatus = 'known' | 'unknown' | 'changed' | 'revoked';

interface Entry {
  /** Where it stands in the text. */
  readonly index: number;
  readonly key: Buffer;
  readonly revoked: boolean;
}

interface ScannedEntry extends Entry {
  readonly names: (name: string) => boolean;
}

/**
 * The text of an OpenSSH known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain, hashed and bracketed names,
 * wildcards, negation and `@revoked`. A `@cert-authority` line vouches for certificates, which are not asked for: it
 * makes no host known. A line that cannot be read makes no host known either.
 *
 * A fleet's file has a line a router and is asked for each of them: lines with plain names are looked up, and only those
 * with patterns or hashes are gone through.
 */
export class KnownHosts {
  readonly #named = new Map<string, Entry[]>();
  readonly #scanned: ScannedEntry[] = [];
  /** What was found among the scanned, by name. */
  readonly #found = new Map<string, readonly Entry[]>();
  #count = 0;
  #hasHashes = false;

  constructor(text = '') {
    this.add(text);
  }

  /** Lines that were written below those there are. */
  add(text: string): void {
    this.#found.clear();
    for (const line of text.split('\n')) this.#addLine(line);
  }

  /** Names are hashed in it. */
  get hasHashes(): boolean {
    return this.#hasHashes;
  }

  /** `key` is the public key blob of RFC 4253 section 6.6. */
  check(host: string, port: number, key: Buffer): HostKeyStatus {
    const entries = this.#of(host, port);
    if (entries.some((entry) => entry.revoked && entry.key.equals(key))) return 'revoked';
    const good = entries.filter(({ revoked }) => !revoked);
    if (good.some((entry) => entry.key.equals(key))) return 'known';
    return good.length === 0 ? 'unknown' : 'changed';
  }

  /** The types of the keys a host is known by, such as `ssh-rsa`. */
  keyTypes(host: string, port: number): string[] {
    const types = this.#of(host, port).flatMap(({ key, revoked }) => (revoked ? [] : keyType(key)));
    return [...new Set(types)];
  }

  #of(host: string, port: number): readonly Entry[] {
    const name = nameInFile(host, port);
    const named = this.#named.get(name) ?? [];
    const scanned = this.#scan(name);
    if (scanned.length === 0) return named;
    return [...named, ...scanned].sort((one, other) => one.index - other.index);
  }

  #scan(name: string): readonly Entry[] {
    if (this.#scanned.length === 0) return [];
    const found = this.#found.get(name) ?? this.#scanned.filter(({ names }) => names(name));
    this.#found.set(name, found);
    return found;
  }

  #addLine(line: string): void {
    const parts = LINE.exec(line)?.groups;
    const { marker, hosts = '', type = '', base64 = '' } = parts ?? {};
    if (parts === undefined || (marker !== undefined && marker !== '@revoked')) return;
    const key = Buffer.from(base64, 'base64');
    if (keyType(key) !== type) return;
    if (hosts.startsWith('|1|')) this.#hasHashes = true;
    const entry = { index: this.#count++, key, revoked: marker !== undefined };
    const names = scanOf(hosts);
    if (names !== undefined) this.#scanned.push({ ...entry, names });
    else for (const name of new Set(hosts.toLowerCase().split(','))) this.#addName(name, entry);
  }

  #addName(name: string, entry: Entry): void {
    const entries = this.#named.get(name);
    if (entries === undefined) this.#named.set(name, [entry]);
    else entries.push(entry);
  }
}

/** `SHA256:…` as ssh-keygen prints it. */
export function hostKeyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type named in a public key blob; `unknown` when the blob is none. */
export function keyType(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  const name = key.subarray(4, 4 + length).toString('latin1');
  return /^[\w.@-]{1,64}$/.test(name) && name.length === length ? name : 'unknown';
}

/** Names with another port than 22 stand in brackets. */
export function nameInFile(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** A name as `HashKnownHosts` has it written. */
export function hashedName(name: string, salt: Buffer): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

const LINE =
  /^\s*(?:(?<marker>@\S+)\s+)?(?<hosts>[^\s#]\S*)\s+(?<type>[\w.@-]+)\s+(?<base64>[A-Za-z0-9+/]+=*)(?:\s|$)/;

/** Tells whether hashed names or patterns mean a host; undefined where all names are plain. */
function scanOf(hosts: string): ScannedEntry['names'] | undefined {
  const hash = /^\|1\|(?<salt>[^|]+)\|/.exec(hosts)?.groups;
  if (hash !== undefined) {
    const salt = Buffer.from(hash.salt ?? '', 'base64');
    return (name) => hashedName(name, salt) === hosts;
  }
  if (!/[*?!]/.test(hosts)) return undefined;
  const patterns = hosts.toLowerCase().split(',');
  const denied = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((one) => globToRegExp(one.slice(1)));
  const meant = patterns.filter((pattern) => !pattern.startsWith('!')).map(globToRegExp);
  return (name) =>
    !denied.some((pattern) => pattern.test(name)) && meant.some((pattern) => pattern.test(name));
}

function globToRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
