import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DeviceError } from '../domain/errors.ts';
import { ALLOWANCES, type Allowance, STRONG_BITS, tierOf } from './ssh-algorithms.ts';

/** What a device agreed to the last time. */
export interface SshRecord {
  readonly kex: string;
  readonly hostKey: string;
  readonly cipher: string;
  /** Empty where the cipher needs none. */
  readonly mac: string;
  /** Of an RSA host key. */
  readonly hostKeyBits?: number;
  /** Of an exchanged group. */
  readonly groupBits?: number;
}

/** Remembers, by device name, what `algorithms: auto` found out. */
export interface SshMemory {
  /** Throws DeviceError `ssh-downgrade` when something is remembered and cannot be read: nobody may forget by damage. */
  recall(device: string): Promise<SshRecord | undefined>;
  remember(device: string, record: SshRecord): Promise<void>;
  /** Where the memory of a device is kept, for messages. */
  place(device: string): string;
}

/** One JSON file a device, mode 0600, replaced whole. */
export class SshMemoryFolder implements SshMemory {
  readonly #folder: string;

  /** The folder is made when something is first remembered. */
  constructor(folder: string) {
    this.#folder = path.resolve(folder);
  }

  place(device: string): string {
    return path.join(this.#folder, `${device}.json`);
  }

  async recall(device: string): Promise<SshRecord | undefined> {
    const file = this.place(device);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(file, String((thrown as NodeJS.ErrnoException).code), thrown);
    }
    try {
      return readRecord(JSON.parse(text));
    } catch (thrown) {
      throw unreadable(file, thrown instanceof Error ? thrown.message : String(thrown), thrown);
    }
  }

  /** Throws what writing threw. */
  async remember(device: string, record: SshRecord): Promise<void> {
    const file = this.place(device);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify({ version: 1, ...record }, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
    }
  }
}

/** What was agreed to once is allowed again; nothing weaker is. */
export function allowanceOf({ kex, hostKey, cipher, mac, hostKeyBits, groupBits }: SshRecord): Allowance {
  return {
    weakest: {
      kex: tierOf('kex', kex) ?? 'modern',
      hostKey: tierOf('hostKey', hostKey) ?? 'modern',
      cipher: tierOf('cipher', cipher) ?? 'modern',
      mac: tierOf('mac', mac) ?? 'modern',
    },
    hostKeyBits: atLeast(hostKeyBits, ALLOWANCES.legacy.hostKeyBits),
    groupBits: atLeast(groupBits, ALLOWANCES.legacy.groupBits),
  };
}

/** A size that was strong may shrink as long as it stays strong. */
function atLeast(bits: number | undefined, least: number): number {
  return Math.max(least, Math.min(bits ?? STRONG_BITS, STRONG_BITS));
}

function readRecord(value: unknown): SshRecord {
  if (typeof value !== 'object' || value === null) throw new Error('it holds no map');
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields.version !== 1) throw new Error('it was written by another version');
  const text = (key: string): string => {
    const found = fields[key];
    if (typeof found !== 'string') throw new Error(`${key} is missing`);
    return found;
  };
  const bits = (key: string): number | undefined => {
    const found = fields[key];
    if (found === undefined) return undefined;
    if (typeof found !== 'number' || !Number.isInteger(found) || found <= 0)
      throw new Error(`${key} is no size`);
    return found;
  };
  const hostKeyBits = bits('hostKeyBits');
  const groupBits = bits('groupBits');
  return {
    kex: text('kex'),
    hostKey: text('hostKey'),
    cipher: text('cipher'),
    mac: text('mac'),
    ...(hostKeyBits === undefined ? {} : { hostKeyBits }),
    ...(groupBits === undefined ? {} : { groupBits }),
  };
}

function unreadable(file: string, why: string, cause: unknown): DeviceError {
  return new DeviceError(
    'ssh-downgrade',
    'what SSH the device agreed to the last time cannot be read, so nothing can be compared with it',
    { detail: `${file}: ${why}`, hint: `look at ${file}, then remove it to begin anew`, cause },
  );
}
