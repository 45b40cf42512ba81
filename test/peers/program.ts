import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** When it is killed; {@link LIMIT_MS} unless said otherwise. */
  readonly limitMs?: number;
}

/** What a program left behind. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Longer than any peer needs; a program that hangs must not hang the tests. */
const LIMIT_MS = 50_000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const alive = new Set<Child>();
// Nothing outlives the tests, whichever way they end.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A program that is running; disposing of it ends it. */
export class Program implements AsyncDisposable {
  readonly child: Child;
  readonly ended: Promise<Ended>;

  private constructor(child: Child, ended: Promise<Ended>) {
    this.child = child;
    this.ended = ended;
  }

  /** Starts a peer. One that is not installed is an error, never a skip. */
  static async start(name: string, args: readonly string[], options: RunOptions = {}): Promise<Program> {
    const { cwd, env, input, limitMs = LIMIT_MS } = options;
    const child = spawn(name, args, {
      stdio: 'pipe',
      timeout: limitMs,
      killSignal: 'SIGKILL',
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, LC_ALL: 'C', ...env },
    });
    const ended = Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, 'close')]).then(
      ([stdout, stderr]): Ended => {
        alive.delete(child);
        return { code: child.exitCode, stdout, stderr: stderr.toString('utf8') };
      },
    );
    // Whoever waits for it hears of a failure; the program may also be stopped without anybody waiting.
    ended.catch(() => undefined);
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new Error(`${name} cannot be started: scripts/install-peers.sh installs it`, { cause });
    }
    alive.add(child);
    // A program may end before it has read everything.
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.end(input);
    return new Program(child, ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** Runs a program to its end, whatever that is. */
export async function run(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const program = await Program.start(name, args, { input: '', ...options });
  return program.ended;
}

/** Runs a program that must succeed; its standard output. */
export async function succeed(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> {
  const { code, stdout, stderr } = await run(name, args, options);
  if (code === 0) return stdout;
  throw new Error(
    `${name} ${args.slice(0, 2).join(' ')} ended with ${String(code)}:\n${stdout.toString()}${stderr}`,
  );
}
