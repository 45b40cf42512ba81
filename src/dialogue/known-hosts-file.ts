import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { hashedName, KnownHosts, keyType, nameInFile } from './known-hosts.ts';

interface Kept {
  readonly text: string;
  readonly hosts: KnownHosts;
  /** Of the file that was read; undefined while another change might leave it the same. */
  readonly stamp: string | undefined;
}

/** Time stamps of some file systems are so coarse, in milliseconds: a change within it may show no new one. */
const COARSE_MS = 2_500;

/** Files, should each device have its own. */
const MOST_KEPT = 100;

/** What was read, by file: a fleet's file is read for each device of it, and hardly ever changes between two. */
const kept = new Map<string, Kept>();
const reads = new Map<string, Promise<Kept>>();
/** Appends that wait for their turn, by file. */
const appends = new Map<string, Promise<void>>();

/**
 * The hosts that a file knows now. It is looked at each time, and read anew where it has changed. A file that does not
 * exist knows nobody. Throws what reading it threw otherwise.
 */
export async function readKnownHosts(file: string): Promise<KnownHosts> {
  return (await current(path.resolve(file))).hosts;
}

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
    const { text, hosts } = await current(absolute);
    if (hosts.check(host, port, key) === 'known') return;
    const name = nameInFile(host, port);
    const shown = (hashed ?? hosts.hasHashes) ? hashedName(name, randomBytes(20)) : name;
    const line = `${shown} ${keyType(key)} ${key.toString('base64')}\n`;
    await mkdir(path.dirname(absolute), { recursive: true, mode: 0o700 });
    const handle = await open(absolute, 'a', 0o600);
    try {
      await handle.writeFile(text === '' || text.endsWith('\n') ? line : `\n${line}`);
    } finally {
      await handle.close();
      // A read that began before does not have the line.
      reads.delete(absolute);
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

/** Devices that ask at the same time share one look. */
async function current(file: string): Promise<Kept> {
  const read = reads.get(file) ?? readNow(file);
  reads.set(file, read);
  try {
    return await read;
  } finally {
    if (reads.get(file) === read) reads.delete(file);
  }
}

async function readNow(file: string): Promise<Kept> {
  try {
    const stats = await stat(file, { bigint: true });
    const before = kept.get(file);
    const stamp = stampOf(stats);
    if (before !== undefined && stamp !== undefined && before.stamp === stamp) return before;
    const text = await readFile(file, 'utf8');
    const now = { text, hosts: hostsOf(text, kept.get(file)), stamp };
    kept.delete(file);
    if (stats.isFile()) kept.set(file, now);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    return now;
  } catch (thrown) {
    kept.delete(file);
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT')
      return { text: '', hosts: new KnownHosts(), stamp: undefined };
    throw thrown;
  }
}

/** Lines that were only added are read alone. What is kept changes nowhere else, and never between two awaits. */
function hostsOf(text: string, before: Kept | undefined): KnownHosts {
  if (before === undefined || !text.startsWith(before.text)) return new KnownHosts(text);
  if (text.length === before.text.length) return before.hosts;
  if (before.text !== '' && !before.text.endsWith('\n')) return new KnownHosts(text);
  before.hosts.add(text.slice(before.text.length));
  return before.hosts;
}

/** Which file it is, and when it was last written: `undefined` where that was a moment ago, or will be. */
function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string | undefined {
  const written = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const isSettled = BigInt(Date.now() - COARSE_MS) * 1_000_000n > written;
  return isSettled ? [dev, ino, size, mtimeNs, ctimeNs].join() : undefined;
}
