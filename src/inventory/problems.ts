import type { InputProblem } from '../domain/errors.ts';
import { dotted, type Path, type Place, type PlaceFinder } from './place.ts';

/** Gathers what is wrong with one file. The same sentence about the same place is kept once. */
class Problems {
  readonly #file: string;
  readonly #found = new Map<string, InputProblem>();

  constructor(file: string) {
    this.#file = file;
  }

  /** `text` is a sentence, with a hint behind a line end when there is one (see {@link withHint}). */
  add(text: string, place?: Place, path?: Path): void {
    const [message = '', hint] = text.split('\n', 2);
    const identity = `${place?.line}:${place?.column}:${message}`;
    if (this.#found.has(identity)) return;
    this.#found.set(identity, {
      file: this.#file,
      ...place,
      ...(path === undefined || path.length === 0 ? {} : { key: dotted(path) }),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** In the order in which they stand in the file. */
  list(): readonly InputProblem[] {
    return [...this.#found.values()].toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
  }
}

/** Reports about paths of one tree. */
export class TreeProblems extends Problems {
  readonly #places: PlaceFinder;

  constructor(file: string, places: PlaceFinder) {
    super(file);
    this.#places = places;
  }

  /** About the value at `path`, or, when nothing is there, about what surrounds it. */
  atValue(path: Path, text: string): void {
    this.add(text, this.#places.value(path), path);
  }

  /** About the key itself. */
  atKey(path: Path, text: string): void {
    this.add(text, this.#places.key(path), path);
  }
}

/** Schema checks can hand on one string only: the hint follows the sentence behind a line end. */
export function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

/** `br-1, br-2, br-3 and 9997 more`. */
export function someOf(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
