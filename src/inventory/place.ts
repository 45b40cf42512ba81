import type { LineCounter } from 'yaml';

export type Path = readonly (string | number)[];

/** A position in a text file, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface EntryOffsets {
  readonly key: number;
  readonly value: number;
}

/**
 * Remembers where every entry of a tree of plain objects and arrays was written. It hangs on the objects themselves,
 * so what an alias or a merge key brings in is found where it was really written.
 */
export class Places {
  readonly #counter: LineCounter;
  readonly #entries = new WeakMap<object, Map<string | number, EntryOffsets>>();
  #root: unknown;
  #rootOffset = 0;

  constructor(counter: LineCounter) {
    this.#counter = counter;
  }

  setRoot(root: unknown, offset: number): void {
    this.#root = root;
    this.#rootOffset = offset;
  }

  record(container: object, key: string | number, offsets: EntryOffsets): void {
    const entries = this.#entries.get(container);
    if (entries === undefined) this.#entries.set(container, new Map([[key, offsets]]));
    else entries.set(key, offsets);
  }

  offsets(container: object, key: string | number): EntryOffsets | undefined {
    return this.#entries.get(container)?.get(key);
  }

  /** Where the value at `path` begins; for a path that is not there, the key of the nearest thing around it. */
  value(path: Path): Place {
    const { found, entry } = this.#walk(path);
    return this.at(found ? entry.value : entry.key);
  }

  /** Where the key at the end of `path` begins. */
  key(path: Path): Place {
    return this.at(this.#walk(path).entry.key);
  }

  at(offset: number): Place {
    const { line, col } = this.#counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #walk(path: Path): { readonly found: boolean; readonly entry: EntryOffsets } {
    let entry: EntryOffsets = { key: this.#rootOffset, value: this.#rootOffset };
    let container = this.#root;
    for (const step of path) {
      if (typeof container !== 'object' || container === null) return { found: false, entry };
      const next = this.offsets(container, step);
      if (next === undefined) return { found: false, entry };
      entry = next;
      container = (container as Readonly<Record<string | number, unknown>>)[step];
    }
    return { found: true, entry };
  }
}

/** Finds where the entries of a tree were written. */
export type PlaceFinder = Pick<Places, 'value' | 'key'>;

/** Reads a text for its places when the first of them is asked for. */
export function placesOnDemand(read: () => Places): PlaceFinder {
  let places: Places | undefined;
  const found = (): Places => {
    places ??= read();
    return places;
  };
  return { value: (path) => found().value(path), key: (path) => found().key(path) };
}

/** `devices.br-0001.trustpoints[0]`; a step that is no plain word stands in quotes: `devices["br-[1-9]"].host`. */
export function dotted(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
