/** A piece of text, from `start` up to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Needle {
  readonly text: string;
  /** Whether a line break may stand inside: a terminal breaks long lines anywhere. */
  readonly wraps: boolean;
}

/** Characters that make a key; a needle is at least this long. */
export const KEY_LENGTH = 4;
const WRAPS_FROM = 8;
const BEGINNINGS = 8192;

/**
 * Finds any of many thousand strings in a text in one pass, also where line breaks were put into them.
 * Adding one is cheap, so one-time passwords may come by the thousand while texts are read.
 * Needles are filed under a number made of their first four characters; a table of their first two tells at most places that
 * none begins there.
 */
export class NeedleIndex {
  readonly #byKey = new Map<number, Needle[]>();
  readonly #shortPrefixes = new Set<string>();
  readonly #beginnings = new Uint8Array(BEGINNINGS);
  #longest = 0;

  /** `text` must be at least KEY_LENGTH characters long without its line breaks. */
  add(text: string): void {
    const flat = text.replace(/[\r\n]/g, '');
    const key = keyAt(flat, 0);
    const bucket = this.#byKey.get(key) ?? [];
    if (bucket.some((needle) => needle.text === flat)) return;
    bucket.push({ text: flat, wraps: flat.length >= WRAPS_FROM || flat !== text });
    this.#byKey.set(key, bucket);
    this.#beginnings[beginningAt(flat, 0)] = 1;
    for (let length = 1; length < KEY_LENGTH; length += 1) this.#shortPrefixes.add(flat.slice(0, length));
    this.#longest = Math.max(this.#longest, flat.length);
  }

  /** Every place where a needle stands, in order, overlapping ones joined. */
  find(text: string): Range[] {
    if (this.#byKey.size === 0) return [];
    const flat = flatten(text);
    const ranges: { start: number; end: number }[] = [];
    for (let at = 0; at + KEY_LENGTH <= flat.text.length; at += 1) {
      if (this.#beginnings[beginningAt(flat.text, at)] === 0) continue;
      const bucket = this.#byKey.get(keyAt(flat.text, at));
      if (bucket === undefined) continue;
      for (const needle of bucket) {
        if (!flat.text.startsWith(needle.text, at)) continue;
        const start = flat.place(at);
        const end = flat.place(at + needle.text.length - 1) + 1;
        if (!needle.wraps && end - start !== needle.text.length) continue;
        const last = ranges.at(-1);
        if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
        else ranges.push({ start, end });
      }
    }
    return ranges;
  }

  /** Where the longest tail begins that more text could turn into a needle; the text's length when there is none. */
  openTail(text: string): number {
    const flat = flatten(text);
    const from = Math.max(0, flat.text.length - this.#longest + 1);
    for (let at = from; at < flat.text.length; at += 1) {
      const isNone = at + 1 < flat.text.length && this.#beginnings[beginningAt(flat.text, at)] === 0;
      if (!isNone && this.#isPrefix(flat.text.slice(at))) return flat.place(at);
    }
    return text.length;
  }

  #isPrefix(tail: string): boolean {
    if (tail.length < KEY_LENGTH) return this.#shortPrefixes.has(tail);
    const bucket = this.#byKey.get(keyAt(tail, 0));
    return bucket?.some(({ text }) => text.length > tail.length && text.startsWith(tail)) ?? false;
  }
}

/** Of two characters, one of so many numbers. */
function beginningAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 6) ^ text.charCodeAt(at + 1)) & (BEGINNINGS - 1);
}

function keyAt(text: string, at: number): number {
  let key = 0;
  for (let i = at; i < at + KEY_LENGTH; i += 1) key = (Math.imul(key, 31) + text.charCodeAt(i)) | 0;
  return key;
}

/** The text without line breaks, and where each of its characters stood. */
function flatten(text: string): { readonly text: string; place(at: number): number } {
  const lines = text.split(/[\r\n]/);
  const place = (at: number): number => {
    let left = at;
    let start = 0;
    for (const { length } of lines) {
      if (left < length) return start + left;
      left -= length;
      start += length + 1;
    }
    return text.length;
  };
  return { text: lines.join(''), place };
}
