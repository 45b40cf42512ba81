import { access, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../domain/errors.ts';
import { CERTIFICATES, CertificateFolder } from '../report/certificate-folder.ts';
import { makeProof } from '../report/proof/make-proof.ts';
import { isArchive, writeProof } from '../report/proof/proof-files.ts';
import { drawRuns } from '../report/run-list.ts';
import { listRuns, readRun, type SavedRun, transcriptReader } from '../report/saved-run.ts';
import { drawSummary } from '../report/summary.ts';
import { openTerminal, type Terminal } from '../report/terminal.ts';
import { RUNS_FOLDER } from '../run/state/store.ts';
import { checkProofCommand } from './check-proof.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, inFolder } from './io.ts';
import { reportFiles } from './report-files.ts';
import { writableFile } from './result-file.ts';
import { codeOf } from './run-folder.ts';
import { loadSigningKey } from './sign-key.ts';
import { redact } from './thrown.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { options, args, io } = context;
  const terminal = openTerminal(io.stdout, { env: io.env, redact, color: options.color });
  if (options.checkProof !== undefined) return checkProofCommand(context, terminal);
  const state = inFolder(io, options.state);
  const runs = path.join(state, RUNS_FOLDER);
  if (options.list) {
    terminal.write(await drawRuns(runs, terminal));
    return 0;
  }
  const files = await reportFiles(options, io);
  const proof = options.proof === undefined ? undefined : await proofTarget(options.proof, io);
  const key = proof === undefined ? undefined : await loadSigningKey(options, io);

  const id = await chooseRun(runs, args[0]);
  const saved = await readRun(path.join(runs, id));
  const transcripts = path.join(state, 'transcripts', id);
  const material = { ...saved, transcriptOf: transcriptReader(transcripts, redact) };
  for (const { option, file, write } of files) {
    await writeOrExplain(option, file, () => write(material));
    tell(terminal, option, file);
  }
  if (proof !== undefined && key !== undefined) {
    const contents = await makeProof({
      saved,
      key,
      certificates: new CertificateFolder(path.join(runs, id, CERTIFICATES)),
      transcriptOf: (file) => readFile(path.join(transcripts, path.basename(file))).catch(() => undefined),
      now: io.now(),
    });
    await writeOrExplain('--proof', proof, () => writeProof(proof, contents, io.now()));
    tell(terminal, '--proof', proof);
  }
  if (files.length === 0 && proof === undefined) showAgain(saved, terminal);
  return 0;
}

/** A named run may be shortened to what no other run begins with. */
async function chooseRun(runs: string, wanted: string | undefined): Promise<string> {
  const all = await listRuns(runs);
  const last = all.at(-1);
  if (last === undefined) {
    throw new InputError([
      {
        file: runs,
        message: 'holds no runs',
        hint: 'enroll, renew and verify keep theirs there; see --state',
      },
    ]);
  }
  if (wanted === undefined) return last;
  const found = all.includes(wanted) ? [wanted] : all.filter((id) => id.startsWith(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const message = found.length === 0 ? 'is no run that is kept' : `is the beginning of ${found.length} runs`;
  throw new InputError([{ file: runs, key: wanted, message, hint: 'trustfleet report --list names them' }]);
}

function showAgain({ run: { id }, result, history, broken }: SavedRun, terminal: Terminal): void {
  terminal.write([
    `run ${id}, ${result.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ...(broken ? [terminal.style.warn('The run was killed; what follows is as far as it came.')] : []),
    '',
    ...drawSummary(result, terminal.columns(), terminal.style, history),
  ]);
}

/** A folder must not be there yet: a proof is never written into another one. Throws InputError. */
async function proofTarget(name: string, io: Io): Promise<string> {
  const target = await (isArchive(name) ? writableFile(name, '--proof', io) : inFolder(io, name));
  if (isArchive(name)) return target;
  const parent = path.dirname(path.resolve(target));
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  if (isThere) throw new InputError([{ file: target, key: '--proof', message: 'is there already' }]);
  await access(parent).catch(() => {
    throw new InputError([{ file: target, key: '--proof', message: `there is no folder ${parent}` }]);
  });
  return target;
}

async function writeOrExplain(option: string, file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new InputError([{ file, key: option, message: `cannot be written (${codeOf(error)})` }]);
  }
}

function tell({ write, style }: Terminal, option: string, file: string): void {
  write([`${style.marks.pass} ${option.slice(2)}: ${file}`]);
}
