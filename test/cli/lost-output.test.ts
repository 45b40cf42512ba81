import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const MAIN = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
/** Every write to it finds the disk full (Linux). */
const FULL = '/dev/full';

it.skipIf(!existsSync(FULL))(
  'an output that cannot be written is told, and the exit code is not 0',
  async () => {
    const child = spawn(process.execPath, [MAIN, 'explain'], {
      stdio: ['ignore', openSync(FULL, 'w'), 'pipe'],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(stderr).toBe('trustfleet: standard output could not be written to its end (ENOSPC)\n');
    expect(exit).toBe(1);
  },
);

it('a reader that went away is no failure', async () => {
  const child = spawn(process.execPath, [MAIN, 'explain'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.destroy();
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(stderr).toBe('');
  expect(exit).toBe(0);
});
