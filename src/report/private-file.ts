import { lstat, open, rename, rm, stat, writeFile } from 'node:fs/promises';

/** A text, or one that is made piece by piece while it is written. */
export type FileText = string | Iterable<string> | AsyncIterable<string>;

/** What a file that is already there keeps of itself when it is replaced. */
export interface Replacement {
  /** Its mode and its group: another program was given leave to read it. */
  readonly keepAccess?: boolean;
}

/** Writes a file with mode 0600, whole or not at all. A device or a pipe is written to as it is. */
export async function writePrivately(
  file: string,
  text: FileText | Uint8Array,
  { keepAccess = false }: Replacement = {},
): Promise<void> {
  if (await isSpecial(file)) {
    await writeTo(file, 'w', text);
    return;
  }
  const part = `${file}.${process.pid}.part`;
  try {
    await writeTo(part, 'wx', text, keepAccess ? file : undefined);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function isSpecial(file: string): Promise<boolean> {
  try {
    return !(await lstat(file)).isFile();
  } catch {
    return false;
  }
}

async function writeTo(
  file: string,
  flags: 'w' | 'wx',
  text: FileText | Uint8Array,
  accessOf?: string,
): Promise<void> {
  await using handle = await open(file, flags, 0o600);
  await writeFile(handle, text);
  const before = accessOf === undefined ? undefined : await stat(accessOf).catch(() => undefined);
  if (before === undefined) return;
  // The group first: giving a file to another group takes mode bits away.
  await handle.chown(-1, before.gid).catch(() => undefined);
  await handle.chmod(before.mode & 0o777);
}
