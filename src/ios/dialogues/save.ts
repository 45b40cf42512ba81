import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
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

/** The questions that `write memory` may ask. */
export const SAVE_QUESTIONS = {
  'overwrite-nvram': /Overwrite the previous NVRAM configuration\s*\?\s*\[confirm\]\s*/i,
  'startup-file-name': /Destination filename \[startup-config\]\s*\?\s*/i,
} as const;

/** `[OK]` ends other commands too: it counts behind the first line only. */
const SAVED = /^\s*Building configuration\b[\s\S]*\[OK\]/im;
const BUSY = /\bbusy\b|file (?:is )?in use|try again|temporarily unavailable/i;
const FAILED = /^\s*(?:%\s*Error|startup-config file open failed|.*no space|.*buffer (?:overflow|full))/im;
const TRIES = 4;

/**
 * Writes the startup configuration. Throws DeviceError `not-saved` unless the router says `[OK]`, or what a
 * conversation throws. A busy file is tried again, three times.
 */
export async function save(session: Session, options: SaveOptions): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { text } = await session.converse(
      {
        name: 'save',
        opening: 'write memory',
        exchanges: exchanges(options),
        timeoutMs: options.timeoutMs ?? 120_000,
      },
      'privileged-exec',
    );
    if (SAVED.test(text) && !FAILED.test(text)) return;
    if (!BUSY.test(text) || tries === TRIES) throw notSaved(text);
    await waitFor(options.busyPauseMs ?? 3_000, session.signal);
  }
}

function exchanges({ allowOverwriteNvram }: SaveOptions): Exchange[] {
  return [
    {
      name: 'overwrite-nvram',
      prompt: SAVE_QUESTIONS['overwrite-nvram'],
      react: ({ all }) =>
        allowOverwriteNvram
          ? { type: '' }
          : {
              abort: new DeviceError(
                'not-saved',
                'the startup configuration was written by another release',
                {
                  detail: all.trim(),
                  hint: 'if that is meant, write memory by hand: the release that wrote it may no longer read it',
                },
              ),
            },
    },
    {
      name: 'startup-file-name',
      prompt: SAVE_QUESTIONS['startup-file-name'],
      react: () => ({ type: '' }),
    },
  ];
}

function notSaved(text: string): DeviceError {
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .findLast((each) => each !== '');
  const refusal = findRefusal(text);
  const more = refusal === undefined ? { detail: text.trim() } : explainRefusal(refusal, text);
  return new DeviceError('not-saved', `write memory: ${line ?? 'no answer'}`, more);
}

async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new DeviceError('interrupted', 'stopped while the startup configuration was busy', { cause });
  }
}
