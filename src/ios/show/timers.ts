import { outputLines, unreadable } from './output.ts';

/** What a timer is for. */
export type TimerKind =
  /** A request is pending: the router will ask the CA again. */
  | 'poll'
  /** Automatic renewal is set and running. */
  | 'renew'
  /** The CA's next certificate will be fetched. */
  | 'shadow'
  | 'connect-retry'
  | 'session-cleanup'
  | 'expiry-alert'
  | 'crl'
  | 'trustpool'
  | 'server'
  | 'other';

/** One timer of a router's PKI. */
export interface PkiTimer {
  readonly kind: TimerKind;
  /** `PKI Timers` or whatever heading it stands below; empty in old releases. */
  readonly group: string;
  /** As printed: `RENEW branch`, `CRL EXPIRE cn=root`. */
  readonly what: string;
  /** The trustpoint, certificate server or CRL issuer it is about. */
  readonly subject?: string;
  /** From now, in milliseconds. */
  readonly remainingMs: number;
  /** The instant, where the release prints it (`detail`). */
  readonly at?: Date;
}

/** What a router's PKI will do by itself, and when. */
export interface PkiTimers {
  readonly timers: readonly PkiTimer[];
  readonly notUnderstood: readonly string[];
}

const COMMAND = 'show crypto pki timers';
const GROUP = /^\s*(?<group>[A-Z][\w ]*\bTimers)\s*:?$/i;
const ROW =
  /^\s*\|\s*(?:(?<days>\d+)d\s*)?(?:(?:(?<hours>\d+):)?(?<minutes>\d+):)?(?<seconds>\d+(?:\.\d+)?)(?:\s+\((?<at>[^()]*)\))?(?:\s+(?<what>\S.*))?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

const KINDS: readonly { readonly kind: TimerKind; readonly pattern: RegExp }[] = [
  { kind: 'poll', pattern: /^POLL (?<subject>\S+)$/ },
  { kind: 'renew', pattern: /^RENEW (?<subject>\S+)$/ },
  { kind: 'shadow', pattern: /^SHADOW (?<subject>\S+)$/ },
  { kind: 'connect-retry', pattern: /^CONNECT RETRY(?: (?<subject>\S+))?$/ },
  { kind: 'session-cleanup', pattern: /^SESSION CLEANUP$/ },
  { kind: 'expiry-alert', pattern: /^(?:ID|CA|CS|RA)\((?<subject>[^()]+)\)$/ },
  { kind: 'server', pattern: /^CS (?:CRL UPDATE|SHADOW CERT GENERATION|CERT EXPIRE)$/ },
  { kind: 'server', pattern: /^ER EXPIRE (?<subject>\S+)$/ },
  { kind: 'crl', pattern: /^CRL auto-download retry timer$/i },
  { kind: 'crl', pattern: /^CRL (?:(?:EXPIRE|UPDATE) )?\*?(?<subject>\S.*)$/ },
  { kind: 'trustpool', pattern: /^TRUSTPOOL$/ },
];

/**
 * Reads `show crypto pki timers [detail]` (`show crypto ca timers` before 12.3(7)T). A row without a name says only
 * when the first of its group is due, and is left out. No output is no timer. Throws DeviceError `output-unreadable`
 * for a row whose time cannot be read: a missing timer would be a wrong fact.
 */
export function readTimers(text: string): PkiTimers {
  const timers: PkiTimer[] = [];
  const notUnderstood: string[] = [];
  let group = '';
  for (const line of outputLines(text)) {
    if (line === '') continue;
    const opened = GROUP.exec(line)?.groups?.group;
    if (opened !== undefined) group = opened;
    else if (!line.trimStart().startsWith('|')) notUnderstood.push(line);
    else timers.push(...readRow(line, group));
  }
  return { timers, notUnderstood };
}

function readRow(line: string, group: string): PkiTimer[] {
  const groups = ROW.exec(line)?.groups;
  if (groups === undefined) throw unreadable(COMMAND, line, 'a timer without a readable time');
  const { days = '0', hours = '0', minutes = '0', seconds = '0', at, what } = groups;
  const instant = at === undefined ? undefined : instantOf(at.trim(), line);
  if (what === undefined) return [];
  const fullMinutes = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  return [
    {
      ...kindOf(what),
      group,
      what,
      remainingMs: Math.round((fullMinutes * 60 + Number(seconds)) * 1000),
      ...(instant === undefined ? {} : { at: instant }),
    },
  ];
}

function instantOf(text: string, line: string): Date {
  const instant = new Date(INSTANT.test(text) ? text : Number.NaN);
  if (Number.isNaN(instant.getTime())) throw unreadable(COMMAND, line, 'not an instant');
  return instant;
}

function kindOf(what: string): Pick<PkiTimer, 'kind' | 'subject'> {
  for (const { kind, pattern } of KINDS) {
    const match = pattern.exec(what);
    const subject = match?.groups?.subject;
    if (match !== null) return { kind, ...(subject === undefined ? {} : { subject }) };
  }
  return { kind: 'other' };
}
