import { stripVTControlCharacters } from 'node:util';
import { columnsOf } from '../../src/report/columns.ts';
import { openTerminal, type Terminal } from '../../src/report/terminal.ts';
import { Screen } from '../cli/fake-io.ts';

export interface TestTerminal extends Terminal {
  readonly stream: Screen;
}

/** A terminal whose text is kept; without columns it is a pipe. */
export function aTerminal(
  window: { columns?: number; rows?: number } = {},
  more: { env?: Record<string, string>; redact?: (text: string) => string } = {},
): TestTerminal {
  const stream = new Screen(window);
  const terminal = openTerminal(stream, {
    env: { LANG: 'C.UTF-8', NO_COLOR: '1', ...more.env },
    redact: more.redact ?? ((text) => text),
  });
  return { ...terminal, stream };
}

/** Lines as they look, without escape sequences. */
export function linesOf(text: string): string[] {
  return stripVTControlCharacters(text).split('\n');
}

export function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => columnsOf(stripVTControlCharacters(line))));
}
