import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeviceError } from '../../domain/errors.ts';
import type { BackupFile } from '../../enrollment/guard/backup.ts';

/** The folder's name in the state directory. */
export const BACKUPS = 'backups';

export interface BackupOptions {
  /** `<state>/backups/<run>`. */
  readonly folder: string;
  /** Takes the secrets out of a text. */
  readonly redact: (text: string) => string;
}

/**
 * Keeps what routers were before they were changed, for their owner only: `<folder>/<device>/…`. A further attempt at a
 * device has a folder of its own: what the first one found is not written over.
 */
export class BackupFolder {
  readonly #options: BackupOptions;

  constructor(options: BackupOptions) {
    this.#options = options;
  }

  /** Writes all files of a device and has them on the disk. Rejects with DeviceError `state-unwritable`. */
  async keep(device: string, files: readonly BackupFile[]): Promise<void> {
    const { folder, redact } = this.#options;
    try {
      const place = await freeName(path.join(folder, device));
      const part = `${place}.part`;
      await rm(part, { recursive: true, force: true });
      for (const { name, content } of files) {
        const file = path.join(part, name);
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        const kept = typeof content === 'string' ? redact(content) : content;
        await writeFile(file, kept, { mode: 0o600, flag: 'wx', flush: true });
      }
      await rename(part, place);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new DeviceError('state-unwritable', `${device} was not backed up: ${why}`, { cause });
    }
  }
}

async function freeName(place: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? place : `${place}.attempt-${attempt}`;
    if (!(await exists(name))) return name;
  }
}

async function exists(name: string): Promise<boolean> {
  try {
    await access(name);
    return true;
  } catch {
    return false;
  }
}
