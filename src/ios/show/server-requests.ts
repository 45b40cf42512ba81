import type { NameAttribute } from '../../domain/certificate.ts';
import type { Fingerprint } from '../../domain/fingerprint.ts';
import { readFingerprint } from './fingerprint-lines.ts';
import { readNameLines } from './name-lines.ts';
import { outputLines, unreadable } from './output.ts';

/** A request that waits at, or went through, a router's certificate server. */
export interface ServerRequest {
  readonly from: 'subordinate-ca' | 'registration-authority' | 'router' | 'other';
  readonly id: number;
  /** `pending`, `granted`, `rejected`, `authorized` or whatever the release says. */
  readonly state: string;
  /** The MD5 of the request, as the requesting router shows it while pending. */
  readonly fingerprint: Fingerprint;
  /** As printed, then read. */
  readonly subjectText: string;
  readonly subject: readonly NameAttribute[];
}

/** Requests of other routers at a certificate server. */
export interface ServerRequests {
  /** In the order of the print: newest first within each section. */
  readonly requests: readonly ServerRequest[];
  readonly notUnderstood: readonly string[];
}

const COMMAND = 'show crypto pki server requests';
const SECTION = /^(?<who>.+?) certificates? requests\s*:$/i;
const COLUMNS = /^ReqID\s+State\s+Fingerprint\s+SubjectName$/i;
const ROW = /^\s*(?<id>\d+)\s+(?<state>[a-z][\w-]*)\s+(?<digits>[0-9A-F]{32,64})(?:\s+(?<subject>\S.*))?$/i;
const FROM: readonly { readonly from: ServerRequest['from']; readonly pattern: RegExp }[] = [
  { from: 'subordinate-ca', pattern: /^subordinate CA$/i },
  { from: 'registration-authority', pattern: /^RA$/i },
  { from: 'router', pattern: /^router$/i },
];

/**
 * Reads `show crypto pki server <name> requests`. Throws DeviceError `output-unreadable` for a row of a section that
 * is not a whole request: one that is overlooked would be a wrong fact.
 */
export function readServerRequests(text: string): ServerRequests {
  const requests: ServerRequest[] = [];
  const notUnderstood: string[] = [];
  let from: ServerRequest['from'] | undefined;
  for (const line of outputLines(text)) {
    if (line === '' || COLUMNS.test(line) || /^-+$/.test(line)) continue;
    const who = SECTION.exec(line)?.groups?.who;
    if (who !== undefined) from = FROM.find(({ pattern }) => pattern.test(who))?.from ?? 'other';
    else if (/^Enrollment Request Database\s*:$/i.test(line)) from = undefined;
    else if (from === undefined) notUnderstood.push(line);
    else requests.push(readRow(line, from));
  }
  return { requests, notUnderstood };
}

function readRow(line: string, from: ServerRequest['from']): ServerRequest {
  const { id, state, digits, subject = '' } = ROW.exec(line)?.groups ?? {};
  const fingerprint = digits === undefined ? undefined : readFingerprint(undefined, digits);
  if (id === undefined || state === undefined || fingerprint === undefined)
    throw unreadable(COMMAND, line, 'not a request');
  return {
    from,
    id: Number(id),
    state,
    fingerprint,
    subjectText: subject,
    subject: readNameLines(subject.split(/,\s*(?=[\w.-]+\s*=)/)).attributes,
  };
}
