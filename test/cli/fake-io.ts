import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/program.ts';
import type { TerminalStream } from '../../src/report/terminal.ts';

/** A stream that keeps what was written, as a pipe or as a window of so many columns. */
export class Screen extends Writable implements TerminalStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly writes: string[] = [];

  constructor({ columns, rows = 30 }: { columns?: number; rows?: number } = {}) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 0;
    this.rows = rows;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(String(chunk));
    done();
  }

  cursorTo(x: number): boolean {
    return cursorTo(this, x);
  }

  moveCursor(dx: number, dy: number): boolean {
    return moveCursor(this, dx, dy);
  }

  clearLine(direction: -1 | 0 | 1): boolean {
    return clearLine(this, direction);
  }

  get text(): string {
    return this.writes.join('');
  }
}

export interface FakeIo extends Io {
  readonly stdin: PassThrough & { isTTY?: boolean };
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly exits: number[];
  /** What the operator's Ctrl-C does. */
  readonly interrupt: () => void;
}

export function fakeIo(more: { env?: Io['env']; cwd?: string; columns?: number } = {}): FakeIo {
  const listeners = new Set<(name: string) => void>();
  const exits: number[] = [];
  const window = more.columns === undefined ? {} : { columns: more.columns };
  return {
    stdin: new PassThrough(),
    stdout: new Screen(window),
    stderr: new Screen(window),
    env: { LANG: 'C.UTF-8', ...more.env },
    cwd: more.cwd ?? aFolder(),
    now: () => new Date('2026-11-21T02:57:50Z'),
    monotonic: () => 0,
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => exits.push(code),
    exits,
    interrupt: () => {
      for (const listener of listeners) listener('SIGINT');
    },
  };
}

export function aFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'trustfleet-cli-'));
}

/** Runs the command line in this process. */
export async function trustfleet(
  argv: readonly string[],
  io: FakeIo = fakeIo(),
): Promise<{ code: number; out: string; err: string; io: FakeIo }> {
  const code = await main(argv, io);
  return { code, out: io.stdout.text, err: io.stderr.text, io };
}
