import { runFleetCommand, type SharedJobOptions } from '../../src/cli/fleet-command.ts';
import { OPTIONS, type OptionValues } from '../../src/cli/options.ts';
import { explainThrown } from '../../src/cli/thrown.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { anInventory, ENV } from './an-inventory.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';

function someOptions(more: Partial<OptionValues> = {}): OptionValues {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(OPTIONS)) {
    values[name] =
      'default' in spec
        ? spec.default
        : spec.type === 'negated'
          ? true
          : spec.type === 'flag'
            ? false
            : undefined;
  }
  return { ...(values as OptionValues), startRate: 1000, ...more };
}

/** What `enroll` makes of a job that is no router’s, over the three devices of an inventory. */
export async function runJobs(
  job: DeviceJob,
  {
    io = fakeIo({ cwd: anInventory(), env: ENV }),
    given: named = [],
    ...more
  }: Partial<OptionValues> & { io?: FakeIo; given?: readonly string[] } = {},
) {
  const given: SharedJobOptions[] = [];
  const code = await runFleetCommand(
    'enroll',
    { options: someOptions(more), given: new Set(named), args: [], io },
    (shared) => {
      given.push(shared);
      return job;
    },
  ).catch((thrown: unknown) => explainThrown(thrown, io, { debug: false }));
  return { code, io, given, out: io.stdout.text, err: io.stderr.text };
}
