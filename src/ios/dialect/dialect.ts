import { DeviceError } from '../../domain/errors.ts';
import type { Session } from '../session.ts';
import type { IosDialogue } from '../terminal.ts';

/**
 * The word behind `crypto` in every PKI command: `pki` since 12.3(7)T, `ca` from 12.2(8)T on until then (IOS security
 * command reference). Later releases take both and print `pki`.
 */
export type Dialect = 'pki' | 'ca';

/**
 * A session that may be spoken to in today's words, whatever release the router has. A router shows which words are its
 * own by the first `show crypto pki …` that it takes, or refuses and takes with `ca`; its release number does not tell,
 * since trains of 12.2 for switches say `pki`. From then on `crypto pki` is typed in the router's own word, in show
 * commands and filters, dialogues and configuration lines.
 *
 * Its commands throw DeviceError `unsupported-release`, too, when the router knows `crypto ca identity` only.
 */
export function inItsOwnWords(session: Session): Session {
  return new OwnWords(session);
}

/** The words of a session's router as far as they are known; until then `pki`. */
export function dialectOf(session: Session): Dialect {
  return session instanceof OwnWords ? (session.dialect ?? 'pki') : 'pki';
}

const TRUSTPOINTS = 'show crypto ca trustpoints';

class OwnWords implements Session {
  readonly #session: Session;
  dialect: Dialect | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  get hostname(): string {
    return this.#session.hostname;
  }

  get signal(): AbortSignal | undefined {
    return this.#session.signal;
  }

  foresee(commands: readonly string[]): void {
    this.#session.foresee(this.#spellable(commands));
  }

  async show(command: string, options: { readonly timeoutMs?: number } = {}): Promise<string> {
    if (!this.#wouldTell(command)) return this.#session.show(this.#spell(command), options);
    const { text, refusal } = await this.ask(command);
    if (refusal === undefined || refusal.kind === 'complaint') return text;
    // Neither word is known: a privilege level hides them, which `show` raises, or there is no PKI, for which it throws.
    return this.#session.show(command, options);
  }

  async ask(command: string): ReturnType<Session['ask']> {
    if (!this.#wouldTell(command)) return this.#session.ask(this.#spell(command));
    const today = await this.#session.ask(command);
    if (today.refusal === undefined) this.dialect = 'pki';
    if (today.refusal?.kind !== 'syntax') return today;
    const old = await this.#session.ask(inWord('ca', command));
    if (old.refusal !== undefined) return today;
    await this.#requireTrustpoints();
    this.dialect = 'ca';
    return old;
  }

  tell(command: string): Promise<void> {
    return this.#session.tell(this.#spell(command));
  }

  configure(lines: Parameters<Session['configure']>[0], behind: readonly string[] = []): Promise<void> {
    return this.#session.configure(
      lines.map(({ parts: [first = '', ...others] }) => ({
        parts: [typeof first === 'string' ? this.#spell(first) : first, ...others],
      })),
      this.#spellable(behind),
    );
  }

  converse(
    dialogue: IosDialogue,
    mode: Parameters<Session['converse']>[1],
    behind: readonly string[] = [],
  ): ReturnType<Session['converse']> {
    const { opening } = dialogue;
    return this.#session.converse(
      typeof opening === 'string' ? { ...dialogue, opening: this.#spell(opening) } : dialogue,
      mode,
      this.#spellable(behind),
    );
  }

  onSyslog(...listening: Parameters<Session['onSyslog']>): () => void {
    return this.#session.onSyslog(...listening);
  }

  expectReload(isExpected: boolean): void {
    this.#session.expectReload(isExpected);
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** As far as it is known in which word: the first command that tells is asked by itself. */
  #spellable(commands: readonly string[]): readonly string[] {
    const telling = commands.findIndex((command) => this.#wouldTell(command));
    const sure = telling < 0 ? commands : commands.slice(0, telling + 1);
    return sure.map((command) => this.#spell(command));
  }

  #wouldTell(command: string): boolean {
    return this.dialect === undefined && command.startsWith('show crypto pki ');
  }

  #spell(text: string): string {
    return inWord(this.dialect ?? 'pki', text);
  }

  /** Trustpoints came with 12.2(8)T; what an older router asks and lists is not known. */
  async #requireTrustpoints(): Promise<void> {
    const { refusal } = await this.#session.ask(TRUSTPOINTS);
    if (refusal?.kind !== 'syntax') return;
    throw new DeviceError(
      'unsupported-release',
      'the router has no trustpoints, only crypto ca identity: it can neither name a key pair nor ask for a subject',
      {
        detail: `It does not know ${TRUSTPOINTS}. Trustpoints came with 12.2(8)T.`,
        hint: 'load a release from 12.2(8)T on: it takes over what crypto ca identity configured',
      },
    );
  }
}

/** `no crypto pki trustpoint T`, `show running-config | section crypto pki`: what a value says is no word. */
const PKI_WORD = /^(?<before>(?:no |show )?crypto |show \S+ \| section crypto )pki\b/;

/** A command of ours as a router with that word is typed it. */
export function inWord(word: Dialect, text: string): string {
  if (word === 'pki') return text;
  const spelled = text.replace(PKI_WORD, '$<before>ca');
  // One trustpoint's certificates alone can be asked for since 12.2(13)T; the reader picks them out anyway.
  return spelled.replace(/^(?<all>show crypto ca certificates) \S+$/, '$<all>');
}
