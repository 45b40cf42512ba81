import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../domain/duration.ts';
import { InputError } from '../domain/errors.ts';
import type { Terminal } from '../report/terminal.ts';
import type { BatchNumber } from '../run/events.ts';
import type { FleetOptions } from '../run/run.ts';
import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';

/** How long the command may take, in milliseconds. */
const CHECK_MS = 10 * 60_000;
/** Lines of its output that are told when it says no. */
const LAST_LINES = 5;

type Between = NonNullable<FleetOptions['between']>;

/** What happens before each further batch: the wait, then the command, then the question. Undefined: nothing. */
export function betweenBatches(options: OptionValues, io: Io, terminal: Terminal): Between | undefined {
  const { batchPause, batchCheck, batchAsk } = options;
  if (batchAsk && io.stdin.isTTY !== true) {
    throw new InputError([
      { file: 'terminal', key: '--batch-ask', message: 'cannot ask: standard input is no terminal' },
    ]);
  }
  const steps: Between[] = [
    ...(batchPause === undefined ? [] : [pauseFor(batchPause, terminal)]),
    ...(batchCheck === undefined ? [] : [checkWith(batchCheck, io, terminal)]),
    ...(batchAsk ? [askFirst(io, terminal)] : []),
  ];
  if (steps.length === 0) return undefined;
  return async (done, signal) => {
    for (const step of steps) {
      const no = await step(done, signal);
      if (no !== undefined || signal.aborted) return no;
    }
    return undefined;
  };
}

function pauseFor(milliseconds: number, terminal: Terminal): Between {
  return async ({ index, of }, signal) => {
    terminal.write([`batch ${index} of ${of} is done; the next begins in ${formatDuration(milliseconds)}`]);
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
    return undefined;
  };
}

function checkWith(command: string, io: Io, terminal: Terminal): Between {
  return async (done, signal) => {
    const { ending, lastLines } = await runCheck(command, done, io, signal);
    if (ending === undefined || signal.aborted) return undefined;
    terminal.write(lastLines.map((line) => `  ${line}`));
    return `the command between batches ${ending} after batch ${done.index} of ${done.of}`;
  };
}

/** By the shell, for it is the operator's own command line; trustfleet adds nothing to it. */
function runCheck(
  command: string,
  { index, of }: BatchNumber,
  io: Io,
  signal: AbortSignal,
): Promise<{ ending: string | undefined; lastLines: readonly string[] }> {
  return new Promise((resolve) => {
    // A group of its own, so that what the command started ends with it.
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: io.cwd,
      env: { ...io.env, TRUSTFLEET_BATCH: String(index), TRUSTFLEET_BATCHES: String(of) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines = [...lines, line].slice(-LAST_LINES);
      });
    }
    const stop = (): void => endGroup(child.pid);
    const deadline = setTimeout(stop, CHECK_MS);
    signal.addEventListener('abort', stop, { once: true });
    const finish = (ending: string | undefined): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
      // Something in the background may keep the pipes open for as long as it likes.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ ending, lastLines: lines });
    };
    child.once('error', ({ message }) => finish(`could not run (${message})`));
    child.once('exit', (code, killedBy) => {
      const ending =
        code === 0 ? undefined : code === null ? `was ended by ${killedBy}` : `ended with ${code}`;
      // What it printed last is still on its way.
      setImmediate(() => finish(ending));
    });
  });
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // It ended by itself.
  }
}

function askFirst(io: Io, terminal: Terminal): Between {
  return ({ index, of }, signal) =>
    terminal.asking(async () => {
      const reader = createInterface({ input: io.stdin, terminal: false });
      terminal.write([`batch ${index} of ${of} is done. Begin the next? yes, or anything else to stop:`]);
      try {
        const answer = await new Promise<string>((resolve) => {
          reader.once('line', resolve);
          reader.once('close', () => resolve(''));
          signal.addEventListener('abort', () => resolve(''), { once: true });
        });
        if (/^y(?:es)?$/i.test(answer.trim())) return undefined;
        return `the operator stopped it after batch ${index} of ${of}`;
      } finally {
        reader.close();
      }
    });
}
