import type { Device } from '../domain/device.ts';
import type { ForeseenStep } from '../enrollment/foresee.ts';
import type { Preview } from '../enrollment/preview.ts';
import type { ForeseenLine } from '../ios/foreseen.ts';
import type { ForeseenQuestion } from '../ios/question.ts';

/**
 * A preview as a text that IOS takes for configuration: what is not typed as it stands is behind an exclamation mark,
 * as IOS comments are. ASCII, as long as the inventory is.
 */
export function previewText(device: Device, { steps, anytime }: Preview): string {
  const lines = [
    `! ${device.name} (${device.host} port ${device.port})`,
    ...HEAD,
    ...steps.flatMap(stepText),
    ...heading('at any moment'),
    ...linesText(anytime),
    ...FOOT,
  ];
  return `${lines.join('\n')}\n`;
}

const HEAD = [
  '! What trustfleet enroll types on a router that has none of it yet, in this order.',
  '! Typed are the lines without an exclamation mark; the others on their condition only.',
  '! In angle brackets: secrets, and what only the moment tells.',
];

const FOOT = [
  '! on a release before 12.3(7)T: "crypto ca" for "crypto pki", and lines in the words that it knows',
  '! a question that stands nowhere above: not answered; Ctrl-C leaves it, and the device stops',
  '! after a failure: Ctrl-C or Ctrl-Z where that leaves what is open, end, exit',
];

/** One step: its name, its notes, and its lines. */
export function stepText({ step, trustpoint, notes, lines }: ForeseenStep): readonly string[] {
  return [
    ...heading(trustpoint === undefined ? step : `${step} ${trustpoint}`),
    ...notes.map((note) => `! ${note}`),
    ...linesText(lines),
  ];
}

function heading(title: string): readonly string[] {
  return ['!', `! ---- ${title} ----`];
}

/** Neighbors that are typed equally often stand together, and among them those on the same condition. */
function linesText(lines: readonly ForeseenLine[]): readonly string[] {
  return runsOf(lines, ({ again }) => again).flatMap(({ shared: again, items }) => {
    const inside = runsOf(items, ({ onlyIf }) => onlyIf);
    if (again === undefined) return inside.flatMap(conditionText);
    const body = inside.flatMap(({ shared, items: own }) =>
      shared === undefined
        ? own.flatMap(whole)
        : [`only if ${shared}:`, ...own.flatMap(whole).map((line) => `  ${line}`)],
    );
    return [`! again and again ${again}:`, ...body.map((line) => `!   ${line}`)];
  });
}

function conditionText({ shared: condition, items }: Run): readonly string[] {
  if (condition === undefined)
    return items.flatMap((line) => [typedText(line), ...behind(line).map((text) => `! ${text}`)]);
  return [`! only if ${condition}:`, ...items.flatMap(whole).map((line) => `!   ${line}`)];
}

interface Run {
  readonly shared: string | undefined;
  readonly items: ForeseenLine[];
}

function runsOf(
  lines: readonly ForeseenLine[],
  of: (line: ForeseenLine) => string | undefined,
): readonly Run[] {
  const runs: Run[] = [];
  for (const line of lines) {
    const shared = of(line);
    const last = runs.at(-1);
    if (last !== undefined && last.shared === shared) last.items.push(line);
    else runs.push({ shared, items: [line] });
  }
  return runs;
}

function whole(line: ForeseenLine): readonly string[] {
  return [typedText(line), ...behind(line)];
}

function typedText({ mode, text }: ForeseenLine): string {
  return mode === 'trustpoint' ? ` ${text.trimStart()}` : text;
}

/** What may follow a line before the next one. */
function behind({ instead, questions }: ForeseenLine): readonly string[] {
  return [
    ...(instead.length === 0 ? [] : [`if that is refused: ${instead.join(', then ')}`]),
    ...questions.flatMap((question) => [`asked:  ${question.question}`, answerText(question)]),
  ];
}

function answerText({ answer, stops, remark }: ForeseenQuestion): string {
  const remarks = [
    ...(remark === undefined ? [] : [remark]),
    ...(stops === undefined ? [] : ['the device stops']),
  ];
  const more = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  return `answer: ${answer === undefined ? 'none, Ctrl-C' : answer === '' ? '<Enter>' : answer}${more}`;
}
