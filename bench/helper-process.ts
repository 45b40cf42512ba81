/** A process of the router's side: it is told its job by one line, answers with ports, and counts. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { onCoreZero } from './machine.ts';

const PORTS = z.object({ ports: z.array(z.number()) });
const COUNTED = z.record(z.string(), z.number());

export class HelperProcess implements AsyncDisposable {
  readonly ports: readonly number[];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: Interface,
    ports: readonly number[],
  ) {
    this.#child = child;
    this.#lines = lines;
    this.ports = ports;
  }

  /** On a core of its own, unless it is told to share all of them with everybody. */
  static async start(
    command: readonly string[],
    job: unknown,
    { shares = false }: { readonly shares?: boolean } = {},
  ): Promise<HelperProcess> {
    const [program = '', ...argv] = shares ? command : onCoreZero(command);
    const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    child.stdin.write(`${JSON.stringify(job)}\n`);
    const { ports } = PORTS.parse(JSON.parse(await nextLine(lines)));
    return new HelperProcess(child, lines, ports);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has counted since it began. */
  async counted(): Promise<Readonly<Record<string, number>>> {
    const answer = nextLine(this.#lines);
    this.#child.stdin.write('\n');
    return COUNTED.parse(JSON.parse(await answer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}

/** Throws an Error when the process has ended instead. */
function nextLine(lines: Interface): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the router’s side has ended'));
    lines.once('close', ended).once('line', (line) => {
      lines.off('close', ended);
      resolve(line);
    });
  });
}

/** What was counted between two looks. */
export function since(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
}
