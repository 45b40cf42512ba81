import path from 'node:path';
import type { Monotonic } from '../domain/monotonic.ts';
import type { TerminalStream } from '../report/terminal.ts';

/** Everything a command touches of the process it runs in, so that tests can give it another. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** For stamps, and for what has to do with dates. */
  readonly now: () => Date;
  /** For durations and deadlines. */
  readonly monotonic: Monotonic;
  /** Calls `listener` with the signal's name on each SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  readonly onSignal: (listener: (name: string) => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function processIo(): Io {
  const { stdout, stderr, env } = process;
  return {
    // Opened by whoever reads it: most commands never do.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    now: () => new Date(),
    monotonic: () => performance.now(),
    onSignal: (listener) => {
      for (const name of SIGNALS) process.on(name, listener);
      return () => {
        for (const name of SIGNALS) process.off(name, listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/** What a reader that went away causes (`| head`, a closed terminal): nobody misses what was not written. */
const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO']);

/**
 * An output that fails must not end a run that is typing on routers. The function returned tells, a sentence each,
 * which outputs lost something that somebody wanted, on a full disk for instance.
 */
export function watchOutput(): () => readonly string[] {
  const lost = new Map<string, string>();
  const watch = (name: string, stream: NodeJS.WriteStream): void => {
    stream.on('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => {
      if (!READER_GONE.has(code)) lost.set(name, code);
    });
  };
  watch('standard output', process.stdout);
  watch('standard error', process.stderr);
  return () => [...lost].map(([name, code]) => `${name} could not be written to its end (${code})`);
}

/** A file's name as the process understands it, from one the user gave. */
export function inFolder({ cwd }: Io, file: string): string {
  if (path.isAbsolute(file)) return file;
  return path.relative(process.cwd(), path.join(cwd, file)) || '.';
}
