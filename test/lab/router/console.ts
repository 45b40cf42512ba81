import type { RouterOptions } from '../../../src/lab/router/options.ts';
import { Router } from '../../../src/lab/router/router.ts';
import { Shell } from '../../../src/lab/router/shell.ts';
import { NETOPS } from './typist.ts';
import { smallKey } from './world.ts';

const PROMPT = /(?:^|[\r\n])[\w.-]+(?:\([\w-]+\))?[#>]$/;
const PATIENCE_MS = 5_000;

/** A terminal on a router in this process, without SSH: what is typed goes in byte by byte. */
export class Console implements Disposable {
  readonly router: Router;
  readonly #shell: Shell;
  #unread = '';
  #heard: () => void = () => {};

  private constructor(options: Partial<RouterOptions>) {
    this.router = new Router({
      hostname: 'R15',
      domain: 'example.net',
      release: '15.7',
      users: [],
      clock: { start: 'system', authoritative: true },
      serialNumber: '67109104',
      keygen: () => Promise.resolve(smallKey()),
      enrollDelayMs: 5,
      minuteMs: 20,
      ...options,
    });
    const wire = {
      write: (text: string) => {
        this.#unread += text;
        this.#heard();
      },
      end: () => {},
      cut: () => {},
    };
    const place = { user: NETOPS.username, privilege: 15, line: 0, remote: '192.0.2.1' };
    this.#shell = new Shell(this.router, wire, place);
    this.#shell.resize({ width: 0, length: 0 });
  }

  /** Opens a terminal that stands in configuration mode, behind these lines. */
  static async configured(options: Partial<RouterOptions>, ...lines: readonly string[]): Promise<Console> {
    const console = new Console(options);
    void console.#shell.run();
    await console.until(PROMPT);
    await console.line('configure terminal');
    for (const line of lines) {
      const said = await console.line(line);
      if (/^%(?! The key modulus| Generating)/m.test(said)) throw new Error(`"${line}" was refused: ${said}`);
    }
    return console;
  }

  type(text: string): void {
    for (const byte of Buffer.from(text, 'latin1')) this.#shell.feed(Buffer.of(byte));
  }

  /** Sends everything at once, as an impatient client does. */
  dump(text: string): void {
    this.#shell.feed(Buffer.from(text, 'latin1'));
  }

  /** Everything up to and with the pattern, line ends as `\n`. */
  async until(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.#unread);
      if (found !== null) {
        const end = found.index + found[0].length;
        const text = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end);
        return text.replaceAll('\r\n', '\n');
      }
      if (Date.now() > deadline) throw new Error(`waited for ${pattern}: ${JSON.stringify(this.#unread)}`);
      await this.#more(deadline - Date.now());
    }
  }

  /** Types a line and reads to the next prompt; the output alone. */
  async line(line: string): Promise<string> {
    this.type(`${line}\r`);
    const heard = await this.until(PROMPT);
    return heard.slice(heard.indexOf('\n') + 1, heard.lastIndexOf('\n') + 1);
  }

  /** Types a line and reads to a question; what was printed behind the echo. */
  async ask(line: string, question = /\]: ?$/): Promise<string> {
    this.type(`${line}\r`);
    const heard = await this.until(question);
    return heard.slice(heard.indexOf('\n') + 1);
  }

  /** Types lines and what ends them, and reads to the pattern; what was printed behind the echoes. */
  async paste(text: string, end: string, pattern: RegExp = PROMPT): Promise<string> {
    const lines = [...text.trimEnd().split('\n'), end];
    for (const line of lines) this.type(`${line}\r`);
    const heard = await this.until(pattern);
    const echo = lines.map((line) => `${line}\n`).join('');
    if (!heard.startsWith(echo)) throw new Error(`the paste was echoed as ${JSON.stringify(heard)}`);
    return heard.slice(echo.length).replace(/[\w.-]+\([\w-]+\)#$/, '');
  }

  [Symbol.dispose](): void {
    this.router.stop();
    this.#shell.close();
  }

  #more(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
