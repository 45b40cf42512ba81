import { renewDevice } from '../enrollment/job.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { runFleetCommand } from './fleet-command.ts';

export function run(context: CommandContext): Promise<ExitCode> {
  const { before } = context.options;
  return runFleetCommand(
    'renew',
    context,
    (shared) => (device, hooks) =>
      renewDevice(device, { ...shared, ...hooks, orders: before === undefined ? {} : { before } }),
  );
}
