import { verifyDevice } from '../enrollment/job.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { runFleetCommand } from './fleet-command.ts';

export function run(context: CommandContext): Promise<ExitCode> {
  return runFleetCommand(
    'verify',
    context,
    (shared) => (device, hooks) => verifyDevice(device, { ...shared, ...hooks }),
  );
}
