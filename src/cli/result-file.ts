import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../domain/errors.ts';
import { type FileText, writePrivately } from '../report/private-file.ts';
import type { TerminalStream } from '../report/terminal.ts';
import { type Io, inFolder } from './io.ts';
import { codeOf } from './run-folder.ts';

/** Where `--json` puts a result, and whether standard output is taken by it. */
export interface ResultTarget {
  readonly takesStdout: boolean;
  /** Takes JSON whose texts hold no secret any more: taken out of the whole, `false` could be a password. */
  readonly write: (json: FileText) => Promise<void>;
}

/** Finds out before any work is done whether the result can be written. Throws InputError when it cannot. */
export async function resultTarget(file: string, io: Io): Promise<ResultTarget> {
  if (file === '-') {
    return {
      takesStdout: true,
      write: (json) => writeOut(json, io.stdout),
    };
  }
  const target = await writableFile(file, '--json', io);
  return { takesStdout: false, write: (json) => writePrivately(target, json) };
}

/** Piece by piece, at the pace of whoever reads. A reader that has gone away is waited for no longer. */
async function writeOut(json: FileText, stdout: TerminalStream): Promise<void> {
  for await (const piece of typeof json === 'string' ? [json] : json) {
    if (stdout.write(piece) || !stdout.writable) continue;
    const gone = new AbortController();
    const { signal } = gone;
    const ends = ['drain', 'close', 'error'].map((event) => once(stdout, event, { signal }));
    await Promise.race(ends).catch(() => undefined);
    gone.abort();
    await Promise.allSettled(ends);
  }
}

/** The file that `option` names, when it can be written. Throws InputError otherwise. */
export async function writableFile(file: string, option: string, io: Io): Promise<string> {
  const target = inFolder(io, file);
  const problem = await whyNot(target);
  if (problem !== undefined) throw new InputError([{ file: target, key: option, message: problem }]);
  return target;
}

async function whyNot(file: string): Promise<string | undefined> {
  const folder = path.dirname(path.resolve(file));
  const [there, around] = await Promise.all([file, folder].map((each) => stat(each).catch(() => undefined)));
  if (around?.isDirectory() !== true) return `there is no folder ${folder}`;
  if (there?.isDirectory() === true) return 'is a folder, expected a file';
  // A device or a pipe is written to as it is, a file by way of one beside it.
  if (there !== undefined && !there.isFile())
    return tried(() => access(file, constants.W_OK), 'may not be written');
  return tried(() => tryBeside(file), `the folder ${folder} may not be written`);
}

/** Leave to write says too little: a folder of the kernel's, such as /proc, takes no file whatever its mode. */
async function tryBeside(file: string): Promise<void> {
  const probe = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  await (await open(probe, 'wx', 0o600)).close();
  await rm(probe);
}

async function tried(act: () => Promise<void>, otherwise: string): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return `${otherwise} (${codeOf(error)})`;
  }
}
