/** What is to happen, in the order of its times; of two at one time what was noted first. Times are in milliseconds. */
export class Agenda {
  #now = 0;
  #count = 0;
  /** A binary heap. */
  readonly #entries: Entry[] = [];

  get now(): number {
    return this.#now;
  }

  /** Something that lies in the past happens now. */
  after(ms: number, act: () => void): void {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#count, act };
    this.#count += 1;
    this.#entries.push(entry);
    this.#rise(this.#entries.length - 1);
  }

  /** Until nothing is left to happen. */
  run(): void {
    for (let next = this.#shift(); next !== undefined; next = this.#shift()) {
      this.#now = next.at;
      next.act();
    }
  }

  #shift(): Entry | undefined {
    const [first] = this.#entries;
    const last = this.#entries.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#entries[0] = last;
    this.#sink();
    return first;
  }

  #rise(index: number): void {
    const entry = this.#entries[index];
    let at = index;
    while (entry !== undefined && at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#entries[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      this.#entries[at] = parent;
      this.#entries[above] = entry;
      at = above;
    }
  }

  #sink(): void {
    const [entry] = this.#entries;
    let at = 0;
    while (entry !== undefined) {
      const [left, right] = [this.#entries[2 * at + 1], this.#entries[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(entry, child)) break;
      this.#entries[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
      this.#entries[at] = entry;
    }
  }
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
