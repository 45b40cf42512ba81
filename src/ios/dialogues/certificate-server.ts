import { DeviceError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { findRefusal, type Refusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { outputLines } from '../show/output.ts';
import { readServerRequests, type ServerRequest } from '../show/server-requests.ts';

/** What is typed for a one-time password; `minutes` is how long it lives. */
export function passwordCommand({
  server,
  minutes,
}: {
  readonly server: string;
  readonly minutes: number;
}): string {
  return `crypto pki server ${server} password generate ${minutes}`;
}

/** What is typed for the list of requests; the second form where a release does not know the first. */
export function requestsCommands(server: string): readonly [string, string] {
  return [`crypto pki server ${server} info requests`, `show crypto pki server ${server} requests`];
}

/** What is typed to grant one request, by its number in the list. Never `all`. */
export function grantCommand(server: string, id: number): string {
  return `crypto pki server ${server} grant ${id}`;
}

/**
 * Has a certificate server make a one-time password (IOS security command reference, `crypto pki server password
 * generate`). It knows one at a time: the one before is void from then on. The caller keeps what is heard meanwhile out
 * of every transcript, since nobody knows the password before it was read.
 *
 * Throws DeviceError `command-refused` or `output-unreadable`; neither tells what the router said, which may hold it.
 */
export async function generatePassword(
  session: Pick<Session, 'ask' | 'hostname'>,
  wanted: { readonly server: string; readonly minutes: number },
): Promise<Secret> {
  const command = passwordCommand(wanted);
  const { text, refusal } = await session.ask(command);
  const value = passwordIn(text);
  if (value !== undefined && !isPlainNo(refusal)) {
    return Secret.acquired(value, `certificate server ${wanted.server} of ${session.hostname}`);
  }
  if (refusal !== undefined && (isPlainNo(refusal) || UNKNOWN_SERVER.test(refusal.line)))
    throw refused(command, refusal.line);
  throw new DeviceError('output-unreadable', `“${command}”: no password, or more than one, could be read`, {
    detail: 'What the router said is not told here or in its transcript: it may hold a password.',
    hint: 'type the command by hand and see what the router prints; a command source can read another form',
  });
}

const UNKNOWN_SERVER = /\bserver\b.*\b(?:is )?not (?:known|configured|enabled|running)\b/i;

/** Lines of these kinds are the parser's own and hold nothing but the command. */
function isPlainNo(refusal: Refusal | undefined): boolean {
  return refusal !== undefined && refusal.kind !== 'complaint';
}

/** Behind its name: `% New Password: 8F2A…`, `Enrollment password is 8F2A…`. */
const NAMED =
  /^[^\S\n]*%*\s*(?:(?:the|a|your|new|enrollment|challenge|one-time|generated|SCEP)\s+)*password(?:\s+generated)?\s*(?:is\s*:?|[:=])\s*["']?(?<value>[!-~]+?)["']?\s*$/i;
const ALONE = /^\s*(?<value>[0-9A-Za-z]+)\s*$/;
/** Bytes as hex digits, two for each; shorter than that it is a word of a sentence. */
const SHORTEST = 6;

/** The one password in a reply; undefined where there is none, or more than one could be meant. */
function passwordIn(reply: string): string | undefined {
  const lines = outputLines(reply);
  const named = valuesOf(lines, NAMED);
  const found = named.length > 0 ? named : valuesOf(lines, ALONE);
  const [value, another] = new Set(found);
  return another === undefined ? value : undefined;
}

function valuesOf(lines: readonly string[], pattern: RegExp): readonly string[] {
  return lines.flatMap((line) => {
    const value = pattern.exec(line)?.groups?.value;
    return value === undefined || value.length < SHORTEST ? [] : [value];
  });
}

/**
 * The requests at a certificate server, of all states. Throws DeviceError `command-refused` or `output-unreadable`.
 */
export async function listRequests(
  session: Pick<Session, 'ask'>,
  server: string,
): Promise<readonly ServerRequest[]> {
  const [today, other] = requestsCommands(server);
  const first = await session.ask(today);
  const { text, refusal } = first.refusal?.kind === 'syntax' ? await session.ask(other) : first;
  if (refusal !== undefined) throw refused(today, refusal.line);
  return readServerRequests(text).requests;
}

/** Grants one request. Throws DeviceError `command-refused` when the router says anything against it. */
export async function grantRequest(session: Pick<Session, 'ask'>, server: string, id: number): Promise<void> {
  const command = grantCommand(server, id);
  const { text } = await session.ask(command);
  const refusal = findRefusal(text);
  if (refusal !== undefined) throw refused(command, refusal.line);
}

function refused(command: string, line: string): DeviceError {
  return new DeviceError('command-refused', `“${command}”: ${line}`);
}
