import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * `changed`: the host is known by another key, of this type or of another. `revoked`: the key is marked as stolen.
 */
export type HostKeyStatus = 'known' | 'unknown' | 'changed' | 'revoked';

interface Entry {
  readonly hosts: string;
  readonly key: Buffer;
  readonly revoked: boolean;
}

/**
 * An OpenSSH known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain, hashed and bracketed names, wildcards,
 * negation and `@revoked`. A `@cert-authority` line vouches for certificates, which are not asked for: it
 * makes no host known. A line that cannot be read makes no host known either.
 */
export class KnownHosts {
  readonly #entries: readonly Entry[];

  constructor(text: string) {
    this.#entries = text.split('\n').flatMap((line) => readEntry(line) ?? []);
  }

  /** A file that does not exist knows nobody. Throws what reading it threw otherwise. */
  static async read(file: string): Promise<KnownHosts> {
    return new KnownHosts(await readText(file));
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

  #of(host: string, port: number): Entry[] {
    const name = nameInFile(host, port);
    return this.#entries.filter(({ hosts }) => namesHost(hosts, name));
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

/** Appends that wait for their turn, by file. */
const appends = new Map<string, Promise<void>>();

/**
 * Adds a key, unless the host is known by it already. The name is hashed where `hashed` says so, else where the file
 * holds hashed names. Many devices may append at once; the file is made with mode 0600.
 */
export async function appendKnownHost(
  file: string,
  { host, port, key, hashed }: { host: string; port: number; key: Buffer; hashed?: boolean },
): Promise<void> {
  const absolute = path.resolve(file);
  const append = async (): Promise<void> => {
    const text = await readText(absolute);
    if (new KnownHosts(text).check(host, port, key) === 'known') return;
    const name = nameInFile(host, port);
    const shown = (hashed ?? /^\|1\|/m.test(text)) ? hashedName(name, randomBytes(20)) : name;
    const line = `${shown} ${keyType(key)} ${key.toString('base64')}\n`;
    await mkdir(path.dirname(absolute), { recursive: true, mode: 0o700 });
    const handle = await open(absolute, 'a', 0o600);
    try {
      await handle.writeFile(text === '' || text.endsWith('\n') ? line : `\n${line}`);
    } finally {
      await handle.close();
    }
  };
  const turn = (appends.get(absolute) ?? Promise.resolve()).then(append, append);
  appends.set(absolute, turn);
  try {
    await turn;
  } finally {
    if (appends.get(absolute) === turn) appends.delete(absolute);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

function readEntry(line: string): Entry | undefined {
  const parts =
    /^\s*(?:(?<marker>@\S+)\s+)?(?<hosts>[^\s#]\S*)\s+(?<type>[\w.@-]+)\s+(?<base64>[A-Za-z0-9+/]+=*)(?:\s|$)/.exec(
      line,
    );
  const { marker, hosts = '', type = '', base64 = '' } = parts?.groups ?? {};
  if (parts === null || (marker !== undefined && marker !== '@revoked')) return undefined;
  const key = Buffer.from(base64, 'base64');
  return keyType(key) === type ? { hosts, key, revoked: marker !== undefined } : undefined;
}

/** Names with another port than 22 stand in brackets. */
function nameInFile(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function namesHost(hosts: string, name: string): boolean {
  const hash = /^\|1\|(?<salt>[^|]+)\|/.exec(hosts)?.groups;
  if (hash !== undefined) return hashedName(name, Buffer.from(hash.salt ?? '', 'base64')) === hosts;
  const patterns = hosts.toLowerCase().split(',');
  const matches = (pattern: string): boolean => globToRegExp(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

function hashedName(name: string, salt: Buffer): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

function globToRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
