import { onSecretKnown } from '../domain/secret.ts';
import { KEY_LENGTH, NeedleIndex, type Range } from './needle-index.ts';
import { spellings } from './spellings.ts';

export const REDACTED = '[redacted]';

/** Held text grows no further than this, whatever arrives. */
const MOST_HELD = 65_536;

/** Redaction over text that arrives in pieces. */
export interface RedactionStream {
  /** What of the text so far can be shown; a tail that may become a secret is held back. */
  write(text: string): string;
  /** The rest, when nothing more will come. */
  flush(): string;
}

/**
 * Replaces every secret this process knows, in its usual encodings, by `[redacted]`. It learns of secrets by itself,
 * the moment they are opened. A secret of one to three characters would hide half of any text: it is
 * replaced only where it stands as a word of its own, and only as it is.
 */
export class Redactor {
  readonly #needles = new NeedleIndex();
  readonly #words = new Set<string>();
  readonly #unsubscribe: () => void;

  constructor() {
    this.#unsubscribe = onSecretKnown((value) => this.#learn(value));
  }

  redact(text: string): string {
    return replace(text, this.#ranges(text, ''));
  }

  stream(): RedactionStream {
    let held = '';
    let before = '';
    const emit = (end: number, found: readonly Range[]): string => {
      const ranges = found.filter((range) => range.start < end);
      const text = replace(held.slice(0, end), ranges);
      before = held.charAt(end - 1) || before;
      held = held.slice(end);
      return text;
    };
    return {
      write: (text) => {
        held += text;
        const ranges = this.#ranges(held, before);
        return emit(this.#safeEnd(held, before, ranges), ranges);
      },
      flush: () => emit(held.length, this.#ranges(held, before)),
    };
  }

  /** Ends the subscription to new secrets. */
  close(): void {
    this.#unsubscribe();
  }

  #learn(value: string): void {
    for (const text of spellings(value)) {
      const flat = text.replace(/[\r\n]/g, '');
      if (flat.length >= KEY_LENGTH) this.#needles.add(text);
      else if (flat !== '') this.#words.add(flat);
    }
  }

  #ranges(text: string, before: string): Range[] {
    const ranges = this.#needles.find(text);
    if (this.#words.size === 0) return ranges;
    return join([...ranges, ...findWords(text, before, this.#words)]);
  }

  #safeEnd(text: string, before: string, ranges: readonly Range[]): number {
    let end = this.#needles.openTail(text);
    end = Math.min(end, openWord(text, before, this.#words));
    const cut = ranges.find((range) => range.start < end && end < range.end);
    return cut === undefined || end - cut.start > MOST_HELD ? end : cut.start;
  }
}

let shared: Redactor | undefined;

/** The redactor of this process: secrets are known process-wide, so their index need exist only once. */
export function sharedRedactor(): Redactor {
  shared ??= new Redactor();
  return shared;
}

function findWords(text: string, before: string, words: ReadonlySet<string>): Range[] {
  const found: Range[] = [];
  for (const word of words) {
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
      const end = start + word.length;
      const previous = start === 0 ? before : text.charAt(start - 1);
      if (!isWord(previous) && !isWord(text.charAt(end))) found.push({ start, end });
    }
  }
  return found;
}

/** Where a tail begins that is such a word, or may become one, as far as can be told without what follows. */
function openWord(text: string, before: string, words: ReadonlySet<string>): number {
  for (let start = Math.max(0, text.length - KEY_LENGTH + 1); start < text.length; start += 1) {
    const previous = start === 0 ? before : text.charAt(start - 1);
    const tail = text.slice(start);
    if (!isWord(previous) && [...words].some((word) => word.startsWith(tail))) return start;
  }
  return text.length;
}

function isWord(character: string): boolean {
  return /[A-Za-z0-9]/.test(character);
}

function join(ranges: readonly Range[]): Range[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

function replace(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  let out = '';
  let from = 0;
  for (const { start, end } of ranges) {
    out += text.slice(from, start) + REDACTED;
    from = end;
  }
  return out + text.slice(from);
}
