import { InputError } from '../domain/errors.ts';

/** One line of a saved session, as `Transcript` writes it. */
export interface TranscriptEntry {
  /** In the file, from 1. */
  readonly line: number;
  /** UTC: `09:30:01.204`. */
  readonly time: string;
  readonly kind: 'heard' | 'typed' | 'decided';
  readonly text: string;
}

/** A saved session. What the header does not say is absent. */
export interface SavedTranscript {
  readonly version?: string;
  readonly device?: string;
  readonly host?: string;
  readonly startedAt?: Date;
  readonly entries: readonly TranscriptEntry[];
}

const KINDS = { '<': 'heard', '>': 'typed', '*': 'decided' } as const;
const ENTRY = /^(?<time>\d\d:\d\d:\d\d\.\d{3}) (?<mark>[<>*])(?: (?<text>.*))?$/;
const HEADERS = {
  version: /^# trustfleet (?<value>\S+)$/,
  device: /^# device: (?<value>.+?)(?: \([^()]*\))?$/,
  host: /^# device: .+ \((?<value>[^()]*)\)$/,
  startedAt: /^# started: (?<value>\S+)$/,
} as const;

/**
 * Reads a transcript that `Transcript` wrote. Comments and empty lines may stand anywhere, so a person may annotate
 * it. Throws InputError with every line (up to ten) that is none of a transcript; `file` names it there.
 */
export function readTranscript(text: string, file: string): SavedTranscript {
  const entries: TranscriptEntry[] = [];
  const strange: number[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const { time = '', mark = '', text: said = '' } = ENTRY.exec(line)?.groups ?? {};
    if (mark in KINDS) {
      entries.push({ line: index + 1, time, kind: KINDS[mark as keyof typeof KINDS], text: said });
    } else if (line.trim() !== '' && !line.startsWith('#')) strange.push(index + 1);
  }
  if (strange.length > 0 || entries.length === 0) throw noTranscript(file, strange);
  return { ...header(lines), entries };
}

function noTranscript(file: string, strange: readonly number[]): InputError {
  const hint = 'expected the file that a run wrote into <state>/transcripts';
  if (strange.length === 0) return new InputError([{ file, message: 'holds no line of a transcript', hint }]);
  return new InputError(
    strange.slice(0, 10).map((line) => ({ file, line, message: 'is no line of a transcript', hint })),
  );
}

function header(lines: readonly string[]): Omit<SavedTranscript, 'entries'> {
  const read = (pattern: RegExp): string | undefined =>
    lines.map((line) => pattern.exec(line)?.groups?.value).find((value) => value !== undefined);
  const [version, device, host] = [HEADERS.version, HEADERS.device, HEADERS.host].map(read);
  const startedAt = new Date(read(HEADERS.startedAt) ?? Number.NaN);
  return {
    ...(version === undefined ? {} : { version }),
    ...(device === undefined ? {} : { device }),
    ...(host === undefined ? {} : { host }),
    ...(Number.isNaN(startedAt.getTime()) ? {} : { startedAt }),
  };
}
