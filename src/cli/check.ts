import { InputError, type InputProblem } from '../domain/errors.ts';
import { type Inventory, loadInventory } from '../inventory/load.ts';
import { checkSecrets } from '../inventory/secrets.ts';
import { plural } from '../report/outcomes.ts';
import { openTerminal } from '../report/terminal.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { inFolder } from './io.ts';
import { longNameWarnings } from './long-names.ts';
import { rendererOf, renderProblems, tellWarnings } from './selection.ts';
import { redact } from './thrown.ts';

export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const look = { env: io.env, redact, color: options.color };
  const file = inFolder(io, options.inventory);
  const inventory = await loadInventory(file);
  const problems = [...templateProblems(inventory), ...checkSecrets(inventory.devices, { env: io.env })];
  const long =
    problems.length > 0 ? [] : longNameWarnings(inventory.devices, rendererOf(inventory), inventory.placeOf);
  const warnings = [...inventory.warnings, ...long];
  tellWarnings(warnings, openTerminal(io.stderr, look));
  if (problems.length > 0) throw new InputError(problems);

  const { write, style } = openTerminal(io.stdout, look);
  const { devices } = inventory;
  const trustpoints = new Set(devices.flatMap((device) => device.trustpoints.map(({ name }) => name)));
  const authorities = new Set(
    devices.flatMap((device) => device.trustpoints.map(({ authority }) => authority.name)),
  );
  const facts = [
    plural(devices.length, 'device'),
    plural(trustpoints.size, 'trustpoint'),
    plural(authorities.size, 'CA'),
    ...(warnings.length === 0 ? [] : [plural(warnings.length, 'warning')]),
  ];
  write([style.good(`${style.marks.pass} ${file}: ${facts.join(', ')}, no problem found`)]);
  return 0;
}

/** The templates themselves first: with a broken one no device can be rendered. */
function templateProblems(inventory: Inventory): readonly InputProblem[] {
  try {
    return renderProblems(inventory.devices, rendererOf(inventory));
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems;
    throw thrown;
  }
}
