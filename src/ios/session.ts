import { Channel } from '../dialogue/channel.ts';
import type { LogExtent } from '../dialogue/clean-text.ts';
import type { Conversation } from '../dialogue/exchange.ts';
import type { Transcript } from '../dialogue/transcript.ts';
import type { Transport } from '../dialogue/transport.ts';
import type { ConfigLine } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { typeConfiguration } from './configure.ts';
import { enable } from './enable.ts';
import { enterMode } from './enter-mode.ts';
import { iosHabits } from './habits.ts';
import { login } from './login.ts';
import { CONFIGURE, type Mode, stepTowards, wayTo } from './modes.ts';
import { belowItsLine, explainRefusal, findRefusal, type Refusal } from './refusals.ts';
import { type IosDialogue, Terminal } from './terminal.ts';
import { PAGER_OFF, SHOW_PRIVILEGE, WIDE } from './terminal-commands.ts';

/**
 * One router's command line. One thing at a time: wait for a promise before calling again. Once the router has
 * announced a reload everything but `close` throws `reload-announced`; what is under way comes to its end.
 */
export interface Session {
  /** As the prompt shows it in EXEC mode. */
  readonly hostname: string;
  /** Stops everything; dialogues that wait between two tries look at it too. */
  readonly signal: AbortSignal | undefined;
  /**
   * Commands that will be asked or told next, in this order, as they are: they may be typed before the replies to those
   * before them were read, where the session may type ahead. Show commands, and such about the terminal; {@link CONFIGURE}
   * at the end, where configuration mode is needed next.
   */
  foresee(commands: readonly string[]): void;
  /** The output of a show command. Throws `command-refused` when the parser or AAA says no. */
  show(command: string, options?: { readonly timeoutMs?: number }): Promise<string>;
  /** The same, with a refusal as part of the answer. */
  ask(command: string): Promise<{ readonly text: string; readonly refusal?: Refusal }>;
  /**
   * Types a command whose answer tells nothing, and may return before it came: what is done next is typed behind it, and
   * throws what went wrong.
   */
  tell(command: string): Promise<void>;
  /**
   * Types lines in configuration mode, each after the reply to the one before, and leaves that mode again. The first
   * line that is refused ends it with `command-refused`, which names the line (masked) and the reply. A question is
   * `unexpected-question`; it is not answered. `behind` are the commands that come next if all is well, as `foresee` takes
   * them.
   */
  configure(lines: readonly ConfigLine[], behind?: readonly string[]): Promise<void>;
  /**
   * Holds a conversation in the mode named and goes back to privileged EXEC, or stays in configuration mode where `behind`
   * says that it is needed next. Throws what the engine throws.
   */
  converse(
    dialogue: IosDialogue,
    mode: Exclude<Mode, 'user-exec'>,
    behind?: readonly string[],
  ): Promise<Conversation>;
  /**
   * Returns the function that ends the subscription. A message may go on in further lines, which have come when it is heard
   * `whole`; its first line is heard at once when it has `begun`.
   */
  onSyslog(listener: (message: string) => void, extent?: LogExtent): () => void;
  /**
   * While a reload of our own is scheduled, announcements of it stop nothing, as long as it is minutes away: its last
   * minute does.
   */
  expectReload(isExpected: boolean): void;
  /** Leaves the mode, says `exit`, closes the transport. Bounded; never throws. */
  close(): Promise<void>;
}

export interface OpenSessionOptions {
  readonly device: Device;
  readonly transport: Transport;
  readonly transcript?: Transcript;
  readonly signal?: AbortSignal;
  /** Whether lines that ask nothing may be typed before the replies to those before them were read; not unless given. */
  readonly typesAhead?: boolean;
  /**
   * Show commands that will be asked first, in this order. Where the session may type ahead they go out with what is typed
   * about the terminal.
   */
  readonly reads?: readonly string[];
  /** Pause before another try when somebody else holds the configuration, in milliseconds; 10 s unless given. */
  readonly lockPauseMs?: number;
}

/** What the prompt of configuration mode says below no other line. */
const GLOBAL = 'config';
const FULL_PRIVILEGE = 15;
/** Lower levels do not know it, or show less. */
const TELLS_LEVEL = 'show running-config';

/**
 * Waits for the router's prompt, learns its name, turns the pager off, makes the terminal wide and enters privileged
 * EXEC. Throws DeviceError `login-refused`, `enable-refused`, `unsupported-release`, `unexpected-question`, `timeout`,
 * `connection-lost` or `interrupted`; the transport is closed then.
 */
export async function openSession(options: OpenSessionOptions): Promise<Session> {
  const { device, transport, transcript, signal } = options;
  const channel = new Channel(transport, {
    habits: iosHabits(),
    ...(transcript === undefined ? {} : { transcript }),
  });
  const stoppable = signal === undefined ? {} : { signal };
  try {
    const prompt = await login(channel, {
      hostname: device.name,
      timeoutMs: device.timeouts.command,
      ...stoppable,
    });
    const { typesAhead = false } = options;
    const settings = { timeoutMs: device.timeouts.command, typesAhead, ...stoppable };
    const terminal = new Terminal(channel, prompt, settings);
    const session = new IosSession(terminal, options);
    await session.prepare();
    return session;
  } catch (thrown) {
    channel.close();
    throw thrown;
  }
}

class IosSession implements Session {
  readonly #terminal: Terminal;
  readonly #options: OpenSessionOptions;
  #levelChecked = false;
  /** Every command is known: the router showed its configuration, or took the password for the highest level. */
  #isFull = false;

  constructor(terminal: Terminal, options: OpenSessionOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  get hostname(): string {
    return this.#terminal.hostname;
  }

  get signal(): AbortSignal | undefined {
    return this.#terminal.signal;
  }

  async prepare(): Promise<void> {
    const { mode } = await this.#terminal.prompt();
    const reads = mode === 'privileged-exec' ? (this.#options.reads ?? []) : [];
    this.#terminal.foreseeOpening([PAGER_OFF, WIDE[0], ...this.#upToTelling(reads)]);
    const refusal = findRefusal(await this.#terminal.run(PAGER_OFF));
    if (refusal !== undefined && refusal.kind !== 'complaint') this.#terminal.stopTypingAhead();
    await this.#widen();
    await this.#enter('privileged-exec');
    this.#isFull = mode === 'user-exec';
  }

  foresee(commands: readonly string[]): void {
    this.#terminal.foresee(this.#upToTelling(commands));
  }

  /** Until a command that only the highest level knows was taken, nothing is typed behind the first of them. */
  #upToTelling(commands: readonly string[]): readonly string[] {
    const telling = this.#isFull ? -1 : commands.findIndex((command) => command.startsWith(TELLS_LEVEL));
    return telling < 0 ? commands : commands.slice(0, telling + 1);
  }

  async show(
    command: string,
    { timeoutMs }: { readonly timeoutMs?: number | undefined } = {},
  ): Promise<string> {
    this.#terminal.mayBegin(`“${command}”`);
    this.#terminal.foreseeNext(command);
    await this.#enter('privileged-exec');
    const text = await this.#terminal.run(command, timeoutMs);
    const refusal = findRefusal(text);
    // A line with a percent sign that is no refusal we know may well be the answer: `%NTP is not enabled.`
    if (refusal === undefined) this.#isFull ||= command.startsWith(TELLS_LEVEL);
    if (refusal === undefined || refusal.kind === 'complaint') return text;
    if (refusal.kind === 'syntax' && (await this.#raise())) return this.show(command, { timeoutMs });
    const told = belowItsLine(`${this.hostname}#`, command, text);
    throw new DeviceError('command-refused', `“${command}”: ${refusal.line}`, explainRefusal(refusal, told));
  }

  /**
   * Every privilege but the lowest shows a prompt that ends in `#`, and only 15 knows every command. When one is not
   * known, the level is looked at once, and raised where it is lower. Throws `enable-refused`.
   */
  async #raise(): Promise<boolean> {
    if (this.#levelChecked) return false;
    this.#levelChecked = true;
    const level = /Current privilege level is (?<level>\d+)/.exec(await this.#terminal.run(SHOW_PRIVILEGE));
    if (level?.groups === undefined || Number(level.groups.level) >= FULL_PRIVILEGE) return false;
    await enable(this.#terminal, this.#options.device.ssh);
    return true;
  }

  async ask(command: string): Promise<{ readonly text: string; readonly refusal?: Refusal }> {
    this.#terminal.mayBegin(`“${command}”`);
    this.#terminal.foreseeNext(command);
    await this.#enter('privileged-exec');
    const text = await this.#terminal.run(command);
    const refusal = findRefusal(text);
    if (refusal === undefined) this.#isFull ||= command.startsWith(TELLS_LEVEL);
    return refusal === undefined ? { text } : { text, refusal };
  }

  async tell(command: string): Promise<void> {
    this.#terminal.mayBegin(`“${command}”`);
    this.#terminal.foreseeNext(command);
    await this.#enter('privileged-exec');
    await this.#terminal.pass(command);
  }

  async configure(lines: readonly ConfigLine[], behind: readonly string[] = []): Promise<void> {
    if (lines.length === 0) return;
    this.#terminal.mayBegin('the configuration');
    const onward = [...wayTo('configuration', 'privileged-exec'), ...this.#upToTelling(behind)];
    await this.#inMode('configuration', () => typeConfiguration(this.#terminal, lines, onward));
    await this.#leave();
    if (behind[0] === CONFIGURE) await this.#enter('configuration');
  }

  async converse(
    dialogue: IosDialogue,
    mode: Exclude<Mode, 'user-exec'>,
    behind: readonly string[] = [],
  ): Promise<Conversation> {
    this.#terminal.mayBegin(dialogue.name);
    const conversation = await this.#inMode(mode, () => this.#terminal.converse(dialogue));
    const { submode } = await this.#terminal.prompt();
    if (behind[0] !== CONFIGURE || submode !== GLOBAL) await this.#leave();
    return conversation;
  }

  onSyslog(listener: (message: string) => void, extent?: LogExtent): () => void {
    return this.#terminal.channel.onSyslog(listener, extent);
  }

  expectReload(isExpected: boolean): void {
    this.#terminal.expectsReload = isExpected;
  }

  close(): Promise<void> {
    return this.#terminal.close();
  }

  /** Where that fails, the router is left in privileged EXEC, or the connection is closed. */
  async #inMode<T>(mode: Mode, work: () => Promise<T>): Promise<T> {
    for (const command of wayTo('privileged-exec', mode)) this.#terminal.foreseeNext(command);
    await this.#enter(mode);
    try {
      return await work();
    } catch (thrown) {
      // Once told to stop nothing more is typed here: closing the session leaves every mode.
      if (this.signal?.aborted !== true)
        await this.#enter('privileged-exec').catch(() => this.#terminal.channel.close());
      throw thrown;
    }
  }

  /** Back to privileged EXEC. Out of configuration leads a command that is always taken; whatever is done next looks at the prompt. */
  async #leave(): Promise<void> {
    const { mode } = await this.#terminal.prompt();
    const command = stepTowards(mode, 'privileged-exec');
    if (mode !== 'configuration' || command === undefined || !this.#terminal.mayTypeAhead)
      await this.#enter('privileged-exec');
    else await this.#terminal.pass(command);
  }

  #enter(mode: Mode): Promise<void> {
    const { device, lockPauseMs = 10_000 } = this.#options;
    return enterMode(this.#terminal, mode, { ssh: device.ssh, lockPauseMs });
  }

  async #widen(): Promise<void> {
    for (const command of WIDE) {
      if (findRefusal(await this.#terminal.run(command)) === undefined) {
        this.#terminal.width = 0;
        return;
      }
    }
    this.#terminal.width = 80;
  }
}
