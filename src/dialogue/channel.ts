import { DeviceError, type ErrorCode } from '../domain/errors.ts';
import { CleanText, type HeardNow, type LogExtent, type LogListener } from './clean-text.ts';
import type { Habits } from './habits.ts';
import { Keyboard } from './keyboard.ts';
import { matchAtEnd, type Narrowed } from './match-at-end.ts';
import { Screen } from './screen.ts';
import { Transcript } from './transcript.ts';
import type { Transport } from './transport.ts';
import { TypeAhead } from './type-ahead.ts';
import { holdsSecret, type TypedLine, typedText } from './typed-line.ts';
import { Vigil, type WatchOptions } from './vigil.ts';

export interface ChannelOptions {
  readonly habits: Habits;
  /** Where the session is written down; kept in memory only unless given. */
  readonly transcript?: Transcript;
}

export interface WaitOptions extends WatchOptions {
  /** Silence after which a match counts, in milliseconds; at once unless given. */
  readonly quietMs?: number;
}

/** What `waitFor` found at the end of what was heard. */
export interface Sighting extends HeardNow {
  /** Which of the patterns. */
  readonly index: number;
  readonly match: RegExpExecArray;
}

/** What a watcher sees: a value that counts at once, or when nothing else is heard for a while. */
export interface Seen<T> {
  readonly value: T;
  readonly afterQuietMs?: number;
}

/** CR, LF and Ctrl-Z: what a line editor takes for the end of the line. */
const LINE_ENDS = ['\r', '\n', '\x1a'];

/** To whoever waits: the connection ended. */
const LOST = 'lost';

/** One reply is never longer; a device that prints without end must not fill our memory. */
const LONGEST_REPLY = 8 * 1024 * 1024;

/**
 * A conversation with one device over a transport: clean text in, lines out. Log lines go to listeners, pagers are
 * answered, our own echo is taken out, everything is written to the transcript.
 */
export class Channel {
  readonly transcript: Transcript;
  readonly #transport: TypeAhead;
  readonly #keyboard: Keyboard;
  readonly #clean: CleanText;
  readonly #logListeners = { begun: new Set<LogListener>(), whole: new Set<LogListener>() };
  #habits: Habits;
  readonly #screen = new Screen();
  #vigil: Vigil | undefined;
  #logTimer: NodeJS.Timeout | undefined;
  #pagerAnswered = false;
  /** Commands since the first that came without an echo; undefined once one came. */
  #unechoed: number | undefined = 0;
  /** How the connection ended, once it has. */
  #ended: { readonly reason: Error | undefined } | undefined;
  #lost: DeviceError | undefined;

  constructor(transport: Transport, { habits, transcript = new Transcript() }: ChannelOptions) {
    this.transcript = transcript;
    this.#transport = new TypeAhead(transport, {
      isPrompt: (line) => matchAtEnd(this.#habits.prompt, line) !== undefined,
      holdsPrompt: (line) => (this.#habits.gluedPrompt?.exec(line) ?? null) !== null,
      pagerKey: (line) => {
        const { pager } = this.#habits;
        return pager !== undefined && matchAtEnd(pager.prompt, line) !== undefined ? pager.answer : undefined;
      },
    });
    this.#habits = habits;
    breakLines(this.#screen, habits);
    this.#keyboard = new Keyboard(this.#transport, transcript);
    this.#clean = new CleanText(habits, (message, extent) => {
      for (const listener of this.#logListeners[extent]) listener(message);
    });
    this.#transport.onData((bytes) => this.#hear(bytes));
    this.#transport.onClose((reason) => this.#close(reason));
  }

  get habits(): Habits {
    return this.#habits;
  }

  /** Once more is known of the device, such as its name in the prompt. Nothing that was heard is read anew. */
  set habits(habits: Habits) {
    breakLines(this.#screen, habits);
    this.#habits = habits;
    this.#clean.habits = habits;
  }

  /** The questions of the dialogue that runs now; none when none runs. */
  set expected(questions: readonly RegExp[]) {
    this.#clean.expected = questions;
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Calls `listener` with each log message taken out of the stream; returns what ends that. */
  onSyslog(listener: LogListener, extent: LogExtent = 'whole'): () => void {
    this.#logListeners[extent].add(listener);
    return () => this.#logListeners[extent].delete(listener);
  }

  /** A device that has never printed back what was typed: from the second command on that is its way. */
  get isEcholess(): boolean {
    return (this.#unechoed ?? 0) >= 2;
  }

  /** To be told after each command whether its echo was heard. */
  noteEcho(echoed: boolean): void {
    if (this.#unechoed === undefined) return;
    this.#unechoed = echoed ? undefined : this.#unechoed + 1;
    if (!echoed) this.#transport.loseTrack();
  }

  /** What was heard since something was last typed. */
  heard(): HeardNow {
    return this.#clean.now();
  }

  /** Types a command line; characters that a line editor takes as keys are made literal. */
  send(line: TypedLine): void {
    this.#type(() => this.#keyboard.line(line, this.#habits.literal));
  }

  /**
   * Command lines that will be typed next, in this order, if nothing goes wrong: they may reach the device before the
   * replies to those before them were read. Only lines that ask nothing, and do no harm behind one that was refused. Of
   * no effect on a device that has echoed nothing.
   */
  foresee(lines: readonly TypedLine[]): void {
    const secret = lines.findIndex(holdsSecret);
    const plain = secret < 0 ? lines : lines.slice(0, secret);
    if ((this.#unechoed ?? 0) === 0) this.#transport.plan(plain.map(typedText));
  }

  /** Replies to lines on their way are not to be trusted: they will be thrown away before anything else is typed. */
  loseTrack(): void {
    this.#transport.loseTrack();
  }

  /** Sends what is foreseen now, behind the line whose reply is still awaited. */
  hurry(): void {
    this.#transport.hurry();
  }

  /** What was read is no reply of anything: a log line fell into lines typed ahead. What is typed next begins anew. */
  get hasLostTrack(): boolean {
    return this.#transport.hasLostTrack;
  }

  /** Lines the device has been sent that nobody has read the reply to, as they may be shown. */
  get unread(): readonly string[] {
    return this.#transport.unread.map((text) => this.transcript.redact(text));
  }

  /** Types an answer to a question, exactly as it is. */
  answer(answer: TypedLine): void {
    this.#type(() => this.#keyboard.line(answer));
  }

  /** Presses keys as they are, without a line end: Ctrl-C is `\x03`. */
  press(keys: string): void {
    this.#type(() => this.#keyboard.keys(keys));
  }

  /**
   * Waits until the last line heard ends in one of the patterns. Throws DeviceError `timeout`, `connection-lost`,
   * `interrupted` or `output-unreadable` (a reply without end), with the last lines heard in its detail.
   */
  waitFor(patterns: readonly (RegExp | Narrowed)[], options: WaitOptions): Promise<Sighting> {
    const { quietMs = 0 } = options;
    return this.watch((heard) => {
      for (const [index, pattern] of patterns.entries()) {
        const match = matchAtEnd(pattern, heard.tail);
        if (match !== undefined) return { value: { ...heard, index, match }, afterQuietMs: quietMs };
      }
      return undefined;
    }, options);
  }

  /** Waits until `look` sees something; it is asked again at each piece of news. Throws as `waitFor` does. */
  async watch<T>(look: (heard: HeardNow) => Seen<T> | undefined, options: WatchOptions): Promise<T> {
    if (this.#vigil !== undefined) throw new Error('somebody else is waiting for this channel');
    const seen: T[] = [];
    const vigil = new Vigil(options, () => {
      if (this.#clean.size > LONGEST_REPLY)
        throw this.#failure('output-unreadable', 'the reply does not end');
      const found = look(this.heard());
      seen.splice(0, 1, ...(found === undefined ? [] : [found.value]));
      return found === undefined ? undefined : (found.afterQuietMs ?? 0);
    });
    this.#vigil = vigil;
    try {
      if (!this.isOpen) vigil.fail(LOST);
      await vigil.kept;
      return seen[0] as T;
    } catch (thrown) {
      throw this.#explained(thrown, options);
    } finally {
      this.#vigil = undefined;
      this.#clean.flushLog();
    }
  }

  /** Does `work` while the device may talk on. Rejects as soon as the connection breaks or the signal fires. */
  async during<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#vigil !== undefined) throw new Error('somebody else is waiting for this channel');
    const vigil = new Vigil(signal === undefined ? {} : { signal }, () => undefined);
    this.#vigil = vigil;
    try {
      if (!this.isOpen) vigil.fail(LOST);
      return await Promise.race([work, vigil.kept.then(() => work)]);
    } catch (thrown) {
      throw this.#explained(thrown, {});
    } finally {
      // Whoever lost the race may still fail; nobody waits for it any more.
      work.catch(() => undefined);
      vigil.end();
      this.#vigil = undefined;
    }
  }

  /** Waits until the device has ended the connection, and for no longer than that, in milliseconds. */
  async untilClosed(timeoutMs: number): Promise<void> {
    if (!this.isOpen) return;
    this.#vigil = new Vigil({ timeoutMs, overallMs: timeoutMs }, () => undefined);
    await this.#vigil.kept.catch(() => undefined);
    this.#vigil = undefined;
  }

  /**
   * Leaves whatever question is open, by the habits' recipe. True when a prompt was reached. Keys that end a line
   * answer a question with its default: they are pressed only when the device has gone to an empty new line.
   */
  async interrupt(): Promise<boolean> {
    for (const { keys, waitMs } of this.#habits.leave) {
      const { text, tail } = this.heard();
      if (LINE_ENDS.some((key) => keys.includes(key)) && (text.trim() === '' || tail.trim() !== '')) continue;
      try {
        this.press(keys);
        await this.waitFor([this.#habits.prompt], { timeoutMs: waitMs, overallMs: waitMs });
        return true;
      } catch (thrown) {
        if (!this.isOpen || !(thrown instanceof DeviceError)) return false;
      }
    }
    return false;
  }

  /** Ends the connection. Whoever waits hears `connection-lost`. */
  close(): void {
    this.#transport.close();
    this.#close();
  }

  #type(stroke: () => string): void {
    if (!this.isOpen) throw this.#loss();
    this.#keyboard.show(this.#screen.partial);
    this.#clean.mark(stroke());
    this.#pagerAnswered = false;
  }

  #hear(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    const before = this.#clean.changes;
    for (const line of this.#screen.feed(bytes)) {
      this.#keyboard.heardLine(line);
      this.#clean.addLine(line);
      // What stands below a line is another page's end.
      this.#pagerAnswered = false;
    }
    this.#clean.setPartial(this.#screen.partial);
    this.#turnPage();
    this.#expectLogEnd();
    this.#vigil?.news(this.#clean.changes !== before);
  }

  #turnPage(): void {
    const { pager } = this.#habits;
    if (pager === undefined) return;
    const isPager = matchAtEnd(pager.prompt, this.#screen.partial) !== undefined;
    if (isPager && !this.#pagerAnswered) this.#transport.write(pager.answer);
    this.#pagerAnswered = isPager;
  }

  #expectLogEnd(): void {
    if (!this.#clean.hasOpenLog) return;
    clearTimeout(this.#logTimer);
    this.#logTimer = setTimeout(() => this.#clean.flushLog(), this.#habits.quietMs ?? 250);
    this.#logTimer.unref();
  }

  #close(reason?: Error): void {
    if (!this.isOpen) return;
    clearTimeout(this.#logTimer);
    this.#clean.flushLog();
    this.#keyboard.show(this.#screen.partial);
    this.#ended = { reason };
    this.#vigil?.fail(LOST);
  }

  /** Made for those who ask: most connections end when nobody does. */
  #loss(): DeviceError {
    const reason = this.#ended?.reason;
    const isTold = reason instanceof DeviceError && reason.detail !== '';
    this.#lost ??= isTold
      ? reason
      : this.#failure(
          reason instanceof DeviceError ? reason.code : 'connection-lost',
          reason?.message ?? 'the connection was closed',
          reason,
        );
    return this.#lost;
  }

  #explained(thrown: unknown, { timeoutMs = 0 }: Partial<WatchOptions>): unknown {
    if (thrown === LOST) return this.#loss();
    if (thrown === 'silence' || thrown === 'overall') {
      const line = this.transcript.redact(this.heard().tail.trim());
      const last = line === '' ? '' : `; the last line is “${line.slice(-120)}”`;
      const long = thrown === 'silence' ? `nothing new for ${timeoutMs / 1000} s` : 'no end in sight';
      return this.#failure('timeout', `${long}${last}`);
    }
    return thrown === 'interrupted' ? this.#failure('interrupted', 'interrupted while waiting') : thrown;
  }

  #failure(code: ErrorCode, message: string, cause?: Error): DeviceError {
    this.#keyboard.show(this.#screen.partial);
    return new DeviceError(code, this.transcript.redact(message), {
      detail: this.transcript.lastLines(),
      ...(cause === undefined ? {} : { cause }),
      ...(cause instanceof DeviceError ? { hint: cause.hint } : {}),
    });
  }
}

function breakLines(screen: Screen, { width, logWidth = 0, logLines, neverBroken }: Habits): void {
  if (width !== undefined) screen.breakAt(width, (line) => neverBroken?.test(line) !== true);
  else screen.breakAt(logWidth, (line) => logLines?.find(line, true) !== undefined);
}
