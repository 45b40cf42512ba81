import { readFile } from 'node:fs/promises';
import { readTranscript, type SavedTranscript } from '../dialogue/transcript-reader.ts';
import { InputError } from '../domain/errors.ts';
import { lintTranscript, type TranscriptLint } from '../ios/transcripts/lint.ts';
import { markTranscript } from '../ios/transcripts/mark.ts';
import { testCaseOf } from '../ios/transcripts/test-case.ts';
import { maskConfigSecrets } from '../log/mask-config.ts';
import { writePrivately } from '../report/private-file.ts';
import { openTerminal, type Terminal } from '../report/terminal.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, inFolder } from './io.ts';
import { requireKept, writtenBy } from './own-files.ts';
import { resultTarget } from './result-file.ts';
import { codeOf } from './run-folder.ts';
import { redact } from './thrown.ts';
import { lintLines, showLines } from './transcript-view.ts';

/** Raised when a field changes its meaning or goes. */
const TRANSCRIPT_SCHEMA = 1;

export async function run({ options, args, io }: CommandContext): Promise<ExitCode> {
  const [action = '', name = ''] = args;
  if (action !== 'show' && action !== 'lint') {
    throw new InputError([
      { file: 'transcript', key: action, message: 'is nothing that can be done', hint: 'show or lint' },
    ]);
  }
  if (action === 'show' && options.testCase !== undefined) {
    throw new InputError([
      { file: 'transcript', key: '--test-case', message: 'belongs to trustfleet transcript lint' },
    ]);
  }
  const file = inFolder(io, name);
  await requireKept(writtenBy(options, io), [{ file, what: 'the transcript itself' }]);
  const saved = await load(file);
  const target = options.json === undefined ? undefined : await resultTarget(options.json, io);
  const people = openTerminal(target?.takesStdout === true ? io.stderr : io.stdout, {
    env: io.env,
    redact: (text) => redact(maskConfigSecrets(text)),
    color: options.color,
  });
  if (action === 'show') return show(saved, target, people);
  if (options.testCase !== undefined) await writeCase(saved, options.testCase, io);
  return lint(saved, target, people, { file, testCase: options.testCase });
}

type Target = Awaited<ReturnType<typeof resultTarget>> | undefined;

async function load(file: string): Promise<SavedTranscript> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : `cannot be read (${codeOf(error)})`;
    throw new InputError([{ file, message: why }]);
  }
  return readTranscript(text, file);
}

async function writeCase(saved: SavedTranscript, name: string, io: Io): Promise<void> {
  const file = inFolder(io, name);
  try {
    await writePrivately(file, testCaseOf(saved));
  } catch (error) {
    throw new InputError([{ file, key: '--test-case', message: `cannot be written (${codeOf(error)})` }]);
  }
}

async function show(saved: SavedTranscript, target: Target, terminal: Terminal): Promise<ExitCode> {
  const { entries, ...header } = saved;
  const marked = markTranscript(entries);
  if (target === undefined) {
    terminal.write(showLines(header, marked, terminal));
    return 0;
  }
  const shown = marked.map(({ clean: _clean, ...entry }) => entry);
  await target.write(toJson({ ...header, entries: shown }));
  return 0;
}

async function lint(
  saved: SavedTranscript,
  target: Target,
  terminal: Terminal,
  { file, testCase }: { readonly file: string; readonly testCase: string | undefined },
): Promise<ExitCode> {
  const found = lintTranscript(saved);
  const { device, host, startedAt } = saved;
  if (target !== undefined) await target.write(toJson({ device, host, startedAt, ...found }));
  terminal.write(lintLines(found, { file, testCase }, terminal));
  return isWell(found) ? 0 : 1;
}

function isWell({ end, secrets, unplanned }: TranscriptLint): boolean {
  return end.kind === 'left' && secrets.length === 0 && unplanned.length === 0;
}

function toJson(document: object): string {
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redact(maskConfigSecrets(value)) : value;
  return `${JSON.stringify({ schema: TRANSCRIPT_SCHEMA, ...document }, clean, 2)}\n`;
}
