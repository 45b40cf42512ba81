import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../domain/errors.ts';

/** Names a run by its time and command: `20261121T025750Z-enroll-1f3a`. Sorts by time. */
export function newRunId(command: string, at: Date): string {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${command}-${randomBytes(2).toString('hex')}`;
}

/** Makes `<state>/transcripts/<run>`, for its owner only. Throws InputError when that cannot be. */
export async function makeTranscriptFolder(state: string, run: string): Promise<string> {
  const folder = path.join(state, 'transcripts', run);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (error) {
    throw new InputError([
      { file: folder, message: `the folder cannot be made (${codeOf(error)})`, hint: 'see --state' },
    ]);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
