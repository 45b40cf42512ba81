import type { Channel } from '../dialogue/channel.ts';
import { converse } from '../dialogue/converse.ts';
import type { Conversation, Dialogue } from '../dialogue/exchange.ts';
import { matchAtEnd } from '../dialogue/match-at-end.ts';
import { shownText, type TypedLine } from '../dialogue/typed-line.ts';
import type { ConfigLine } from '../domain/config-line.ts';
import { DeviceError } from '../domain/errors.ts';
import { iosHabits, settledAt } from './habits.ts';
import { leadsElsewhere, type Mode, type Prompt, readPrompt, wayTo } from './modes.ts';
import { isShutdownAborted, isShutdownAnnounced, isShutdownFar } from './syslog.ts';
import { EXIT, LOG_HERE, NO_LOG_HERE } from './terminal-commands.ts';

/** A conversation with IOS; the terminal adds the prompt that closes it. */
export type IosDialogue = Omit<Dialogue, 'ends'>;

export interface TerminalOptions {
  /** Longest silence after a command, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Whether foreseen lines may be typed before the replies to those before them were read. */
  readonly typesAhead?: boolean;
}

/** How long leaving may take, step by step, in milliseconds. */
const FAREWELL_MS = 2_000;

/** A channel to a router whose prompt is known: types a line, waits for the next prompt, reads the mode from it. */
export class Terminal {
  readonly channel: Channel;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  #typesAhead: boolean;
  /** Log lines come to this terminal: one may fall into what is typed ahead. */
  #isChatty = false;
  #hostname: string;
  #width: number | undefined;
  /** The names in the prompts that count now, and what these are known by. */
  #hostnames = '';
  #habits = iosHabits();
  /** Undefined when something went wrong since: the mode has to be observed anew. */
  #prompt: Prompt | undefined;
  /** Among what was foreseen last is what leads to another mode. */
  #foreseesWays = false;
  /** The reply to a command that was passed. */
  #unheard: Promise<unknown> | undefined;
  /** The router's announcement of a reload, as long as it was not called off. */
  #reload: string | undefined;
  /** A reload of our own is scheduled. */
  expectsReload = false;

  constructor(channel: Channel, prompt: Prompt, { timeoutMs, signal, typesAhead = false }: TerminalOptions) {
    this.channel = channel;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.#typesAhead = typesAhead;
    this.#hostname = prompt.hostname;
    this.#prompt = prompt;
    this.#expect([prompt.hostname]);
    channel.onSyslog((message) => {
      this.#isChatty = true;
      if (isShutdownAnnounced(message) && !(this.expectsReload && isShutdownFar(message)))
        this.#reload = message;
      if (isShutdownAborted(message)) this.#reload = undefined;
    });
  }

  get hostname(): string {
    return this.#hostname;
  }

  /**
   * To be asked before anything new is begun; what is under way goes on, and so does leaving. Throws DeviceError
   * `reload-announced` when the router has said that it will reload.
   */
  mayBegin(what: string): void {
    if (this.#reload === undefined) return;
    const said = this.#reload.replace(/[*\s-]+/g, ' ').trim();
    throw new DeviceError('reload-announced', `${what} was not begun: the router announced “${said}”`, {
      detail: this.channel.transcript.lastLines(),
    });
  }

  /** Whether lines that ask nothing may be typed before the replies to those before them were read. */
  get mayTypeAhead(): boolean {
    return this.#typesAhead && !this.#isChatty && this.#width === 0;
  }

  /** The prompt that stands now. When the last command ended badly and none is to be seen, an empty line brings it. */
  async prompt(): Promise<Prompt> {
    await this.#hearOut();
    if (this.#prompt !== undefined) return this.#prompt;
    const { habits } = this.channel;
    const { tail } = this.channel.heard();
    const isSeen = matchAtEnd(habits.prompt, tail) !== undefined && !this.channel.hasLostTrack;
    if (this.channel.isOpen && isSeen) return this.#observe(tail.trim());
    return this.look();
  }

  /** The prompt that an empty line brings. */
  async look(): Promise<Prompt> {
    const { timeoutMs } = this;
    const { prompt } = await this.#hold({ name: 'prompt', opening: '', exchanges: [], timeoutMs });
    return this.#observe(prompt);
  }

  /** Types a command that must not ask anything and returns the reply. Throws as `converse` does. */
  async run(command: string, timeoutMs = this.timeoutMs): Promise<string> {
    await this.#hearOut();
    return this.#run(command, timeoutMs);
  }

  /**
   * Types a command that is taken whatever there is, and whose reply tells nothing. Where lines may be typed ahead nobody waits for that
   * reply: what comes next is typed behind it, and throws what went wrong.
   */
  async pass(command: string): Promise<void> {
    await this.#hearOut();
    if (this.isLedAwayFrom(command)) await this.#backTo(this.#prompt?.mode);
    if (command === NO_LOG_HERE) this.#isChatty = false;
    const { mayTypeAhead } = this;
    const heard = this.#passOver(command);
    if (!mayTypeAhead) {
      await heard;
      return;
    }
    heard.catch(() => undefined);
    this.#unheard = heard;
  }

  /** It did what it does also where nobody can tell its reply: then only a new prompt tells the mode. */
  async #passOver(command: string): Promise<void> {
    const { timeoutMs } = this;
    await this.#converse({ name: command, opening: command, exchanges: [], timeoutMs });
    if (this.channel.hasLostTrack) {
      this.#isChatty = true;
      this.#prompt = undefined;
    } else this.#notice(command);
  }

  /** What a command that was taken means for what is typed ahead. */
  #notice(command: string): void {
    if (command === NO_LOG_HERE) this.#isChatty = false;
    if (command === LOG_HERE) this.#isChatty = true;
  }

  async #run(command: string, timeoutMs = this.timeoutMs): Promise<string> {
    const mode = this.#prompt?.mode;
    const dialogue = { name: command, opening: command, exchanges: [], timeoutMs };
    const { text } = await this.#converse(dialogue);
    if (!this.channel.hasLostTrack) {
      this.#notice(command);
      return text;
    }
    this.#isChatty = true;
    this.channel.transcript.note(
      'the replies to what was typed ahead cannot be told apart: the command is typed again',
    );
    if (this.#foreseesWays) await this.#backTo(mode);
    return (await this.#converse(dialogue)).text;
  }

  /** Throws as the engine does; `output-unreadable` when the prompt behind it is of no mode we know. */
  async converse(dialogue: IosDialogue): Promise<Conversation> {
    await this.#hearOut();
    return this.#converse(dialogue);
  }

  async #converse(dialogue: IosDialogue): Promise<Conversation> {
    if (this.isLedAwayFrom(dialogue.opening)) await this.#backTo(this.#prompt?.mode);
    return this.#hold(dialogue);
  }

  /** Lines on their way lead to another mode, and what is typed now is not the next of them. */
  isLedAwayFrom(line: TypedLine): boolean {
    const { unread } = this.channel;
    return unread.some(leadsElsewhere) && unread[0] !== shownText(line);
  }

  /** To the mode that counted before lines typed ahead led away from it. */
  async #backTo(mode: Mode | undefined): Promise<void> {
    const found = await this.look();
    if (mode === undefined || found.mode === mode) return;
    const [wayBack] = found.mode === 'configuration' ? wayTo(found.mode, mode) : [];
    if (wayBack === undefined)
      throw new DeviceError(
        'output-unreadable',
        `the prompt is “${found.text}”, which is not that of ${mode}`,
      );
    await this.#hold({ name: wayBack, opening: wayBack, exchanges: [], timeoutMs: this.timeoutMs });
  }

  async #hold(dialogue: IosDialogue): Promise<Conversation> {
    if (this.signal?.aborted === true)
      throw new DeviceError('interrupted', 'stopped before the next command');
    this.#prompt = undefined;
    const options = this.signal === undefined ? {} : { signal: this.signal };
    const conversation = await converse(
      this.channel,
      { ...dialogue, ends: this.channel.habits.prompt },
      options,
    );
    this.#observe(conversation.prompt);
    return conversation;
  }

  /** As `Channel.foresee`, on a terminal that shows lines whole, where the session may type ahead. */
  foresee(lines: readonly (string | ConfigLine)[]): void {
    if (!this.mayTypeAhead) return;
    this.#foreseesWays = lines.some((line) => typeof line === 'string' && leadsElsewhere(line));
    this.channel.foresee(lines);
    if (this.#unheard !== undefined) this.channel.hurry();
  }

  /** The same for the one command that comes next, where nobody has foreseen it: of use behind one that was passed only. */
  foreseeNext(command: string): void {
    if (this.#unheard !== undefined && this.channel.unread.length === 0) this.foresee([command]);
  }

  /** The same before the width of the terminal is known: its commands, and what is typed behind them where they are taken. */
  foreseeOpening(lines: readonly string[]): void {
    if (this.#typesAhead && !this.#isChatty) this.channel.foresee(lines);
  }

  /** Output stops after each page: what is typed ahead would be taken for the key that goes on. */
  stopTypingAhead(): void {
    this.#typesAhead = false;
    this.channel.loseTrack();
  }

  /** Types a line that may hold secrets and returns the reply. Throws as `converse` does: nothing is answered. */
  async type(line: ConfigLine): Promise<string> {
    const { timeoutMs, channel } = this;
    const { text } = await this.converse({ name: 'configure', opening: line, exchanges: [], timeoutMs });
    if (!channel.hasLostTrack) return text;
    if (this.#foreseesWays) this.#prompt = undefined;
    throw new DeviceError('output-unreadable', 'a log line fell into lines that were typed ahead', {
      detail: channel.transcript.lastLines(),
      hint: 'run again: lines that were taken are left as they are; typeAhead: false under ssh waits for each reply',
    });
  }

  /** While the router is being renamed, prompts with the new name count too. */
  expectHostname(hostname: string): void {
    this.#expect([this.#hostname, hostname]);
  }

  /** What became of the terminal's width: the column at which long lines are broken, 0 when they are not. */
  set width(columns: number) {
    this.#width = columns;
    this.#expect([this.#hostname]);
  }

  /** Leaves questions and modes, says `exit`, closes the connection. Bounded; never throws. */
  async close(): Promise<void> {
    try {
      await soon(this.#hearOut().catch(() => undefined));
      if (this.channel.isOpen && this.isLedAwayFrom(EXIT)) await soon(this.look());
      if (this.channel.isOpen) await this.#sayGoodbye();
    } catch {
      // Whatever it was, the connection ends now.
    } finally {
      this.channel.close();
    }
  }

  /** Throws what went wrong with what was passed. */
  async #hearOut(): Promise<void> {
    const unheard = this.#unheard;
    this.#unheard = undefined;
    await unheard;
  }

  async #sayGoodbye(): Promise<void> {
    const { channel } = this;
    const wait = { timeoutMs: FAREWELL_MS, overallMs: FAREWELL_MS };
    if (this.#standing() === undefined && !(await channel.interrupt())) return;
    const mode = this.#standing()?.mode;
    if (mode !== 'privileged-exec' && mode !== 'user-exec') {
      channel.press('\x1a');
      await channel.waitFor([channel.habits.prompt], wait);
    }
    channel.send(EXIT);
    await channel.untilClosed(FAREWELL_MS);
  }

  /** The prompt that is known to stand, or is to be seen. */
  #standing(): Prompt | undefined {
    const { tail } = this.channel.heard();
    const isSeen = matchAtEnd(this.channel.habits.prompt, tail) !== undefined;
    return this.#prompt ?? (isSeen ? readPrompt(tail) : undefined);
  }

  #observe(text: string): Prompt {
    const prompt = readPrompt(text);
    if (prompt === undefined)
      throw new DeviceError('output-unreadable', `“${text}” is a prompt of no known mode`);
    this.#prompt = prompt;
    // A configuration prompt may cut the name, so only EXEC prompts teach it.
    if (prompt.mode !== 'configuration' && prompt.hostname !== this.#hostname) {
      this.#hostname = prompt.hostname;
      this.#expect([prompt.hostname]);
    }
    return prompt;
  }

  #expect(hostnames: readonly string[]): void {
    const width = this.#width;
    const key = hostnames.join();
    if (key !== this.#hostnames) this.#habits = iosHabits({ hostnames });
    this.#hostnames = key;
    this.channel.habits = width === undefined ? this.#habits : settledAt(width, this.#habits);
  }
}

/** Rejects when it takes longer than a farewell may. */
async function soon(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the router does not come to an end')), FAREWELL_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
