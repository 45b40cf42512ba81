import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import { DeviceError } from '../domain/errors.ts';
import { belowItsLine, explainRefusal, findOutcome, findRefusal } from './refusals.ts';
import type { RouterLineCode } from './router-lines/table.ts';
import type { Terminal } from './terminal.ts';

/**
 * Types lines at a terminal that is in configuration mode; the reply to each is read before the next is typed.
 * Throws DeviceError `command-refused` at the first line that is not taken, `unexpected-question` when a line is
 * answered with a question.
 */
export async function typeConfiguration(terminal: Terminal, lines: readonly ConfigLine[]): Promise<void> {
  for (const line of lines) {
    const shown = maskedText(line);
    terminal.mayBegin(`“${shown}”`);
    const prompt = await terminal.prompt();
    if (prompt.mode !== 'configuration') {
      throw new DeviceError(
        'command-refused',
        `“${shown}” was not typed: the prompt is “${prompt.text}”, not configuration mode`,
      );
    }
    const hostname = /^\s*hostname\s+(?<name>\S+)\s*$/i.exec(shown)?.groups?.name;
    if (hostname !== undefined) terminal.expectHostname(hostname);
    const reply = await terminal.type(line);
    // What is an outcome for a dialogue of its own is a no for a configuration line.
    const refusal = findRefusal(reply) ?? findOutcome(reply);
    if (refusal !== undefined)
      throw refused(terminal, belowItsLine(prompt.text, shown, reply), shown, refusal);
  }
}

function refused(
  { channel: { transcript } }: Terminal,
  told: string,
  shown: string,
  refusal: { readonly line: string; readonly code: RouterLineCode },
): DeviceError {
  const heard = transcript.redact(told);
  const message = `“${shown}”: ${transcript.redact(refusal.line)}`;
  return new DeviceError('command-refused', message, explainRefusal(refusal, heard));
}
