import { writeFile } from 'node:fs/promises';
import { InputError } from '../domain/errors.ts';
import { starterInventory } from '../inventory/starter.ts';
import { openTerminal } from '../report/terminal.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { inFolder } from './io.ts';
import { codeOf } from './run-folder.ts';
import { redact } from './thrown.ts';

export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const file = inFolder(io, options.inventory);
  try {
    await writeFile(file, starterInventory(), { flag: options.force ? 'w' : 'wx' });
  } catch (error) {
    const code = codeOf(error);
    throw new InputError([
      code === 'EEXIST'
        ? { file, message: 'exists already', hint: '--force overwrites it, --inventory names another' }
        : { file, message: `cannot be written (${code})` },
    ]);
  }
  openTerminal(io.stdout, { env: io.env, redact, color: options.color }).write([
    `${file} was written. Next:`,
    '  1. fill in your CA, its fingerprint and your routers',
    '  2. trustfleet check',
    '  3. trustfleet render',
    '  4. trustfleet enroll --limit <one device>',
  ]);
  return 0;
}
