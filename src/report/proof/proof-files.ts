import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writePrivately } from '../private-file.ts';
import { type FileSet, readTar, writeTar } from './tar.ts';

/** The names in a proof. */
export const README = 'README.txt';
export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';
export const PUBLIC_KEY = 'public.pem';
export const ENTRIES = 'entries.jsonl';
export const CERTIFICATE = /^certificates\/(?<sha256>[0-9A-F]{64})\.der$/;

/** A proof whose name ends in `.tar` is one file, any other a folder. */
export function isArchive(target: string): boolean {
  return target.endsWith('.tar');
}

/** Writes the proof, for its owner only, whole or not at all. A folder must not be there already. */
export async function writeProof(target: string, files: FileSet, at: Date): Promise<void> {
  if (isArchive(target)) {
    await writePrivately(target, writeTar(files, path.basename(target, '.tar').slice(0, 150), at));
    return;
  }
  const part = `${target}.${process.pid}.part`;
  try {
    for (const [name, content] of files) {
      const file = path.join(part, name);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, content, { mode: 0o600, flag: 'wx' });
    }
    await rename(part, target);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

/** The files of a proof by the names they have in it; undefined when the archive is damaged. Throws what reading throws. */
export async function readProof(target: string): Promise<FileSet | undefined> {
  const files = (await stat(target)).isDirectory()
    ? await readFolder(target)
    : readTar(await readFile(target));
  return files && withoutFolder(files);
}

async function readFolder(folder: string): Promise<FileSet> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(async (entry): Promise<[string, Uint8Array]> => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, file).split(path.sep).join('/'), await readFile(file)];
      }),
  );
  return new Map(files);
}

/** An archive has all its files in one folder. */
function withoutFolder(files: FileSet): FileSet {
  const manifest = [...files.keys()].find((name) => path.posix.basename(name) === MANIFEST);
  const prefix = manifest?.slice(0, -MANIFEST.length) ?? '';
  return new Map(
    [...files].map(([name, content]) => [
      name.startsWith(prefix) ? name.slice(prefix.length) : name,
      content,
    ]),
  );
}
