import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
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
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    return codeOf(error) === 'ENOENT'
      ? `there is no folder ${folder}`
      : `the folder ${folder} may not be written`;
  }
  try {
    return (await stat(file)).isDirectory() ? 'is a folder, expected a file' : undefined;
  } catch {
    return undefined;
  }
}
