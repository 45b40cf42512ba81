import fc from 'fast-check';
import type { Step } from '../dialogue/script.ts';

type Hear = Extract<Step, { kind: 'hear' }>;
type Type = Extract<Step, { kind: 'type' }>;

/** What a router prints of its own accord around one step of a conversation. */
export interface Disturbance {
  /** Lines; a second one is the indented rest of the first, or another message. */
  readonly log: readonly string[];
  readonly place: Place;
  /** How much of a command is echoed before a log line breaks the echo; 0 for not at all. */
  readonly breaksEchoAt: number;
}

/**
 * Where the log lines come: `line` in lines of their own, `glued` right behind an open prompt or question;
 * with `again` the router prints the prompt or question once more below. `in front`: the prompt or question follows the
 * last log line without a line break.
 */
type Place = 'none' | 'line' | 'line, again' | 'glued' | 'glued, again' | 'in front';

const UPDOWN = '%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up';
const LONG =
  '%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Informational mode failed with peer at 203.0.113.77 for the reason: no proposal chosen';

/** The forms of `service timestamps log` and `service sequence-numbers`, messages without a percent sign, several lines. */
const LOGS: readonly (readonly string[])[] = [
  ...[
    '',
    '*Mar  1 10:00:01: ',
    '*Mar  1 10:00:01.123: ',
    '.Mar 24 16:07:26.494: ',
    'Nov  1 2026 08:30:28.044: ',
    '*Sep 13 18:18:40.962 JST: ',
    '065478: Dec  4 11:01:38.694 EST: ',
    '000049: *Dec  2 12:09:23.643: ',
    '00:02:51: ',
    '7w0d: ',
  ].flatMap((stamp) => [[`${stamp}${UPDOWN}`], [`${stamp}${LONG}`]]),
  ['Mar  3 08:15:02.312: CRYPTO_PKI_SCEP: Client sending GetCACert request'],
  ['%SSH-5-ENABLED: SSH 1.5 has been enabled'],
  ['%SYS-5-CONFIG_I: Configured from console by netops on vty0 (192.0.2.66)'],
  [
    '*Nov  3 09:31:02.100: %PKI-6-CERT_INSTALL: An ID certificate has been installed under',
    '                      Trustpoint   : BRUME',
    '                      Issuer-name  : cn=Brume CA',
    '                      Serial-number: 1A0B',
  ],
  [`*Mar  1 10:00:01.123: ${UPDOWN}`, `*Mar  1 10:00:02.123: ${UPDOWN}`],
  [`%SYS-2-MALLOCFAIL: Memory allocation failed*Mar  1 10:00:01.123: ${UPDOWN}`],
];

const place = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Place>('none') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Place>('line', 'line, again', 'glued', 'glued, again', 'in front'),
  },
);

/** For each of so many steps what is printed around it; in a third of them something is. */
export function disturbances(steps: number): fc.Arbitrary<readonly Disturbance[]> {
  const breaksEchoAt = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }) },
  );
  const one = fc.record({ log: fc.constantFrom(...LOGS), place, breaksEchoAt });
  return fc.array(one, { minLength: steps, maxLength: steps });
}

const COLUMNS = 80;
const WIDEN = 'terminal width 511\r';
const REFUSED = "                ^\r\n% Invalid input detected at '^' marker.\r\n\r\n";

/** The same conversation with a router that refuses every other width: its terminal keeps 80 columns. */
export function narrowed(steps: readonly Step[]): Step[] {
  const at = steps.findIndex((step) => step.kind === 'type' && step.text === WIDEN);
  const prompt = steps[at + 1];
  if (prompt?.kind !== 'hear') throw new Error('the script does not make its terminal wide');
  const refused = ['511', '512', '0'].flatMap((width): Step[] => {
    const text = `terminal width ${width}`;
    return [
      { kind: 'type', text: `${text}\r`, echo: `${text}\r\n` },
      { kind: 'hear', text: REFUSED },
      prompt,
    ];
  });
  return [...steps.slice(0, at), ...refused, ...steps.slice(at + 2)];
}

/** The conversation as a terminal of 80 columns shows it, until it is made wide, with everything printed in between. */
export function disturbed(steps: readonly Step[], disturbances: readonly Disturbance[]): Step[] {
  const printed = new Printed();
  for (const [index, step] of steps.entries()) {
    const { [index]: disturbance = UNDISTURBED } = disturbances;
    if (step.kind === 'close') printed.steps.push(step);
    else if (step.kind === 'hear') printed.say(step, disturbance);
    else {
      printed.listen(step, disturbance);
      const reply = steps[index + 1];
      if (step.text === WIDEN && reply?.kind === 'hear' && reply.text !== REFUSED) printed.isWide = true;
    }
  }
  return printed.steps;
}

const UNDISTURBED: Disturbance = { log: [], place: 'none', breaksEchoAt: 0 };
/** A script may have its own question behind a log line. */
const GLUED = /%[A-Z]+-\d-[A-Z]+: /;
/** Once the prompt is confirmed by an empty line it is found behind other text, too. */
const LOGIN_LINES = 1;

class Printed {
  readonly steps: Step[] = [];
  isWide = false;
  #column = 0;
  /** The open line: a prompt or a question. */
  #open = '';
  /** It stands behind a log line, without a line break. */
  #isGlued = false;
  /** Lines typed so far. */
  #lines = 0;

  say({ text, anytime = false }: Hear, { log, place }: Disturbance): void {
    const isOpen = !text.endsWith('\n');
    const isInFront = place === 'in front' && isOpen && this.#lines > LOGIN_LINES;
    this.#isGlued = isInFront || (isOpen && GLUED.test(text));
    if (isInFront) {
      this.#hear(`${log.join('\r\n')}${text}`, anytime);
    } else {
      if (place !== 'none' && this.#open === '') this.#hear(lines(log), true);
      this.#hear(text, anytime);
    }
    this.#open = isOpen ? text.slice(text.lastIndexOf('\n') + 1) : '';
  }

  listen({ text, echo }: Type, { log, place, breaksEchoAt }: Disturbance): void {
    const isAgain = place.endsWith('again');
    this.#lines += 1;
    if (this.#open !== '' && !this.#isGlued && place !== 'none' && place !== 'in front') {
      const begin = place.startsWith('glued') ? '' : '\r\n';
      this.#hear(`${begin}${lines(log)}${isAgain ? this.#open : ''}`, true);
    }
    this.steps.push({
      kind: 'type',
      text,
      echo: this.#wrapped(this.#echo(echo, log, isAgain, breaksEchoAt)),
    });
    this.#open = '';
  }

  #echo(echo: string, log: readonly string[], isAgain: boolean, breaksEchoAt: number): string {
    const shown = echo.replace(/\r\n$/, '');
    if (!this.isWide && !this.#isGlued && this.#open.length + shown.length >= COLUMNS - MARGIN) {
      return `${scrolled(shown, this.#open.length)}\r\n`;
    }
    if (breaksEchoAt === 0 || breaksEchoAt >= shown.length) return echo;
    const rest = isAgain ? `${this.#open}${shown}` : shown.slice(breaksEchoAt);
    return `${shown.slice(0, breaksEchoAt)}\r\n${lines(log)}${rest}\r\n`;
  }

  #hear(text: string, anytime: boolean): void {
    this.steps.push({ kind: 'hear', text: this.#wrapped(text), anytime });
  }

  /** Broken hard when the last column is full, in the middle of a word. */
  #wrapped(text: string): string {
    let shown = '';
    for (const character of text) {
      shown += character;
      if (character === '\r') this.#column = 0;
      else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
      else if (character !== '\n') this.#column += 1;
      if (this.isWide || this.#column < COLUMNS) continue;
      shown += '\r\n';
      this.#column = 0;
    }
    return shown;
  }
}

/** Three columns before the last one the line editor scrolls sideways: by eleven characters, then by ten at a time. */
const MARGIN = 3;

function scrolled(command: string, promptLength: number): string {
  const limit = COLUMNS - MARGIN;
  const room = limit - promptLength;
  let [shown, start, column] = ['', 0, promptLength];
  for (const [index, character] of command.split('').entries()) {
    if (column < limit) {
      shown += character;
      column += 1;
      continue;
    }
    shown += start === 0 ? `${'\b'.repeat(room)}$` : '\b'.repeat(room - 1);
    start += start === 0 ? 11 : 10;
    shown += `${command.slice(start, index + 1)}${' '.repeat(9)}${'\b'.repeat(9)}`;
    column = promptLength + 1 + (index + 1 - start);
  }
  return shown;
}

function lines(log: readonly string[]): string {
  return log.map((line) => `${line}\r\n`).join('');
}
