import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DeviceResult } from '../../src/domain/result.ts';
import type { DeviceOutcome } from '../../src/domain/step.ts';

/** The built program; another one, such as an installed package's, can be named. */
const MAIN =
  process.env.TRUSTFLEET_MAIN ?? path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const RESULT = 'result.json';

/** What `--json` wrote, as far as tests read it. */
export interface Result {
  readonly run: { readonly id: string; readonly interrupted: boolean };
  readonly counts: Readonly<Record<DeviceOutcome, number>>;
  readonly devices: readonly DeviceResult[];
}

/** How one command ended. */
export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything of one device, from the JSON result. Throws when there is none. */
  readonly device: (name: string) => DeviceResult;
  /** Outcome, or error code of a failed device, by name. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly result: Result | undefined;
}

/** A command that is still at it. */
export interface Running {
  readonly done: Promise<Ran>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Standard error so far. */
  readonly said: () => string;
}

/** Commands that work on devices write their result as JSON, too. */
const FLEET_COMMANDS = new Set(['enroll', 'renew', 'verify']);

/**
 * Starts the built program in a folder, with nothing of this process's environment but what a shell would need. `first` is a line of
 * shell that goes before it, such as a limit.
 */
export function startProgram(
  dir: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  first = ':',
): Running {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: build first (npm run build)`);
  const [command = ''] = argv;
  const writesResult = FLEET_COMMANDS.has(command) && !argv.includes('--json');
  const line = [process.execPath, MAIN, ...argv, ...(writesResult ? ['--json', RESULT] : [])];
  const [file = '', ...rest] = first === ':' ? line : ['bash', '-c', `${first}; exec "$0" "$@"`, ...line];
  const child = spawn(file, rest, {
    cwd: dir,
    // A second try would only make a failure that a test wants take longer.
    env: { PATH: process.env.PATH, HOME: dir, TRUSTFLEET_RETRIES: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const done = ended.then(async (exit) =>
    ranWith(exit, said, writesResult ? await takeResult(path.join(dir, RESULT)) : undefined),
  );
  return { done, signal: (name) => void child.kill(name), said: () => said.stderr };
}

function ranWith(
  exit: number | null,
  said: { readonly stdout: string; readonly stderr: string },
  result: Result | undefined,
): Ran {
  const devices = result?.devices ?? [];
  return {
    exit,
    ...said,
    result,
    device(name) {
      const found = devices.find(({ device }) => device === name);
      if (found === undefined) throw new Error(`no result of ${name} (exit ${exit}):\n${said.stderr}`);
      return found;
    },
    outcomes: Object.fromEntries(
      devices.map(({ device, outcome, error }) => [
        device,
        outcome === 'failed' ? (error?.code ?? outcome) : outcome,
      ]),
    ),
  };
}

/** Reads the result and removes it, so that the next command cannot be taken for this one. */
async function takeResult(file: string): Promise<Result | undefined> {
  if (!existsSync(file)) return undefined;
  const result = JSON.parse(await readFile(file, 'utf8')) as Result;
  await rm(file);
  return result;
}
