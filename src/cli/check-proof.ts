import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../domain/errors.ts';
import { cleanLine, wrap } from '../report/columns.ts';
import {
  type CheckedProof,
  checkProof,
  type ProofCheck,
  type ProofEntry,
} from '../report/proof/check-proof.ts';
import { sha256 } from '../report/proof/make-proof.ts';
import { readProof } from '../report/proof/proof-files.ts';
import type { FileSet } from '../report/proof/tar.ts';
import type { Terminal } from '../report/terminal.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, inFolder } from './io.ts';
import { codeOf } from './run-folder.ts';
import { loadVerifyKey } from './sign-key.ts';

/** `report --check-proof`: every check with what it saw. Ends with 1 unless all passed. */
export async function checkProofCommand(
  { options, io }: CommandContext,
  terminal: Terminal,
): Promise<ExitCode> {
  const signer = options.verifyKey === undefined ? undefined : await loadVerifyKey(options.verifyKey, io);
  const files = await load(options.checkProof ?? '', io);
  const checked = checkProof(files, signer);
  const transcripts = await compareTranscripts(checked, inFolder(io, options.state));
  const all = [...checked.checks, ...transcripts];
  terminal.write([
    ...(checked.run === undefined ? [] : [`proof of run ${cleanLine(checked.run)}`]),
    ...all.flatMap((check) => drawCheck(check, terminal)),
  ]);
  return all.every(({ status }) => status === 'pass') ? 0 : 1;
}

async function load(name: string, io: Io): Promise<FileSet> {
  const file = inFolder(io, name);
  let files: FileSet | undefined;
  try {
    files = await readProof(file);
  } catch (error) {
    throw new InputError([{ file, key: '--check-proof', message: `cannot be read (${codeOf(error)})` }]);
  }
  if (files !== undefined) return files;
  throw new InputError([{ file, key: '--check-proof', message: 'is no whole tar archive' }]);
}

/** The transcripts stay with the operator. Those that are here are compared; nothing is said of the others. */
async function compareTranscripts(
  { run, entries }: CheckedProof,
  state: string,
): Promise<readonly ProofCheck[]> {
  if (run === undefined) return [];
  const folder = path.join(state, 'transcripts', path.basename(run));
  const altered: string[] = [];
  let same = 0;
  for (const entry of entries) {
    for (const [transcript, hash] of transcriptsOf(entry)) {
      const file = path.basename(transcript);
      const text = await readFile(path.join(folder, file)).catch(() => undefined);
      if (text === undefined) continue;
      if (sha256(text) === hash) same += 1;
      else altered.push(file.replace(/\.txt$/, ''));
    }
  }
  const check = 'transcripts';
  if (altered.length > 0) return [{ check, status: 'fail', said: `altered since: ${altered.join(', ')}` }];
  return same === 0 ? [] : [{ check, status: 'pass', said: `${same} in ${folder} are unaltered` }];
}

/** Those of all attempts whose hash the proof has. */
function transcriptsOf(entry: ProofEntry): readonly (readonly [file: string, hash: string])[] {
  const { transcript, transcriptSha256, earlierTranscripts = [], earlierTranscriptsSha256 = [] } = entry;
  const files = [...earlierTranscripts, ...(transcript === undefined ? [] : [transcript])];
  const hashes = [...earlierTranscriptsSha256, transcriptSha256];
  return files.flatMap((file, index) => {
    const hash = hashes[index];
    return typeof hash === 'string' ? [[file, hash] as const] : [];
  });
}

function drawCheck({ check, status, said }: ProofCheck, { style, columns }: Terminal): string[] {
  const { marks } = style;
  const mark = { pass: marks.pass, fail: marks.fail, unknown: marks.unknown }[status];
  const paint = { pass: style.good, fail: style.bad, unknown: style.warn }[status];
  return wrap(`${check}: ${cleanLine(said)}`, columns() - 1, `${mark} `).map(paint);
}
