import type { SavedTranscript } from '../dialogue/transcript-reader.ts';
import { ROUTER_LINES } from '../ios/router-lines/table.ts';
import type { SessionEnd, Suspicion, TranscriptLint } from '../ios/transcripts/lint.ts';
import type { MarkedEntry, Role } from '../ios/transcripts/mark.ts';
import { cleanBlanks, pad, wrap } from '../report/columns.ts';
import type { Paint, Style } from '../report/style.ts';
import type { Terminal } from '../report/terminal.ts';

/** A word for what each line was: colors alone tell nothing on paper. */
const WORDS: Readonly<Record<Role, string>> = {
  prompt: 'prompt',
  question: 'asks',
  log: 'log',
  output: '',
  command: 'types',
  answer: 'answers',
  keys: 'presses',
  decision: 'decides',
};
const MARKS = { heard: '<', typed: '>', decided: '*' } as const;
const WORD_COLUMNS = Math.max(...Object.values(WORDS).map((word) => word.length));

/** A conversation, line by line: when, what it was, who said it, and what was said. */
export function showLines(
  header: Omit<SavedTranscript, 'entries'>,
  marked: readonly MarkedEntry[],
  { style, columns }: Terminal,
): string[] {
  return [
    ...wrap(titleOf(header), columns()).map(style.strong),
    '',
    ...inTalkingOrder(marked).flatMap((entry) => {
      const first = `${entry.time} ${pad(WORDS[entry.role], WORD_COLUMNS)} ${MARKS[entry.kind]} `;
      const lines = wrap(cleanBlanks(entry.text), columns(), first);
      return lines.map((line) => paintOf(entry, style)(line.trimEnd()));
    }),
  ];
}

function titleOf({ device, host, startedAt, version }: Omit<SavedTranscript, 'entries'>): string {
  const place = host === undefined ? '' : ` (${host})`;
  const parts = [
    `${device ?? 'a device without a name'}${place}`,
    ...(startedAt === undefined ? [] : [startedAt.toISOString()]),
    ...(version === undefined ? [] : [`trustfleet ${version}`]),
  ];
  return parts.join(', ');
}

/** A decision is written down before the question it answers is: people read it behind. */
function inTalkingOrder(marked: readonly MarkedEntry[]): MarkedEntry[] {
  const ordered: MarkedEntry[] = [];
  for (const entry of marked) {
    let at = ordered.length;
    while (entry.role === 'question' && ordered[at - 1]?.role === 'decision') at -= 1;
    ordered.splice(at, 0, entry);
  }
  return ordered;
}

function paintOf({ role, unplanned }: MarkedEntry, style: Style): Paint {
  if (unplanned === true) return style.bad;
  switch (role) {
    case 'prompt':
    case 'log':
      return style.dim;
    case 'question':
      return style.warn;
    case 'command':
    case 'keys':
      return style.accent;
    case 'answer':
      return style.good;
    case 'decision':
      return style.strong;
    case 'output':
      return (text) => text;
  }
}

/** What a transcript tells of its session, and what to do next. */
export function lintLines(
  { end, secrets, unplanned }: TranscriptLint,
  { file, testCase }: { readonly file: string; readonly testCase: string | undefined },
  { style, columns }: Terminal,
): string[] {
  const width = columns();
  const { pass, fail, note, arrow } = style.marks;
  const { isWell, what, next } = describeEnd(end);
  const suspicions = (found: readonly Suspicion[], none: string): string[] =>
    found.length === 0
      ? wrap(none, width, `${pass} `).map(style.good)
      : found.flatMap(({ line, what: why }) =>
          wrap(`line ${line}: ${why}`, width, `${note} `).map(style.warn),
        );
  return [
    ...wrap(what, width, `${isWell ? pass : fail} `).map(isWell ? style.good : style.bad),
    ...suspicions(secrets, 'nothing in it looks like a secret'),
    ...suspicions(unplanned, 'nothing was typed that no exchange or prompt called for'),
    ...next.flatMap((line) => wrap(line, width, `${arrow} `)),
    ...(testCase === undefined
      ? isWell
        ? []
        : wrap(
            `trustfleet transcript lint ${file} --test-case case.txt writes a test that replays it`,
            width,
            `${arrow} `,
          )
      : wrap(`${testCase} replays the session without a router`, width, `${arrow} `)),
  ];
}

function describeEnd(end: SessionEnd): { isWell: boolean; what: string; next: readonly string[] } {
  const at = `line ${end.line}:`;
  switch (end.kind) {
    case 'left':
      return { isWell: true, what: 'the session was left as it should be', next: [] };
    case 'unknown-question':
      return {
        isWell: false,
        what: `${at} an unknown question, behind “${end.command}”, that was not answered: “${end.question}”`,
        next: ['trustfleet explain unexpected-question tells why that stops a device'],
      };
    case 'aborted':
      return {
        isWell: false,
        what: `${at} ${end.exchange} was not agreed to, ${end.code}: ${end.message}`,
        next: [`trustfleet explain ${end.code} tells more`],
      };
    case 'refused':
      return {
        isWell: false,
        what: `${at} “${end.command}” was refused: ${end.said}`,
        next: [`${end.code}: ${ROUTER_LINES[end.code].cause}`, ROUTER_LINES[end.code].remedy],
      };
    case 'broken':
      return {
        isWell: false,
        what: `${at} the session broke off; the last line heard is “${end.last}”`,
        next: ['trustfleet explain connection-lost and trustfleet explain timeout name the usual causes'],
      };
  }
}
