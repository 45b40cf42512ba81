import { type CliSession, MODE_PROMPTS, type Mode, type ModeName } from './commands/command.ts';
import { runLine } from './commands/dispatch.ts';
import { completionFor, helpTextFor, treesOf } from './commands/modes.ts';
import type { CutPoint } from './faults.ts';
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
/** Room for some three pasted lines. */
const INPUT_OF_OLD_BOXES = 255;
/** Of a line that nobody sits at: the router's own start. */
export const NO_LINE = -1;

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
    if (router.faults.has('drops-fast-paste')) this.#terminal.inputLimit = INPUT_OF_OLD_BOXES;
    this.#place = place;
    this.connectedAt = router.clock.now();
    this.privilege = place.privilege;
    this.monitor = false;
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
    const detach = this.#router.attach(this);
    this.#touch();
    try {
      this.#greet();
      for (;;) await this.#step();
    } catch (reason) {
      if (!(reason instanceof Disconnected)) this.#router.fail(reason);
    } finally {
      silence();
      detach();
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

  interject(text: string): void {
    if (!this.#terminal.closed) this.#terminal.print(text);
  }

  cut(): void {
    this.#terminal.cut();
  }

  printBehindPrompt(text: string): void {
    this.#behindPrompt.push(text);
  }

  readonly #behindPrompt: string[] = [];

  ask(question: string): Promise<string> {
    return this.#question(question, false);
  }

  askHidden(question: string): Promise<string> {
    return this.#question(question, true);
  }

  async yesNo(question: string): Promise<boolean> {
    const { faults } = this.#router;
    let deaf = faults.has('re-asks');
    let again = faults.has('asks-twice');
    for (;;) {
      const answer = (await this.ask(question)).trim().toLowerCase();
      const isYes = answer !== '' && 'yes'.startsWith(answer);
      const isGood = isYes || (answer !== '' && 'no'.startsWith(answer));
      if (!isGood || deaf) this.print("% Please answer 'yes' or 'no'.");
      else if (!again) return isYes;
      else again = false;
      deaf = false;
    }
  }

  async confirm(question: string): Promise<boolean> {
    this.#terminal.print(question);
    const key = await this.#terminal.key();
    this.print();
    if (key === '\x03') throw new Interrupted('Ctrl-C');
    return key === '\r' || key === '\n' || key.toLowerCase() === 'y';
  }

  cutAt(point: CutPoint): void {
    if (this.#place.line === NO_LINE || !this.#router.faults.cutsAt(point)) return;
    this.#terminal.cut();
    throw new Disconnected(`cut at ${point}`);
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
      const trees = treesOf(this.#router.personality);
      if (this.#router.faults.has('syslog-glued')) this.#glue();
      this.#storm();
      this.#warn();
      const typed = await readLine(this.#terminal, {
        prompt: this.#prompt(),
        history: this.#history,
        help: (line) => helpTextFor(trees, this.#mode.name, line, this.privilege),
        complete: (line) => completionFor(trees, this.#mode.name, line, this.privilege),
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
    if (this.#place.line !== NO_LINE && this.#router.faults.cutsBehind(text)) {
      this.#terminal.cut();
      throw new Disconnected(`cut behind ${text}`);
    }
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
    // Every level but the lowest two shows as #: only 15 may configure.
    if (name === 'exec') return `${hostname}${this.privilege > 1 ? '#' : '>'}${this.#promptTail}`;
    return `${hostname.slice(0, CONFIG_NAME_LENGTH)}(${MODE_PROMPTS[name]})#${this.#promptTail}`;
  }

  get #promptTail(): string {
    const { faults } = this.#router;
    return `${faults.has('blank-prompt') ? '  ' : ''}${faults.has('bell-prompt') ? '\x07' : ''}`;
  }

  #leftConfig(): void {
    this.#configured = false;
    const from = `${this.#place.user} on vty${this.#place.line} (${this.#place.remote})`;
    this.#router.syslog.log('SYS-5-CONFIG_I', `Configured from console by ${from}`);
  }

  #hear(line: string): void {
    const { faults } = this.#router;
    const glued = faults.has('syslog-glued');
    const asOnConsole = glued || faults.has('syslog-storm') || faults.has('syslog-in-passwords');
    if (!this.monitor && !asOnConsole) return;
    const end = this.#logsWithoutEnd ? '' : '\n';
    this.#terminal.print(`${this.#terminal.column > 0 && !glued ? '\n' : ''}${line}${end}`);
  }

  #logsWithoutEnd = false;

  /** Log lines around the prompt or question that is printed next. */
  #storm(): void {
    const { faults } = this.#router;
    if (faults.has('syslog-storm')) {
      setImmediate(() => {
        this.#logPort('up', 'LINK-3-UPDOWN', 'Interface');
        this.#logPort('up');
      });
    }
  }

  /** Before one prompt, behind the next, then one prompt without. */
  #glue(): void {
    this.#glued = (this.#glued + 1) % 3;
    if (this.#glued === 1) setImmediate(() => this.#logPort('down'));
    if (this.#glued !== 2) return;
    this.#logsWithoutEnd = true;
    this.#logPort('up');
    this.#logsWithoutEnd = false;
  }

  #glued = -1;

  #warn(): void {
    const texts = this.#behindPrompt.splice(0);
    setImmediate(() => {
      for (const text of texts) this.#terminal.print(`${text}\n`);
    });
  }

  #logPort(state: 'up' | 'down', message = 'LINEPROTO-5-UPDOWN', what = 'Line protocol on Interface'): void {
    if (this.#terminal.closed) return;
    const [port = ''] = this.#router.personality.interfaces;
    this.#router.syslog.log(message, `${what} ${port}, changed state to ${state}`);
  }

  #touch(): void {
    clearTimeout(this.#idle);
    const { faults, trustpoints } = this.#router;
    const isPending = trustpoints.all.some(({ request }) => request !== undefined);
    const limitMs = faults.idleMs({ isPending }) ?? this.execTimeoutMs;
    if (limitMs <= 0) return;
    this.#idle = setTimeout(() => this.#expire(), limitMs);
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
