import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange, Heard } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import { answering, type ForeseenQuestion, type IosCommand } from '../question.ts';
import { explainRefusal, findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';

export interface SaveOptions {
  /** Consent to overwrite a startup configuration that another release wrote; a downgrade loses by it. */
  readonly allowOverwriteNvram: boolean;
  /** Longest silence, in milliseconds; two minutes unless given. */
  readonly timeoutMs?: number;
  /** Pause before another try when the file is busy, in milliseconds; three seconds unless given. */
  readonly busyPauseMs?: number;
}

const WRITE = 'write memory';
/** The same under another name, which AAA may allow where it denies the first. */
const COPY = 'copy running-config startup-config';

/** The questions that saving may ask. */
export const SAVE_QUESTIONS = {
  'overwrite-nvram': /Overwrite the previous NVRAM configuration\s*\?\s*\[confirm\]\s*/i,
  'startup-file-name': /Destination filename \[startup-config\]\s*\?\s*/i,
} as const;

const FILE_NAME = {
  name: 'startup-file-name',
  question: 'Destination filename [startup-config]?',
  answer: '',
} as const;

function overwrite(allowed: boolean): ForeseenQuestion {
  const asked = {
    name: 'overwrite-nvram',
    question: 'Overwrite the previous NVRAM configuration?[confirm]',
  };
  return allowed
    ? { ...asked, answer: '' }
    : { ...asked, answer: undefined, stops: true, remark: 'unless --allow-overwrite-nvram is given' };
}

export function saveCommand({ allowOverwriteNvram }: Pick<SaveOptions, 'allowOverwriteNvram'>): IosCommand {
  return {
    mode: 'privileged-exec',
    opening: WRITE,
    instead: [COPY],
    questions: [overwrite(allowOverwriteNvram), FILE_NAME],
  };
}

/** `[OK]` ends other commands too: it counts behind the first line only. */
const SAVED = /^\s*Building configuration\b[\s\S]*\[OK\]/im;
const BUSY = /\bbusy\b|file (?:is )?in use|try again|temporarily unavailable/i;
const FAILED = /^\s*(?:%\s*Error|startup-config file open failed|.*no space|.*buffer (?:overflow|full))/im;
/** With a pause before each but the first. */
export const SAVE_TRIES = 4;

/**
 * Writes the startup configuration (`write memory`, IOS configuration fundamentals command reference); where AAA denies
 * that command, by `copy running-config startup-config`. Throws DeviceError `not-saved` unless the router says `[OK]`,
 * or what a conversation throws. A busy file is tried again, three times.
 */
export async function save(session: Session, options: SaveOptions): Promise<void> {
  const written = await type(session, WRITE, options);
  if (written === undefined) return;
  if (findRefusal(written)?.kind !== 'authorization') throw notSaved([{ command: WRITE, text: written }]);
  const copied = await type(session, COPY, options);
  if (copied === undefined) return;
  throw notSaved([
    { command: WRITE, text: written },
    { command: COPY, text: copied },
  ]);
}

/** Gives back what the router said in place of `[OK]`; undefined when it is saved. */
async function type(session: Session, opening: string, options: SaveOptions): Promise<string | undefined> {
  const { mode } = saveCommand(options);
  for (let tries = 1; ; tries += 1) {
    const { text } = await session.converse(
      { name: 'save', opening, exchanges: exchanges(options), timeoutMs: options.timeoutMs ?? 120_000 },
      mode,
    );
    if (SAVED.test(text) && !FAILED.test(text)) return undefined;
    if (!BUSY.test(text) || tries === SAVE_TRIES) return text;
    await waitFor(options.busyPauseMs ?? 3_000, session.signal);
  }
}

function exchanges({ allowOverwriteNvram }: SaveOptions): Exchange[] {
  return [
    answering(
      overwrite(allowOverwriteNvram),
      SAVE_QUESTIONS['overwrite-nvram'],
      allowOverwriteNvram ? {} : { error: otherRelease },
    ),
    answering(FILE_NAME, SAVE_QUESTIONS['startup-file-name']),
  ];
}

function otherRelease({ all }: Heard): DeviceError {
  return new DeviceError('not-saved', 'the startup configuration was written by another release', {
    detail: all.trim(),
    hint: 'if that is meant, write memory by hand: the release that wrote it may no longer read it',
  });
}

interface Failure {
  readonly command: string;
  readonly text: string;
}

/** The last one explains; all are told. */
function notSaved(failures: readonly Failure[]): DeviceError {
  const message = failures
    .map(({ command, text }) => `${command}: ${lastLine(text) ?? 'no answer'}`)
    .join('; ');
  const said = failures.map(({ text }) => text.trim()).join('\n');
  const refusal = findRefusal(failures.at(-1)?.text ?? '');
  return new DeviceError(
    'not-saved',
    message,
    refusal === undefined ? { detail: said } : explainRefusal(refusal, said),
  );
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((each) => each.trim())
    .findLast((each) => each !== '');
}

async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new DeviceError('interrupted', 'stopped while the startup configuration was busy', { cause });
  }
}
