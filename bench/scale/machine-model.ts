/** Processors, and programs that share them. */
import type { Agenda } from './agenda.ts';

/** Cores that several programs share, each of them getting the same part, and no thread more than one core. */
export class Cores {
  readonly #agenda: Agenda;
  readonly #cores: number;
  /** What each thread at work has got so far since the beginning, in milliseconds of a core. */
  #got = 0;
  #lookedAt = 0;
  #busyMs = 0;
  #version = 0;
  readonly #atWork = new Set<{ readonly until: number; readonly done: () => void }>();

  constructor(agenda: Agenda, cores: number) {
    this.#agenda = agenda;
    this.#cores = cores;
  }

  /** Milliseconds of a core that were used so far. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** One thread's work. */
  work(ms: number, done: () => void): void {
    this.#look();
    this.#atWork.add({ until: this.#got + ms, done });
    this.#wake();
  }

  #look(): void {
    const lasted = this.#agenda.now - this.#lookedAt;
    this.#lookedAt = this.#agenda.now;
    this.#got += lasted * this.#share();
    this.#busyMs += lasted * Math.min(this.#cores, this.#atWork.size);
  }

  #share(): number {
    return Math.min(1, this.#cores / Math.max(1, this.#atWork.size));
  }

  #wake(): void {
    this.#version += 1;
    const version = this.#version;
    if (this.#atWork.size === 0) return;
    const next = Math.min(...[...this.#atWork].map(({ until }) => until));
    this.#agenda.after((next - this.#got) / this.#share(), () => {
      // Somebody came meanwhile, and the end was reckoned anew.
      if (version === this.#version) this.#end(next);
    });
  }

  #end(next: number): void {
    this.#look();
    const ended = [...this.#atWork].filter(({ until }) => until <= next);
    for (const piece of ended) this.#atWork.delete(piece);
    this.#wake();
    for (const { done } of ended) done();
  }
}

/** A program that works off what comes in its order, so many pieces at once: 1 for a loop of events. */
export class Program {
  readonly #cores: Cores;
  readonly #threads: number;
  readonly #waiting: { readonly ms: number; readonly done: () => void }[] = [];
  #first = 0;
  #atWork = 0;
  #cpuMs = 0;

  constructor(cores: Cores, threads: number) {
    this.#cores = cores;
    this.#threads = threads;
  }

  /** CPU it was given to do. */
  get cpuMs(): number {
    return this.#cpuMs;
  }

  work(ms: number, done: () => void): void {
    this.#cpuMs += ms;
    this.#waiting.push({ ms, done });
    this.#next();
  }

  #next(): void {
    if (this.#atWork >= this.#threads) return;
    const piece = this.#waiting[this.#first];
    if (piece === undefined) {
      this.#waiting.length = 0;
      this.#first = 0;
      return;
    }
    this.#first += 1;
    this.#atWork += 1;
    this.#cores.work(piece.ms, () => {
      this.#atWork -= 1;
      this.#next();
      piece.done();
    });
  }
}

/** So many may have one at a time; the others wait in their order. */
export class Room {
  readonly #agenda: Agenda;
  readonly #waiting: (() => void)[] = [];
  readonly #room: number;
  #taken = 0;
  #lookedAt = 0;
  #takenMs = 0;

  constructor(agenda: Agenda, room: number) {
    this.#agenda = agenda;
    this.#room = room;
  }

  /** Over all who had one. */
  get takenMs(): number {
    return this.#takenMs;
  }

  take(then: () => void): void {
    if (this.#taken >= this.#room) {
      this.#waiting.push(then);
      return;
    }
    this.#count(1);
    then();
  }

  give(): void {
    this.#count(-1);
    const next = this.#waiting.shift();
    if (next !== undefined) this.take(next);
  }

  #count(change: number): void {
    this.#takenMs += this.#taken * (this.#agenda.now - this.#lookedAt);
    this.#lookedAt = this.#agenda.now;
    this.#taken += change;
  }
}
