import { enrollDevice } from '../enrollment/job.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { runFleetCommand } from './fleet-command.ts';

export function run(context: CommandContext): Promise<ExitCode> {
  return runFleetCommand(
    'enroll',
    context,
    (shared) => (device, hooks) => enrollDevice(device, { ...shared, ...hooks }),
  );
}
