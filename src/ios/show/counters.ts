import { outputLines } from './output.ts';

/** What a router has counted of its PKI since it started. */
export interface PkiCounters {
  /** By the name as printed: `PKI Sessions Started`. */
  readonly counters: Readonly<Record<string, number>>;
  readonly notUnderstood: readonly string[];
}

/** Reads `show crypto pki counters`, one `name: number` a line. Never throws; the first of two equal names counts. */
export function readCounters(text: string): PkiCounters {
  const counters = new Map<string, number>();
  const notUnderstood: string[] = [];
  for (const line of outputLines(text)) {
    if (line === '') continue;
    const { name, count } = /^\s*(?<name>[A-Za-z][^:]*?)\s*:\s*(?<count>\d+)$/.exec(line)?.groups ?? {};
    if (name === undefined || counters.has(name)) notUnderstood.push(line);
    else counters.set(name, Number(count));
  }
  return { counters: Object.fromEntries(counters), notUnderstood };
}
