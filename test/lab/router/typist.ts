import ssh2, { type ClientChannel, type ConnectConfig } from 'ssh2';

import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';

const PROMPT = /(?:^|[\r\n])[\w.-]+(?:\([\w-]+\))?[#>]$/;
const PATIENCE_MS = 5_000;

export const NETOPS = { username: 'netops', password: 'lab-password' };

/** A person at a terminal: types, and reads what comes back. Uses nothing of the product's own client. */
export class Typist implements AsyncDisposable {
  readonly #client: ssh2.Client;
  readonly #channel: ClientChannel;
  #unread = '';
  #closed = false;
  #changed: () => void = () => {};
  /** The text of each SSH packet, in order. */
  readonly packets: string[] = [];

  private constructor(client: ssh2.Client, channel: ClientChannel) {
    this.#client = client;
    this.#channel = channel;
    channel.on('data', (bytes: Buffer) => {
      this.packets.push(bytes.toString('latin1'));
      this.#unread += bytes.toString('latin1');
      this.#changed();
    });
    channel.on('close', () => {
      this.#closed = true;
      this.#changed();
    });
  }

  /** Logs in and reads to the first prompt. */
  static async login(router: VirtualRouter, config: ConnectConfig = {}): Promise<Typist> {
    const typist = await Typist.open(router, config);
    await typist.until(PROMPT);
    return typist;
  }

  /** Logs in by keyboard-interactive, which must ask for one hidden password. */
  static async byKeyboard(router: VirtualRouter, password: string): Promise<Typist> {
    const client = new ssh2.Client();
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => {
      const [prompt] = prompts;
      const isPassword = prompts.length === 1 && prompt?.prompt === 'Password: ' && prompt.echo === false;
      answer(isPassword ? [password] : []);
    });
    await ready(client, router, { tryKeyboard: true, authHandler: ['keyboard-interactive'] });
    const typist = new Typist(client, await openShell(client));
    await typist.until(PROMPT);
    return typist;
  }

  /** Logs in and reads nothing. */
  static async open(router: VirtualRouter, config: ConnectConfig = {}): Promise<Typist> {
    const client = await connect(router, config);
    return new Typist(client, await openShell(client));
  }

  /** Sends characters as they are. */
  type(text: string): void {
    this.#channel.write(Buffer.from(text, 'latin1'));
  }

  /** Everything up to and with the pattern. Rejects when it does not come. */
  async until(pattern: RegExp | string): Promise<string> {
    const wanted = typeof pattern === 'string' ? new RegExp(escapePattern(pattern)) : pattern;
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = wanted.exec(this.#unread);
      if (found !== null) {
        const end = found.index + found[0].length;
        const text = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end);
        return text;
      }
      if (this.#closed) throw new Error(`closed before ${wanted}: ${JSON.stringify(this.#unread)}`);
      if (Date.now() > deadline) throw new Error(`waited for ${wanted}: ${JSON.stringify(this.#unread)}`);
      await this.#change(deadline - Date.now());
    }
  }

  /** Types a line and reads to the next prompt: echo, output, prompt, as they came. */
  async raw(line: string): Promise<string> {
    this.type(`${line}\r`);
    return this.until(PROMPT);
  }

  /** Types a line; the output alone, its line ends as `\n`, without echo and next prompt. */
  async line(line: string): Promise<string> {
    const heard = await this.raw(line);
    const afterEcho = heard.slice(heard.indexOf('\r\n') + 2);
    const lastLine = afterEcho.lastIndexOf('\r\n');
    return lastLine < 0 ? '' : `${afterEcho.slice(0, lastLine).replaceAll('\r\n', '\n')}\n`;
  }

  async lines(...lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const said = await this.line(line);
      if (said.includes('%')) throw new Error(`"${line}" was refused: ${said}`);
    }
  }

  /** Resolves when the router ended the session; the text that came before. */
  async closed(): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.#closed) {
      if (Date.now() > deadline) throw new Error('the session stays open');
      await this.#change(deadline - Date.now());
    }
    return this.#unread;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
  }

  #change(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A logged-in client without a shell. */
export async function connect(router: VirtualRouter, config: ConnectConfig = {}): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  await ready(client, router, config);
  return client;
}

function ready(client: ssh2.Client, router: VirtualRouter, config: ConnectConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.once('close', () => reject(new Error('the router hung up')));
    client.once('ready', resolve);
    client.connect({ host: '127.0.0.1', port: router.port, ...NETOPS, ...config });
    client.setNoDelay(true);
  });
}

function openShell(client: ssh2.Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.shell((problem, channel) => (problem === undefined ? resolve(channel) : reject(problem)));
  });
}

/** Output and exit code of `ssh host command`. */
export async function execute(router: VirtualRouter, command: string): Promise<string> {
  const client = await connect(router);
  return new Promise((resolve, reject) => {
    client.exec(command, (problem, channel) => {
      if (problem !== undefined) {
        reject(problem);
        return;
      }
      let output = '';
      channel.on('data', (bytes: Buffer) => {
        output += bytes.toString('latin1');
      });
      channel.on('close', (code: number) => resolve(`${output}<${code}>`));
    });
  });
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
