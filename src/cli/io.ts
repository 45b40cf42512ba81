import path from 'node:path';
import type { TerminalStream } from '../report/terminal.ts';

/** Everything a command touches of the process it runs in, so that tests can give it another. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd: string;
  readonly now: () => Date;
  /** Calls `listener` with the signal's name on each SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  readonly onSignal: (listener: (name: string) => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  // A reader that went away (`| head`, a closed terminal) must not end a run that is typing on routers.
  stdout.on('error', ignoreClosedReader);
  stderr.on('error', ignoreClosedReader);
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    now: () => new Date(),
    onSignal: (listener) => {
      for (const name of SIGNALS) process.on(name, listener);
      return () => {
        for (const name of SIGNALS) process.off(name, listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

function ignoreClosedReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

/** A file's name as the process understands it, from one the user gave. */
export function inFolder({ cwd }: Io, file: string): string {
  return path.isAbsolute(file) ? file : path.relative(process.cwd(), path.join(cwd, file));
}
