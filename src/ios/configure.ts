import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import { DeviceError } from '../domain/errors.ts';
import { findRefusal, type Refusal } from './refusals.ts';
import type { Terminal } from './terminal.ts';

/**
 * Types lines at a terminal that is in configuration mode; the reply to each is read before the next is typed.
 * Throws DeviceError `command-refused` at the first line that is not taken, `unexpected-question` when a line is
 * answered with a question.
 */
export async function typeConfiguration(terminal: Terminal, lines: readonly ConfigLine[]): Promise<void> {
  for (const line of lines) {
    const shown = maskedText(line);
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
    const refusal = refusalOf(reply);
    if (refusal !== undefined) throw refused(terminal, shown, refusal, reply);
  }
}

/** What is an outcome for a dialogue of its own is a no for a configuration line. */
function refusalOf(reply: string): Refusal | undefined {
  const outcome = /^\s*% ?Please delete your existing .*$/im.exec(reply)?.[0].trim();
  return findRefusal(reply) ?? (outcome === undefined ? undefined : { line: outcome, kind: 'complaint' });
}

function refused({ channel }: Terminal, shown: string, { line }: Refusal, reply: string): DeviceError {
  const said = channel.transcript.redact(line);
  const detail = channel.transcript.redact(`${shown}\n${reply.trim()}`);
  return new DeviceError('command-refused', `“${shown}”: ${said}`, { detail });
}
