import { DeviceError } from '../../domain/errors.ts';

/** With `exec prompt timestamp` every show command prints these two first. */
const PROMPT_TIMESTAMP = [
  /^Load for five secs: .*;.*five minutes:/,
  /^(?:Time source is .+|No time source), ?[*.]?\d{1,2}:\d{1,2}:\d{1,2}/,
];
/** What stands above a configuration, whatever part of it was asked for. */
const ABOVE_CONFIGURATION = [
  /^Building configuration\.\.\.$/,
  /^Current configuration ?: \d+ bytes$/,
  /^Using \d+ out of \d+ bytes/,
  /^! (?:Last configuration change|NVRAM config last updated|No configuration change since) /,
  /^(?:startup-config is not present|%+ ?Non-volatile configuration memory (?:is not present|has not been set up).*)$/i,
];
/** IOS-XE 17.15 and later comment on weak settings behind any command. */
const SECURITY_WARNING = /^\s*(?:SECURITY|INSECURE DYNAMIC) WARNING - Module: /;

/** What all of the above have in common: most outputs hold none of it, and are searched once instead of line by line. */
const NOISE_WORDS = ['Load for five secs', 'Time source is ', 'No time source', ' WARNING - Module: '];

/**
 * The lines of a show command's output, without line ends and trailing blanks, and without the lines that belong to
 * the session instead of the command: load and time of `exec prompt timestamp`, and the security warnings of recent
 * IOS-XE.
 */
export function outputLines(text: string): string[] {
  const lines = linesOf(text);
  return NOISE_WORDS.some((word) => text.includes(word))
    ? without(lines, [...PROMPT_TIMESTAMP, SECURITY_WARNING])
    : lines;
}

/** The same for a part of the configuration, without what the router prints above it. */
export function configurationLines(text: string): string[] {
  return without(outputLines(text), ABOVE_CONFIGURATION);
}

function linesOf(text: string): string[] {
  const lines = text.includes('\r') ? text.split(/\r?\n|\r/) : text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (isBlankAt(line, line.length - 1)) lines[at] = line.trimEnd();
  }
  return lines;
}

function without(lines: readonly string[], noise: readonly RegExp[]): string[] {
  return lines.filter((line) => !noise.some((pattern) => pattern.test(line)));
}

/** Leading blanks of a line; a tab counts as one. */
export function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent += 1;
  return isBlankAt(line, indent) ? line.length - line.trimStart().length : indent;
}

/** Whether a blank may stand there: what is neither a control nor beyond ASCII is none, except the space itself. */
function isBlankAt(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code <= 0x20 || code > 0x7f;
}

/** The two line ends of Unicode are none to a router; a text of one byte a character is not even searched for them. */
export function isOneLine(line: string): boolean {
  return !line.includes('\u2028') && !line.includes('\u2029');
}

/** What every reader throws: `output-unreadable`, with the command and the line nobody could read. */
export function unreadable(command: string, line: string | undefined, why: string): DeviceError {
  const shown = line === undefined ? '' : `: ${line.trim().slice(0, 200)}`;
  return new DeviceError('output-unreadable', `${command}: ${why}${shown}`);
}
