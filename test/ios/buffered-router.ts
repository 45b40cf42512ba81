import type { Transport } from '../../src/dialogue/transport.ts';

/** What a router does with one line: its reply, and the prompt that follows unless it asks something. */
export interface Reaction {
  /** Whole lines. */
  readonly reply?: string;
  /** The prompt from then on. */
  readonly prompt?: string;
  /** Asks this instead of showing a prompt; the next line typed is its answer. */
  readonly question?: string;
  /** The reply is shown in pages of so many lines; the next key typed goes on, or ends it. */
  readonly pageLines?: number;
}

export interface BufferedRouterOptions {
  readonly prompt: string;
  /** What it says before its first prompt. */
  readonly banner?: string;
  /** It prints nothing of what is typed. */
  readonly isEcholess?: boolean;
  readonly react: (line: string) => Reaction;
  /** How many characters wait in its buffer at most: it loses what comes then. Any number unless given. */
  readonly room?: number;
  /** How what it says is cut into reads. */
  readonly sizes?: () => number;
  /** Where log lines are glued to the prompt after a line, the line end only behind it and the prompt not printed again. */
  readonly glued?: (line: string) => 'none' | 'front' | 'behind' | 'both';
  /** The text of such a log line. */
  readonly gluedLog?: string;
  /** A log line that comes before the output of a line, or behind the prompt after it; none when empty. */
  readonly log?: (line: string, at: 'output' | 'prompt') => string;
}

/**
 * A router with an input buffer: what is typed ahead waits, unechoed, until the line editor reads it. Says when each line
 * arrived, in lines it had replied to by then.
 */
export class BufferedRouter implements Transport {
  /** Every line it was sent, how many replies had been heard by whoever sent it, and the open question that had been. */
  readonly arrived: { readonly line: string; readonly afterReplies: number; readonly question?: string }[] =
    [];
  /** Every line that it read as a command, or as the answer to the question before it. */
  readonly read: { readonly line: string; readonly answers?: string }[] = [];
  /** Characters that waited in its buffer at one time, line ends included. */
  mostBuffered = 0;
  /** Characters that it had no room for. */
  lost = 0;
  readonly #options: BufferedRouterOptions;
  #prompt: string;
  #question: { readonly text: string; readonly end: number } | undefined;
  /** What of a reply has not been shown yet. */
  #pages: string[] = [];
  #typed = '';
  #buffer: string[] = [];
  #toSay = '';
  /** Ends of replies within all that was ever said. */
  #replyEnds: number[] = [];
  #said = 0;
  #delivered = 0;
  #isBusy = false;
  #closed = false;
  #onData: (bytes: Uint8Array) => void = () => undefined;
  #onClose: (reason?: Error) => void = () => undefined;

  constructor(options: BufferedRouterOptions) {
    this.#options = options;
    this.#prompt = options.prompt;
    this.#say(`${(options.banner ?? '').replaceAll('\n', '\r\n')}${this.#prompt}`);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#onClose = listener;
  }

  write(bytes: string): void {
    for (const character of bytes) {
      if (character === '\x03') {
        this.#buffer = [];
        this.#typed = '';
        this.#question = undefined;
        this.#pages = [];
        this.#say(`^C\r\n${this.#prompt}`);
      } else if (this.#waiting >= (this.#options.room ?? Number.POSITIVE_INFINITY)) this.lost += 1;
      else if (character === '\r' || character === '\x1a') {
        // Ctrl-Z is a line of its own, in place of what was typed before it.
        if (character === '\x1a') this.#typed = 'end';
        const afterReplies = this.#replyEnds.filter((end) => end <= this.#delivered).length;
        const isAsked = this.#question !== undefined && this.#question.end <= this.#delivered;
        const question = isAsked ? { question: this.#question?.text ?? '' } : {};
        this.arrived.push({ line: this.#typed, afterReplies, ...question });
        this.#buffer.push(this.#typed);
        this.#typed = '';
        this.mostBuffered = Math.max(this.mostBuffered, this.#waiting);
      } else this.#typed += character;
    }
    this.#work();
  }

  get #waiting(): number {
    return this.#buffer.reduce((sum, line) => sum + line.length + 1, this.#typed.length);
  }

  /** Nothing more comes from it until something is typed. */
  get isSilent(): boolean {
    return this.#closed || (!this.#isBusy && this.#toSay === '');
  }

  close(): void {
    this.#closed = true;
    this.#onClose();
  }

  #work(): void {
    if (this.#pages.length > 0 && !this.#isBusy) this.#turnPage();
    if (this.#pages.length > 0) return;
    const line = this.#isBusy ? undefined : this.#buffer.shift();
    if (line === undefined || this.#closed) return;
    if (line === 'exit') {
      this.close();
      return;
    }
    this.#isBusy = true;
    setImmediate(() => {
      this.#isBusy = false;
      this.#take(line);
      this.#work();
    });
  }

  #take(line: string): void {
    const { react, log = () => '' } = this.#options;
    if (this.#question !== undefined) {
      this.read.push({ line, answers: this.#question.text });
      this.#question = undefined;
      this.#say(`${this.#echo(line)}${this.#prompt}`);
      return;
    }
    this.read.push({ line });
    const { reply = '', prompt = this.#prompt, question, pageLines } = react(line);
    this.#prompt = prompt;
    const before = log(line, 'output');
    const echo = `${this.#echo(line)}${before === '' ? '' : `${before}\r\n`}`;
    const output = echo + reply.replaceAll('\n', '\r\n');
    if (question !== undefined) {
      this.#say(output + question);
      this.#question = { text: question, end: this.#said };
      return;
    }
    if (pageLines !== undefined) {
      const lines = reply.split(/(?<=\n)/).map((each) => each.replace('\n', '\r\n'));
      while (lines.length > 0) this.#pages.push(lines.splice(0, pageLines).join(''));
      this.#say(echo);
      this.#showPage();
      return;
    }
    const behind = line === '' ? '' : log(line, 'prompt');
    this.#say(`${output}${this.#glue(line, prompt)}${behind === '' ? '' : `\r\n${behind}\r\n${prompt}`}`);
    this.#replyEnds.push(this.#said);
  }

  #echo(line: string): string {
    return this.#options.isEcholess === true ? '\r\n' : `${line}\r\n`;
  }

  #showPage(): void {
    const page = this.#pages.shift() ?? '';
    if (this.#pages.length > 0) this.#say(`${page} --More-- `);
    else {
      this.#say(page + this.#prompt);
      this.#replyEnds.push(this.#said);
    }
  }

  /** The next key that was typed goes on or ends the output: a line loses its first letter. */
  #turnPage(): void {
    const [first] = this.#buffer;
    const key = first === undefined ? this.#typed.charAt(0) : first.charAt(0) || '\r';
    if (key === '') return;
    if (first === undefined) this.#typed = this.#typed.slice(1);
    else if (first === '') this.#buffer.shift();
    else this.#buffer[0] = first.slice(1);
    if (key !== ' ' && key !== '\r') this.#pages = [''];
    this.#say('\b'.repeat(9) + ' '.repeat(8) + '\b'.repeat(9));
    this.#showPage();
    this.#work();
  }

  #glue(line: string, prompt: string): string {
    const { glued = () => 'none' as const, gluedLog = '' } = this.#options;
    const how = glued(line);
    const front = how === 'front' || how === 'both' ? gluedLog : '';
    return `${front}${prompt}${how === 'behind' || how === 'both' ? `${gluedLog}\r\n` : ''}`;
  }

  #say(text: string): void {
    const isQuiet = this.#toSay === '';
    this.#toSay += text;
    this.#said += text.length;
    if (isQuiet && text !== '') setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    if (this.#closed || this.#toSay === '') return;
    const size = Math.max(1, this.#options.sizes?.() ?? this.#toSay.length);
    const part = this.#toSay.slice(0, size);
    this.#toSay = this.#toSay.slice(part.length);
    this.#delivered += part.length;
    this.#onData(Buffer.from(part, 'latin1'));
    if (this.#toSay !== '') setImmediate(() => this.#deliver());
  }
}
