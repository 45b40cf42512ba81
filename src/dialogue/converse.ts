import { DeviceError, toDeviceError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import type { Channel, Seen } from './channel.ts';
import type { HeardNow } from './clean-text.ts';
import type { Answer, Conversation, Dialogue, Exchange, Heard, Reaction } from './exchange.ts';
import { matchAtEnd } from './match-at-end.ts';
import { typedText } from './typed-line.ts';

export interface ConverseOptions {
  readonly signal?: AbortSignal;
  /** Bound on each wait for the device, in milliseconds; ten times the dialogue's longest silence unless given. */
  readonly overallMs?: number;
}

/** What stands at the end of what was heard. */
type Standing =
  | {
      readonly kind: 'asked';
      readonly exchange: Exchange;
      readonly match: RegExpExecArray;
      readonly heard: HeardNow;
    }
  | { readonly kind: 'ended'; readonly match: RegExpExecArray; readonly heard: HeardNow }
  | { readonly kind: 'unknown'; readonly question: string };

const QUIET_MS = 250;
const REPRINT_MS = 3_000;
/** A question that spans lines is looked for in this much text. */
const LONGEST_QUESTION = 2_000;
/** Between two lines of a text that is pasted, once the device has echoed the first: old ones lose what comes faster. */
const PACE_MS = 20;
/** How long the echo of a pasted line is waited for: a device may print none. */
const ECHO_MS = 2_000;
/** How long a device may take to leave a dialogue after an answer that ends it. */
const LEAVE_MS = 10_000;

/**
 * Holds one conversation: types the opening, answers the questions that come, in whatever order, until the
 * closing prompt stands on the last line. A question that no exchange knows, or that is asked once too often, is not
 * answered: the dialogue is left and DeviceError `unexpected-question` thrown. Throws DeviceError `timeout`,
 * `connection-lost`, `interrupted`, the error of an `abort` reaction, or what `react` threw. Whatever is thrown, the
 * dialogue has been left, or the connection closed because it could not be.
 */
export async function converse(
  channel: Channel,
  dialogue: Dialogue,
  options: ConverseOptions = {},
): Promise<Conversation> {
  if (options.signal?.aborted === true) throw new DeviceError('interrupted', `${dialogue.name}: not begun`);
  const syslog: string[] = [];
  const stopListening = channel.onSyslog((message) => syslog.push(message));
  channel.expected = dialogue.exchanges.map(({ prompt }) => prompt);
  try {
    const talk = new Talk(channel, dialogue, options);
    channel.send(dialogue.opening);
    const { text, prompt } = await talk.toItsEnd();
    return { text, prompt, asked: talk.asked, syslog };
  } finally {
    channel.expected = [];
    stopListening();
  }
}

class Talk {
  readonly asked: string[] = [];
  readonly #channel: Channel;
  readonly #dialogue: Dialogue;
  readonly #options: ConverseOptions;
  readonly #times = new Map<Exchange, number>();
  /** A prompt was reached by an answer: there is nothing to leave. */
  #left = false;
  /** Clean text up to the last answer. */
  #before = '';
  #answered: Exchange | undefined;
  /** The last answer, where it may be shown. */
  #typed = '';

  constructor(channel: Channel, dialogue: Dialogue, options: ConverseOptions) {
    this.#channel = channel;
    this.#dialogue = dialogue;
    this.#options = options;
  }

  async toItsEnd(): Promise<{ readonly text: string; readonly prompt: string }> {
    try {
      for (;;) {
        const standing = await this.#next();
        if (standing.kind === 'ended') return this.#conclude(standing.heard, standing.match);
        if (standing.kind === 'unknown') throw this.#unexpected(standing.question, 'nobody planned for it');
        await this.#respond(standing);
      }
    } catch (thrown) {
      await this.#leave();
      throw toDeviceError(thrown);
    }
  }

  #next(): Promise<Standing> {
    return this.#channel.watch((heard) => this.#look(heard), {
      timeoutMs: this.#dialogue.timeoutMs,
      ...this.#options,
    });
  }

  /**
   * Known questions and the closing prompt count at once, a known question glued behind a log line when nothing
   * follows it. So does an unknown question, or a prompt that does not close this dialogue.
   */
  #look(heard: HeardNow): Seen<Standing> | undefined {
    const { quietMs = QUIET_MS, reprintMs = REPRINT_MS, ...habits } = this.#channel.habits;
    const known = this.#known(heard);
    if (known !== undefined) {
      const printMs = this.#channel.isEcholess ? quietMs : reprintMs;
      const isText = known.kind === 'asked' && known.exchange.asksForText === true;
      const settleMs = heard.glued ? quietMs : isText ? Math.min(quietMs, QUIET_MS) : 0;
      return { value: known, afterQuietMs: this.#mayBeReprinted(known, heard) ? printMs : settleMs };
    }
    const question = heard.tail.trim();
    if (matchAtEnd(habits.looksLikeQuestion, heard.tail) !== undefined) {
      return { value: { kind: 'unknown', question }, afterQuietMs: heard.restored ? reprintMs : quietMs };
    }
    const wanted = question === '' ? lastLine(heard.text) : '';
    if (habits.asksForText !== undefined && matchAtEnd(habits.asksForText, wanted) !== undefined) {
      return { value: { kind: 'unknown', question: wanted }, afterQuietMs: quietMs };
    }
    if (question === '' && matchAtEnd(habits.looksLikeQuestion, heard.openLog) !== undefined) {
      return { value: { kind: 'unknown', question: heard.openLog }, afterQuietMs: reprintMs };
    }
    // A line of output that a log line follows looks as if it were still open.
    const weakSign = heard.restored ? undefined : habits.mayBeQuestion;
    if (weakSign !== undefined && matchAtEnd(weakSign, heard.tail) !== undefined) {
      const pauseMs = Math.max(reprintMs, this.#dialogue.timeoutMs / 4);
      return { value: { kind: 'unknown', question }, afterQuietMs: pauseMs };
    }
    if (matchAtEnd(habits.prompt, heard.tail) === undefined) return undefined;
    return { value: { kind: 'unknown', question }, afterQuietMs: reprintMs };
  }

  #known(heard: HeardNow): Exclude<Standing, { kind: 'unknown' }> | undefined {
    for (const exchange of this.#dialogue.exchanges) {
      const match = (exchange.asksForText === true ? matchAboveText : matchQuestion)(exchange.prompt, heard);
      if (match !== undefined) return { kind: 'asked', exchange, match, heard };
    }
    const match = matchAtEnd(this.#dialogue.ends, heard.tail);
    return match === undefined ? undefined : { kind: 'ended', match, heard };
  }

  /**
   * A log line makes some devices print the open line again. When the prompt or question that we have just typed at
   * comes again, and no echo of ours before it, or the beginning of one that the log line broke, it may be that print:
   * only silence tells that it is not.
   */
  #mayBeReprinted(standing: Exclude<Standing, { kind: 'unknown' }>, heard: HeardNow): boolean {
    if (heard.echoed) return false;
    if (standing.kind === 'ended')
      return this.#answered === undefined && typedText(this.#dialogue.opening) !== '';
    if (!heard.logged || standing.exchange !== this.#answered) return false;
    const before = heard.text.slice(0, heard.text.length - heard.tail.length);
    const question = heard.tail.trim();
    return before.split('\n').every((line) => {
      const said = line.trim();
      // A second log line may break the echo behind the question printed again.
      return this.#typed.startsWith(said.startsWith(question) ? said.slice(question.length).trim() : said);
    });
  }

  async #respond({ exchange, match, heard }: Extract<Standing, { kind: 'asked' }>): Promise<void> {
    const times = (this.#times.get(exchange) ?? 0) + 1;
    if (times > (exchange.atMost ?? 1))
      throw this.#unexpected(match[0].trim(), 'it was asked once too often');
    const reaction = await this.#react(exchange, {
      all: tidy(below(this.#before, heard.text)),
      sinceLastAnswer: heard.text,
      match,
    });
    if (!this.#isStillAsked(exchange)) {
      this.#channel.transcript.note(`${exchange.name}: no answer, the question has gone`);
      return;
    }
    this.#times.set(exchange, times);
    if ('abort' in reaction) await this.#abort(exchange, reaction.abort, reaction.instead);
    else if ('paste' in reaction) await this.#paste(exchange, reaction.paste);
    else this.#answer(exchange, reaction.type);
  }

  /** Where a prompt or a question comes before the last line, the rest would be taken for commands: it is not typed. */
  async #paste(exchange: Exchange, lines: readonly Answer[]): Promise<void> {
    const { habits, transcript } = this.#channel;
    this.asked.push(exchange.name);
    this.#answered = exchange;
    this.#typed = '';
    for (const [index, line] of lines.entries()) {
      this.#before = below(this.#before, this.#channel.heard().text);
      transcript.note(`${exchange.name}: ${shownAnswer(line)}`);
      this.#channel.answer(line);
      if (index === lines.length - 1) return;
      const heard = await this.#channel.watch((now) => this.#keepsUp(now), {
        timeoutMs: this.#dialogue.timeoutMs,
        ...this.#options,
      });
      const isOver = [habits.prompt, habits.looksLikeQuestion].some(
        (pattern) => matchAtEnd(pattern, heard.tail) !== undefined,
      );
      if (isOver) {
        transcript.note(`${exchange.name}: the device wants no more after line ${index + 1}`);
        return;
      }
    }
  }

  /** After its echo a line is done; where a device echoes nothing, after a while, and once that is known soon. */
  #keepsUp(heard: HeardNow): Seen<HeardNow> {
    const isEnded = heard.restored || (heard.tail === '' && heard.text !== '');
    const isDone = (heard.echoed && isEnded) || this.#channel.isEcholess;
    const echoMs = Math.min(ECHO_MS, this.#dialogue.timeoutMs / 4);
    return { value: heard, afterQuietMs: isDone ? PACE_MS : echoMs };
  }

  async #react(exchange: Exchange, heard: Heard): Promise<Reaction> {
    const reaction = exchange.react(heard);
    if (!(reaction instanceof Promise)) return reaction;
    return this.#channel.during(reaction, this.#options.signal);
  }

  #isStillAsked(exchange: Exchange): boolean {
    const known = this.#known(this.#channel.heard());
    return known?.kind === 'asked' && known.exchange === exchange;
  }

  #answer(exchange: Exchange, answer: Answer): void {
    this.#channel.transcript.note(`${exchange.name}: ${shownAnswer(answer)}`);
    this.#before = below(this.#before, this.#channel.heard().text);
    this.#answered = exchange;
    this.#typed = answer instanceof Secret ? '' : answer;
    this.asked.push(exchange.name);
    this.#channel.answer(answer);
  }

  /** `instead` may end the dialogue by itself; if it does not, the keys that leave do. */
  async #abort(exchange: Exchange, error: DeviceError, instead: string | undefined): Promise<never> {
    const { habits, transcript } = this.#channel;
    transcript.note(`${exchange.name}: abort, ${error.code}: ${error.message}`);
    if (instead !== undefined) {
      this.#answer(exchange, instead);
      const patterns = [this.#dialogue.ends, habits.prompt, habits.looksLikeQuestion];
      const timeoutMs = Math.min(LEAVE_MS, this.#dialogue.timeoutMs);
      const quietMs = habits.quietMs ?? QUIET_MS;
      const reached = await this.#channel.waitFor(patterns, { timeoutMs, quietMs }).catch(() => undefined);
      this.#left = reached !== undefined && reached.index < 2;
    }
    throw error;
  }

  /** Never throws: what went wrong first is what counts. A connection whose question stays open is closed. */
  async #leave(): Promise<void> {
    if (this.#left || !this.#channel.isOpen) return;
    const { transcript } = this.#channel;
    if (await this.#channel.interrupt()) {
      transcript.note(`${this.#dialogue.name}: left`);
      return;
    }
    transcript.note(`${this.#dialogue.name}: could not be left, closing the connection`);
    this.#channel.close();
  }

  #conclude({ text, tail, echoed }: HeardNow, match: RegExpExecArray): { text: string; prompt: string } {
    if (this.#answered === undefined && typedText(this.#dialogue.opening) !== '') {
      this.#channel.noteEcho(echoed);
    }
    const reply = below(this.#before, text.slice(0, text.length - tail.length + match.index));
    return { text: tidy(reply), prompt: match[0].trim() };
  }

  #unexpected(question: string, why: string): DeviceError {
    const { transcript } = this.#channel;
    const shown = transcript.redact(question.slice(-200));
    transcript.note(`unexpected question, not answered: ${shown}`);
    return new DeviceError('unexpected-question', `${this.#dialogue.name}: asked “${shown}”, ${why}`, {
      detail: transcript.lastLines(),
    });
  }
}

function matchQuestion(prompt: RegExp, { text, tail }: HeardNow): RegExpExecArray | undefined {
  if (tail.trim() === '') return undefined;
  return matchAtEnd(prompt, tail) ?? matchAtEnd(prompt, text.slice(-LONGEST_QUESTION));
}

/** Empty lines may follow a line that asks for text, and log lines, but nothing else. */
function matchAboveText(prompt: RegExp, { text, tail, restored }: HeardNow): RegExpExecArray | undefined {
  if (tail.trim() !== '' && !restored) return undefined;
  return matchAtEnd(prompt, text.trimEnd().slice(-LONGEST_QUESTION));
}

function shownAnswer(answer: Answer): string {
  return answer instanceof Secret ? '[redacted]' : answer || '(empty)';
}

/** The last line that is not empty. */
function lastLine(text: string): string {
  const whole = text.trimEnd();
  return whole.slice(whole.lastIndexOf('\n') + 1).trim();
}

/** A device that echoes nothing at all goes on behind its question, in the same line. */
function below(before: string, text: string): string {
  const isApart = before === '' || before.endsWith('\n') || /^[ \t]*(?:\n|$)/.test(text);
  return isApart ? before + text : `${before}\n${text}`;
}

/** Without blanks at line ends: whether a question's last blank came before or after our answer says nothing. */
function tidy(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}
