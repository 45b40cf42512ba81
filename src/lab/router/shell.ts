import { type CliSession, MODE_PROMPTS, type Mode, type ModeName } from './commands/command.ts';
import { runLine } from './commands/dispatch.ts';
import { completionFor, helpTextFor } from './commands/modes.ts';
import { readLine } from './line-editor.ts';
import type { Router } from './router.ts';
import { Disconnected, Interrupted, Terminal, type Wire } from './terminal.ts';

/** Who logged in, and where the session runs. */
export interface SessionPlace {
  readonly user: string;
  readonly privilege: number;
  readonly line: number;
  readonly remote: string;
}

/** In configuration modes the prompt shows no more of the host name than this. */
const CONFIG_NAME_LENGTH = 20;
const HISTORY_LENGTH = 20;

/** One logged-in session: reads lines, keeps the mode, prints what commands say. */
export class Shell implements CliSession {
  readonly #router: Router;
  readonly #terminal: Terminal;
  readonly #place: SessionPlace;
  readonly #history: string[] = [];
  #mode: Mode = { name: 'exec', subject: '' };
  #configured = false;
  #idle: NodeJS.Timeout | undefined;
  readonly connectedAt: Date;
  privilege: number;
  monitor: boolean;
  execTimeoutMs: number;

  constructor(router: Router, wire: Wire, place: SessionPlace) {
    this.#router = router;
    this.#terminal = new Terminal(wire);
    this.#place = place;
    this.connectedAt = router.clock.now();
    this.privilege = place.privilege;
    this.monitor = router.faults.has('syslog-storm');
    this.execTimeoutMs = router.config.vtyExecTimeoutMs;
  }

  get user(): string {
    return this.#place.user;
  }

  get line(): number {
    return this.#place.line;
  }

  get remote(): string {
    return this.#place.remote;
  }

  get mode(): Mode {
    return this.#mode;
  }

  get width(): number {
    return this.#terminal.width;
  }

  get length(): number {
    return this.#terminal.length;
  }

  feed(bytes: Buffer): void {
    this.#touch();
    this.#terminal.feed(bytes);
  }

  /** Runs until the session ends. Never rejects. */
  async run(): Promise<void> {
    const silence = this.#router.syslog.listen((line) => this.#hear(line));
    this.#touch();
    try {
      this.#greet();
      for (;;) await this.#step();
    } catch (reason) {
      if (!(reason instanceof Disconnected)) this.#router.fail(reason);
    } finally {
      silence();
      this.#end();
    }
  }

  /** Runs one command for `ssh host command`: no prompt, no echo, no pager. Never rejects. */
  async runOnce(command: string): Promise<void> {
    this.#terminal.length = 0;
    this.#terminal.width = 0;
    this.#touch();
    try {
      this.#terminal.print('\n');
      await this.#execute(command);
    } catch (reason) {
      if (!(reason instanceof Disconnected)) this.#router.fail(reason);
    } finally {
      this.#end();
    }
  }

  resize({ width, length }: { width?: number; length?: number }): void {
    if (width !== undefined) this.#terminal.width = width;
    if (length !== undefined) this.#terminal.length = length;
  }

  enter(name: ModeName, subject = ''): void {
    if (this.#mode.name !== 'exec' && name === 'exec') this.#leftConfig();
    this.#mode = { name, subject };
    if (name !== 'exec') this.#configured = true;
  }

  print(text = ''): void {
    this.#terminal.print(`${text}\n`);
  }

  ask(question: string): Promise<string> {
    return this.#question(question, false);
  }

  askHidden(question: string): Promise<string> {
    return this.#question(question, true);
  }

  async yesNo(question: string): Promise<boolean> {
    for (;;) {
      const answer = (await this.ask(question)).trim().toLowerCase();
      if (answer !== '' && 'yes'.startsWith(answer)) return true;
      if (answer !== '' && 'no'.startsWith(answer)) return false;
      this.print("% Please answer 'yes' or 'no'.");
    }
  }

  async confirm(question: string): Promise<boolean> {
    this.#terminal.print(question);
    const key = await this.#terminal.key();
    this.print();
    if (key === '\x03') throw new Interrupted('Ctrl-C');
    return key === '\r' || key === '\n' || key.toLowerCase() === 'y';
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#terminal.close();
  }

  #end(): void {
    this.close();
    if (this.#configured && this.#mode.name !== 'exec') this.#leftConfig();
    this.#mode = { name: 'exec', subject: '' };
  }

  #greet(): void {
    const { motd } = this.#router.config;
    this.#terminal.print('\n');
    if (motd !== '') this.#terminal.print(`${motd}\n`);
    if (this.#router.faults.has('close-after-login')) {
      this.#terminal.print(this.#prompt());
      throw new Disconnected('fault');
    }
  }

  async #step(): Promise<void> {
    try {
      this.#storm();
      const typed = await readLine(this.#terminal, {
        prompt: this.#prompt(),
        history: this.#history,
        help: (line) => helpTextFor(this.#mode.name, line, this.privilege),
        complete: (line) => completionFor(this.#mode.name, line, this.privilege),
        ctrlZ: true,
      });
      await this.#execute(typed.text);
      if (typed.by === 'ctrl-z') this.enter('exec');
    } catch (reason) {
      if (!(reason instanceof Interrupted)) throw reason;
      // Ctrl-C leaves configuration at the prompt; inside a command it only ends the command.
      if (!this.#inCommand) this.enter('exec');
    } finally {
      this.#inCommand = false;
    }
  }

  #inCommand = false;

  async #execute(line: string): Promise<void> {
    const text = line.trim();
    if (text === '' && this.#mode.name !== 'hex') return;
    if (text !== '') {
      this.#history.push(line);
      if (this.#history.length > HISTORY_LENGTH) this.#history.shift();
      this.#router.typed(this.#place.line, line);
    }
    this.#inCommand = true;
    const lines = await runLine(this.#router, this, line, this.#prompt().length);
    if (lines !== undefined) await this.#terminal.page(lines.flatMap((output) => output.split('\n')));
    this.#inCommand = false;
  }

  async #question(question: string, hidden: boolean): Promise<string> {
    this.#storm();
    const typed = await readLine(this.#terminal, { prompt: question, hidden });
    this.#router.typed(this.#place.line, hidden ? '<hidden>' : typed.text);
    return typed.text;
  }

  #prompt(): string {
    const { name } = this.#mode;
    const { hostname } = this.#router.config;
    if (name === 'exec') return `${hostname}${this.privilege >= 15 ? '#' : '>'}`;
    return `${hostname.slice(0, CONFIG_NAME_LENGTH)}(${MODE_PROMPTS[name]})#`;
  }

  #leftConfig(): void {
    this.#configured = false;
    const from = `${this.#place.user} on vty${this.#place.line} (${this.#place.remote})`;
    this.#router.syslog.log('SYS-5-CONFIG_I', `Configured from console by ${from}`);
  }

  #hear(line: string): void {
    if (!this.monitor) return;
    const glued = this.#router.personality.logsGluedToPrompt;
    this.#terminal.print(`${this.#terminal.column > 0 && !glued ? '\n' : ''}${line}\n`);
  }

  #storm(): void {
    if (!this.#router.faults.has('syslog-storm')) return;
    const [port = 'GigabitEthernet0/0'] = this.#router.personality.interfaces;
    setImmediate(() => {
      if (this.#terminal.closed) return;
      this.#router.syslog.log('LINK-3-UPDOWN', `Interface ${port}, changed state to up`);
      this.#router.syslog.log(
        'LINEPROTO-5-UPDOWN',
        `Line protocol on Interface ${port}, changed state to up`,
      );
    });
  }

  #touch(): void {
    clearTimeout(this.#idle);
    if (this.execTimeoutMs <= 0) return;
    this.#idle = setTimeout(() => this.#expire(), this.execTimeoutMs);
    this.#idle.unref();
  }

  #expire(): void {
    const { line, remote, user } = this.#place;
    this.#router.syslog.log(
      'SYS-6-TTY_EXPIRE_TIMER',
      `(exec timer expired, tty ${line + 1} (${remote})), user ${user}`,
    );
    this.close();
  }
}
