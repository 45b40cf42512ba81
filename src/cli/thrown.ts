import path from 'node:path';
import { DeviceError, formatInputProblem, InputError } from '../domain/errors.ts';
import { sharedRedactor } from '../log/redact.ts';
import { plural } from '../report/outcomes.ts';
import { openTerminal } from '../report/terminal.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** Says what was thrown in words for the operator, and how the process ends with it. */
export function explainThrown(thrown: unknown, io: Io, { debug }: { debug: boolean }): ExitCode {
  const { write, style } = openTerminal(io.stderr, { env: io.env, redact: redact });
  if (thrown instanceof InputError) {
    write([
      ...thrown.problems.map((problem) =>
        formatInputProblem({ ...problem, file: shownFile(problem.file, io) }),
      ),
      style.bad(`${plural(thrown.problems.length, 'problem')}; nothing was done`),
    ]);
    return 3;
  }
  if (thrown instanceof DeviceError && thrown.code === 'interrupted') {
    write([thrown.message]);
    return 130;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const stack = thrown instanceof Error ? (thrown.stack ?? message) : message;
  write([
    style.bad(`trustfleet: ${message}`),
    ...(debug ? [stack] : ['This should not happen. Run it again with --debug for the details to report.']),
  ]);
  return 1;
}

/** A file below the folder the user is in, as the user would write it. */
function shownFile(file: string, { cwd }: Io): string {
  const relative = path.relative(cwd, file);
  return path.isAbsolute(file) && !relative.startsWith('..') ? relative : file;
}

export function redact(text: string): string {
  return sharedRedactor().redact(text);
}
