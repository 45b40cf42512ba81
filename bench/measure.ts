/** Runs one contender once, and says what it cost. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { CONTENDERS_CPUS } from './machine.ts';
import { python } from './peers.ts';

const FIGURES = z.object({ code: z.number(), seconds: z.number(), cpu: z.number(), megabytes: z.number() });

/** Wall time until the program ended; CPU time and peak memory of the largest process, descendants included. */
export interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

export interface Measured extends Cost {
  readonly said: string;
}

export interface Program {
  readonly command: readonly string[];
  readonly input?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Throws an Error with the end of what a program said when it does not end with 0. */
export async function measure({ command, input, env, cwd }: Program): Promise<Measured> {
  const wrapper = path.join(import.meta.dirname, 'peers', 'measured.py');
  const child = spawn(python(), [wrapper, CONTENDERS_CPUS, ...command], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const texts = ['', '', ''];
  for (const [index, stream] of [child.stdout, child.stderr, child.stdio[3]].entries()) {
    stream?.on('data', (bytes: Buffer) => {
      texts[index] += bytes.toString();
    });
  }
  // A program that ends before it has read everything says itself why.
  child.stdin?.on('error', () => undefined).end(input === undefined ? '' : JSON.stringify(input));
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [said = '', complained = '', figures = ''] = texts;
  const cost = figures === '' ? undefined : FIGURES.parse(JSON.parse(figures));
  if (cost?.code !== 0)
    throw new Error(
      `${command.slice(0, 3).join(' ')}: ${[complained, said].map(endOf).join(' | ').slice(-500)}`,
    );
  return { ...cost, said };
}

/** The last lines, in one. */
function endOf(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ');
}
