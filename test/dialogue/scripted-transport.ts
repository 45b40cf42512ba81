import type { Transport } from '../../src/dialogue/transport.ts';
import type { Step } from './script.ts';

/** How what the device sends is cut into reads: one byte each, one read a step, or by the sizes a function gives. */
export type Split = 'bytes' | 'whole' | (() => number);

/**
 * A device that follows a script. It sends its lines, cut into reads, and insists on what must be typed and when:
 * nothing may be typed while it is still speaking (blanks at the end of a question excepted), nothing but what the
 * script has, and nothing after its end. {@link finish} tells whether all went as scripted.
 */
export class ScriptedTransport implements Transport {
  /** Everything typed, as one text. */
  typed = '';
  readonly #steps: Step[];
  readonly #split: Split;
  #unsent = Buffer.alloc(0);
  /** How much of it must be heard before anything may be typed. */
  #binding = 0;
  #awaited = '';
  #problem: string | undefined;
  #onData: (bytes: Uint8Array) => void = () => undefined;
  #onClose: (reason?: Error) => void = () => undefined;
  #closed = false;
  #scheduled = false;

  constructor(steps: readonly Step[], split: Split = 'whole') {
    this.#steps = [...steps];
    this.#split = split;
    this.#schedule();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#onClose = listener;
  }

  write(bytes: string): void {
    this.typed += bytes;
    for (const character of bytes) this.#take(character);
  }

  close(): void {
    this.#end();
  }

  /** Nothing more comes from the device until something is typed. */
  get isSilent(): boolean {
    return !this.#scheduled;
  }

  /** Throws an Error that says how the session departed from the script; `rest` steps may be left over. */
  finish({ rest = 0 } = {}): void {
    if (this.#problem !== undefined) throw new Error(this.#problem);
    const left = this.#steps.filter(({ kind }) => kind === 'type');
    if (left.length > rest) throw new Error(`never typed: ${JSON.stringify(left)}`);
  }

  #take(character: string): void {
    if (this.#awaited === '' && !this.#isMyTurn(character)) return;
    if (!this.#awaited.startsWith(character)) {
      this.#fail(`typed ${JSON.stringify(character)} where ${JSON.stringify(this.#awaited)} was awaited`);
      return;
    }
    this.#awaited = this.#awaited.slice(character.length);
    if (this.#awaited === '') this.#nextStep();
  }

  /** Whether something may be typed now. What the device says at any time, and last blanks, are still sent. */
  #isMyTurn(character: string): boolean {
    const toSay = this.#unsent.subarray(0, this.#binding).toString();
    if (toSay.trim() !== '') {
      this.#fail(`typed ${JSON.stringify(character)} before the device had said ${JSON.stringify(toSay)}`);
      return false;
    }
    while (this.#steps[0]?.kind === 'hear' && isUnheeded(this.#steps[0])) this.#nextStep();
    const next = this.#steps[0];
    if (next?.kind !== 'type') {
      this.#fail(`typed ${JSON.stringify(character)}, next in the script is ${JSON.stringify(next)}`);
      return false;
    }
    this.#awaited = next.text;
    return true;
  }

  #nextStep(): void {
    const step = this.#steps.shift();
    if (step?.kind === 'hear') this.#say(step.text, isUnheeded(step));
    if (step?.kind === 'type') this.#say(step.echo, false);
    if (step?.kind === 'close') this.#end(new Error('the device broke the connection'));
    this.#schedule();
  }

  #say(text: string, unheeded: boolean): void {
    this.#unsent = Buffer.concat([this.#unsent, Buffer.from(text)]);
    if (!unheeded) this.#binding = this.#unsent.length;
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#closed) return;
    if (this.#unsent.length === 0) {
      const next = this.#steps[0];
      if (next !== undefined && next.kind !== 'type') this.#nextStep();
      return;
    }
    const size = this.#split === 'bytes' ? 1 : this.#split === 'whole' ? this.#unsent.length : this.#split();
    const read = this.#unsent.subarray(0, Math.max(1, size));
    this.#unsent = this.#unsent.subarray(read.length);
    this.#binding = Math.max(0, this.#binding - read.length);
    this.#schedule();
    this.#onData(Uint8Array.from(read));
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
    this.#end(new Error(problem));
  }

  #end(reason?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose(reason);
  }
}

function isUnheeded(step: Extract<Step, { kind: 'hear' }>): boolean {
  return step.anytime === true || step.text.trim() === '';
}
