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

/**
 * The lines of a show command's output, without line ends and trailing blanks, and without the lines that belong to
 * the session instead of the command: load and time of `exec prompt timestamp`, and the security warnings of recent
 * IOS-XE.
 */
export function outputLines(text: string): string[] {
  return linesWithout(text, [...PROMPT_TIMESTAMP, SECURITY_WARNING]);
}

/** The same for a part of the configuration, without what the router prints above it. */
export function configurationLines(text: string): string[] {
  return linesWithout(text, [...PROMPT_TIMESTAMP, SECURITY_WARNING, ...ABOVE_CONFIGURATION]);
}

function linesWithout(text: string, noise: readonly RegExp[]): string[] {
  return text
    .split(/\r?\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => !noise.some((pattern) => pattern.test(line)));
}

/** Leading blanks of a line; a tab counts as one. */
export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** What every reader throws: `output-unreadable`, with the command and the line nobody could read. */
export function unreadable(command: string, line: string | undefined, why: string): DeviceError {
  const shown = line === undefined ? '' : `: ${line.trim().slice(0, 200)}`;
  return new DeviceError('output-unreadable', `${command}: ${why}${shown}`);
}
