import type { Channel } from '../dialogue/channel.ts';
import { matchAtEnd } from '../dialogue/match-at-end.ts';
import { DeviceError } from '../domain/errors.ts';
import { ANY_PROMPT, isForeignPrompt, type Prompt, readPrompt } from './modes.ts';

export interface LoginOptions {
  /** The name that the router is expected to have. */
  readonly hostname?: string;
  /** Longest silence until the first prompt, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A prompt counts when nothing follows it for this long: it may be a line of a banner. */
const PROMPT_QUIET_MS = 100;
/** The same for the prompt of the router that is expected: enough to hear a line out that comes letter by letter. */
const OWN_PROMPT_QUIET_MS = 20;
/** A question after login ends everything; a banner that looks like one goes on within this time. */
const QUESTION_QUIET_MS = 2_000;
/** After so much silence one empty line is typed: some boxes wait for it. */
const FIRST_SILENCE_MS = 8_000;
const CONFIRMATIONS = 5;
const LONGEST_SHOWN = 120;
const NOTHING = /(?!)/;

const REFUSED =
  /% ?Authori[sz]ation failed|% ?Authentication failed|% ?Login invalid|% ?Bad passwords|Password required, but none set|Enter new password:/i;

/**
 * Waits for the first prompt behind whatever banners there are. Banners hold anything, so a prompt is believed when it
 * stands alone on the last line, and is that of the router expected or an empty line brings the same one again.
 * Throws DeviceError `login-refused`, `unexpected-question`, `unsupported-release`, or what waiting throws.
 */
export async function login(channel: Channel, options: LoginOptions): Promise<Prompt> {
  let last = await firstLook(channel, options);
  const own = ownPrompt(last, options);
  if (own !== undefined) return own;
  for (let tries = 0; tries < CONFIRMATIONS; tries += 1) {
    channel.send('');
    const now = await look(channel, { ...options, awaited: last });
    const prompt = now === last ? readPrompt(now) : undefined;
    if (prompt !== undefined) return prompt;
    last = now;
  }
  throw new DeviceError('output-unreadable', `no prompt that stays the same; the last one is “${last}”`, {
    detail: channel.transcript.lastLines(),
  });
}

/** The EXEC prompt of the router that is expected. */
function ownPrompt(line: string, { hostname }: LoginOptions): Prompt | undefined {
  const prompt = readPrompt(line);
  return prompt?.hostname === hostname && prompt?.mode !== 'configuration' ? prompt : undefined;
}

async function firstLook(channel: Channel, options: LoginOptions): Promise<string> {
  const timeoutMs = Math.min(options.timeoutMs, FIRST_SILENCE_MS);
  try {
    return await look(channel, { ...options, timeoutMs });
  } catch (thrown) {
    if (!isTimeout(thrown)) throw thrown;
    const { tail } = channel.heard();
    if (matchAtEnd(channel.habits.mayBeQuestion ?? NOTHING, tail) !== undefined)
      throw asked(tail.trim(), thrown.detail);
    channel.send('');
    return secondLook(channel, options);
  }
}

/** Something that answers an empty line and shows no prompt is no IOS command line; what is silent may be slow. */
async function secondLook(channel: Channel, options: LoginOptions): Promise<string> {
  try {
    return await look(channel, { ...options, overallMs: 2 * options.timeoutMs });
  } catch (thrown) {
    const { text, tail } = channel.heard();
    const said = lastLine(text);
    // A prompt that came is none too few: there was not the time to see whether anything follows it.
    if (!isTimeout(thrown) || said === undefined || matchAtEnd(ANY_PROMPT, tail) !== undefined) throw thrown;
    throw new DeviceError(
      'unsupported-release',
      `no IOS prompt came, not even behind an empty line; the device said “${channel.transcript.redact(said)}”`,
      {
        detail: channel.transcript.lastLines(),
        hint: 'log in by hand and see what stands behind the login: a menu, a console server or another system; an address or a port may be wrong',
        cause: thrown,
      },
    );
  }
}

function isTimeout(thrown: unknown): thrown is DeviceError {
  return thrown instanceof DeviceError && thrown.code === 'timeout';
}

function lastLine(text: string): string | undefined {
  const line = text.trimEnd().split('\n').at(-1)?.trim();
  return line === undefined || line === '' ? undefined : line.slice(-LONGEST_SHOWN);
}

async function look(
  channel: Channel,
  options: LoginOptions & { readonly overallMs?: number; readonly awaited?: string },
): Promise<string> {
  // Well within the deadline: an empty line typed after silence must never answer a question.
  const questionQuietMs = Math.min(QUESTION_QUIET_MS, options.timeoutMs / 2);
  try {
    const line = await channel.watch(({ text, tail, logged }) => {
      // The prompt that stood for a while already, and nothing but it behind an empty line, is no line of a banner.
      const isAwaited = tail.trim() === options.awaited && text.trim() === options.awaited && !logged;
      if (isAwaited && readPrompt(options.awaited) !== undefined) return { value: tail, afterQuietMs: 0 };
      if (isForeignPrompt(tail)) return { value: tail, afterQuietMs: questionQuietMs };
      const isOwn = !logged && ownPrompt(tail, options) !== undefined;
      if (isOwn) return { value: tail, afterQuietMs: OWN_PROMPT_QUIET_MS };
      if (matchAtEnd(ANY_PROMPT, tail) !== undefined) return { value: tail, afterQuietMs: PROMPT_QUIET_MS };
      if (matchAtEnd(channel.habits.looksLikeQuestion, tail) === undefined) return undefined;
      return { value: tail, afterQuietMs: questionQuietMs };
    }, options);
    return believable(channel, line.trim());
  } catch (thrown) {
    throw explained(channel, thrown);
  }
}

function believable(channel: Channel, line: string): string {
  const detail = channel.transcript.lastLines();
  if (isForeignPrompt(line)) {
    throw new DeviceError('unsupported-release', `the device is not at an IOS command line: “${line}”`, {
      detail,
    });
  }
  if (matchAtEnd(ANY_PROMPT, line) !== undefined) return line;
  if (REFUSED.test(channel.heard().text)) {
    throw new DeviceError('login-refused', `the router wants more than the login: “${line}”`, { detail });
  }
  throw asked(line, detail);
}

function asked(line: string, detail: string): DeviceError {
  return new DeviceError('unexpected-question', `asked “${line}” after the login`, { detail });
}

/** A router that refuses the EXEC says so and hangs up. */
function explained(channel: Channel, thrown: unknown): unknown {
  if (!(thrown instanceof DeviceError) || thrown.code !== 'connection-lost') return thrown;
  const said = REFUSED.exec(channel.heard().text)?.[0];
  if (said === undefined) return thrown;
  return new DeviceError('login-refused', `the router said “${said}” and closed the session`, {
    detail: thrown.detail,
    cause: thrown,
  });
}
