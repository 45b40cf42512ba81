import { pad, wrap } from '../report/columns.ts';
import type { CommandSpec } from './commands.ts';
import { EXIT_CODES } from './exit-code.ts';

const WIDEST = 110;
const NARROWEST = 40;

/** The width help is wrapped to in a window of so many columns. */
export function helpWidth(columns: number | undefined): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns || 80));
}

/** What stands below a command's options: examples, and what its exit codes mean. */
export function moreHelp({ examples, exits }: CommandSpec, width: number): string {
  return [
    '',
    'Examples:',
    ...examples.flatMap(([line, what]) => [`  ${line}`, ...wrap(what, width, '      ')]),
    '',
    'Exit codes:',
    ...exits.flatMap((code) => wrap(EXIT_CODES[code], width, `  ${pad(String(code), 4)} `)),
  ].join('\n');
}
