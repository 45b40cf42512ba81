import { enrollDevice } from '../enrollment/job.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { runFleetCommand } from './fleet-command.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { plan } = context.options;
  if (plan !== undefined) {
    const { applyPlan } = await import('./apply-plan.ts');
    return applyPlan(context, plan);
  }
  return runFleetCommand(
    'enroll',
    context,
    (shared) => (device, hooks) => enrollDevice(device, { ...shared, ...hooks }),
  );
}
