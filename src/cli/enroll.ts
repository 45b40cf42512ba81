import { enrollDevice } from '../enrollment/job.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { runFleetCommand } from './fleet-command.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { plan, resume, last } = context.options;
  if (plan !== undefined) {
    const { applyPlan } = await import('./apply-plan.ts');
    return applyPlan(context, plan);
  }
  if (resume && last === undefined) {
    const { resumePlan } = await import('./apply-plan.ts');
    const code = await resumePlan(context);
    if (code !== undefined) return code;
  }
  return runFleetCommand(
    'enroll',
    context,
    (shared) => (device, hooks) => enrollDevice(device, { ...shared, ...hooks }),
  );
}
