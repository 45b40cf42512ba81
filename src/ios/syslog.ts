import type { LogLines, LogPlace } from '../dialogue/habits.ts';

/**
 * The forms of `service timestamps log`: date with or without year, fraction and zone word, or uptime (`00:02:51`,
 * `7w0d`). A mark in front tells that the clock is not trusted.
 */
const DATE_STAMP = String.raw`[*.]?[A-Z][a-z]{2} +\d{1,2}(?: \d{4})? \d{1,2}:\d\d:\d\d(?:\.\d+)?(?: [A-Za-z][\w+-]*)?: ?`;
const UPTIME_STAMP = String.raw`(?:\d\d:\d\d:\d\d(?:\.\d+)?|\d+[ywd]\d+[wdh]): ?`;
const SEQUENCE = String.raw`(?:\d{6,}: )?`;
/** `%FACILITY-SEVERITY-MNEMONIC:`. A `%` line without the middle part is a command's result. */
const MNEMONIC = '%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+ ?:';
/** Printed without a percent sign: believed with a time stamp only, since command results look alike. */
const PLAIN = String.raw`(?:CRYPTO_PKI(?:_\w+)?|CRYPTO_CS|PKI):`;

const ANYWHERE = new RegExp(
  `${SEQUENCE}(?:${DATE_STAMP}|${UPTIME_STAMP})? ?${MNEMONIC}|${SEQUENCE}(?:${DATE_STAMP}|${UPTIME_STAMP}) ?${PLAIN}`,
);
/** At the left edge a date stamp is enough, whatever subsystem speaks. */
const AT_EDGE = new RegExp(`^${SEQUENCE}${DATE_STAMP}\\S`);
/**
 * 12.2 tells of a request by its MD5 alone, when it is made, behind whatever stands there. What `authenticate` prints of a
 * CA certificate has no blank in front, what listings print has more.
 */
const BARE_FINGERPRINT = /(?<=^|[#>]) Fingerprint: (?:[0-9A-F]{8} ?){4}\s*$/;
const SHUTDOWN = /^\*{3} --- SHUTDOWN .*---\s*$/;
/** Each with a piece of text that it always holds, which is looked for first. */
const NOISE: readonly { readonly sign: string; readonly pattern: RegExp }[] = [
  { sign: 'WARNING - ', pattern: /(?:SECURITY|INSECURE DYNAMIC) WARNING - Module: / },
  { sign: '%RSA', pattern: /^ ?%RSA key size needs to be at ?least \d+ bits/ },
  { sign: 'CRYPTO_PKI', pattern: /^CRYPTO_PKI: setting trustpoint policy / },
  // 12.2 begins an automatic enrollment behind whatever prompt stands.
  { sign: '% ', pattern: /% Time to Re-?enroll trust[_ ]?point \S+/i },
  // A rollback timer speaks up at the terminal that set it, a minute ahead and when it is over.
  {
    sign: 'ollback',
    pattern: /Rollback Confirmed Change: ?(?:Rollback will begin in|rolling to) ?:?.*/i,
  },
  { sign: 'onfigure confirm', pattern: /^Enter ["“]configure confirm["”] if you wish to keep\b/i },
];
/** Frame of the reload banner; an unfinished line may still become the banner itself. */
const BANNER_FRAME = /^\*{3}$/;

/** Which prompts the device prints, as far as it is known: they may stand glued behind a message. */
export interface GluedPrompts {
  /** Finds a prompt inside a text; undefined while the host name is not known. */
  readonly glued: Pick<RegExp, 'exec'> | undefined;
}

/**
 * Recognises what IOS prints at any moment: syslog in every time-stamp form, glued behind a prompt or in front of
 * one, with its indented continuation lines; the banner of a scheduled reload; security warnings of IOS-XE.
 */
export function iosLogLines(prompts: GluedPrompts): LogLines {
  return {
    find(line, complete) {
      return findMessage(line, prompts) ?? findNoise(line, complete, prompts);
    },
    continues(line) {
      const goesOn = /^ {16,}[^\s^]/.test(line) || /^\s*Reason ?: \S/.test(line);
      return goesOn ? endBeforePrompt(line, 0, prompts) : undefined;
    },
  };
}

function findMessage(line: string, prompts: GluedPrompts): LogPlace | undefined {
  if (SHUTDOWN.test(line)) return { start: 0, end: line.length, kind: 'syslog' };
  const match = AT_EDGE.exec(line) ?? findAnywhere(line) ?? findBareFingerprint(line);
  if (match === null) return undefined;
  const start = match.index;
  const behind = start + match[0].length;
  const next = findAnywhere(line.slice(behind));
  // Between two messages glued together a prompt may stand, glued to both.
  const end = Math.min(
    next === null ? line.length : behind + next.index,
    endBeforePrompt(line, behind, prompts),
  );
  return { start, end, kind: 'syslog' };
}

/** Most lines hold no sign of a message: a search for the whole pattern at each of their characters is spared. */
function findAnywhere(line: string): RegExpExecArray | null {
  return line.includes('%') || line.includes('PKI') || line.includes('CRYPTO') ? ANYWHERE.exec(line) : null;
}

function findBareFingerprint(line: string): RegExpExecArray | null {
  return line.includes(' Fingerprint: ') ? BARE_FINGERPRINT.exec(line) : null;
}

function endBeforePrompt(line: string, from: number, { glued }: GluedPrompts): number {
  const prompt = glued?.exec(line.slice(from));
  return prompt ? from + prompt.index : line.length;
}

function findNoise(line: string, complete: boolean, prompts: GluedPrompts): LogPlace | undefined {
  if (complete && BANNER_FRAME.test(line)) return { start: 0, end: line.length, kind: 'noise' };
  const row = NOISE.find(({ sign, pattern }) => line.includes(sign) && pattern.test(line));
  const match = row?.pattern.exec(line);
  if (!match) return undefined;
  return {
    start: match.index,
    end: endBeforePrompt(line, match.index + match[0].length, prompts),
    kind: 'noise',
  };
}

/** The CA granted the request and the router stored a certificate. Not proof: a router logged it with no certificate. */
export function isPkiGranted(message: string): boolean {
  return /%(?:PKI|CRYPTO)-\d-(?:CERTRET|CERT_INSTALL) ?:/.test(message);
}

/** The CA rejected the request. */
export function isPkiRejected(message: string): boolean {
  return /%(?:PKI|CRYPTO)-\d-CERTREJECT ?:/.test(message);
}

/** The router could not finish the enrollment. */
export function isPkiFailed(message: string): boolean {
  return /%(?:PKI|CRYPTO)-\d-(?:CERTFAIL|CERT_ENROLL_FAIL|CERTRETFAIL) ?:/.test(message);
}

/** A message to the CA did not get out, or nothing came back. */
export function isPkiUnsent(message: string): boolean {
  return /%(?:PKI|CRYPTO)-\d-SOCKETSEND ?:/.test(message);
}

/** The router announces that it will reload: nothing more should be begun. */
export function isShutdownAnnounced(message: string): boolean {
  return /--- SHUTDOWN (?:in|NOW)\b/i.test(message);
}

/** The announced reload is more than a minute away. */
export function isShutdownFar(message: string): boolean {
  const { hours, minutes } =
    /--- SHUTDOWN in (?<hours>\d+):(?<minutes>\d\d):\d\d/i.exec(message)?.groups ?? {};
  return Number(hours ?? 0) * 60 + Number(minutes ?? 0) > 1;
}

/** The announced reload was called off. */
export function isShutdownAborted(message: string): boolean {
  return /--- SHUTDOWN ABORTED\b/i.test(message);
}
