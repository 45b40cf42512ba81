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
    ...groupsOf(anytime).flatMap(groupText),
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
  '! a question that stands nowhere above: not answered; Ctrl-C leaves it, and the device stops',
  '! after a failure: Ctrl-C or Ctrl-Z where that leaves what is open, end, exit',
];

/** One step: its name, its notes, and its lines. */
export function stepText({ step, trustpoint, notes, lines }: ForeseenStep): readonly string[] {
  return [
    ...heading(trustpoint === undefined ? step : `${step} ${trustpoint}`),
    ...notes.map((note) => `! ${note}`),
    ...groupsOf(lines).flatMap(groupText),
  ];
}

function heading(title: string): readonly string[] {
  return ['!', `! ---- ${title} ----`];
}

/** Neighbors that are typed on the same condition, or as often as each other. */
interface Group {
  readonly condition: string | undefined;
  readonly lines: readonly ForeseenLine[];
}

function groupsOf(lines: readonly ForeseenLine[]): readonly Group[] {
  const groups: { condition: string | undefined; lines: ForeseenLine[] }[] = [];
  for (const line of lines) {
    const condition = conditionOf(line);
    const last = groups.at(-1);
    if (last !== undefined && last.condition === condition) last.lines.push(line);
    else groups.push({ condition, lines: [line] });
  }
  return groups;
}

function conditionOf({ onlyIf, again }: ForeseenLine): string | undefined {
  const parts = [
    ...(onlyIf === undefined ? [] : [`only if ${onlyIf}`]),
    ...(again === undefined ? [] : [`again and again ${again}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function groupText({ condition, lines }: Group): readonly string[] {
  if (condition === undefined)
    return lines.flatMap((line) => [typedText(line), ...behind(line).map(asComment)]);
  const inside = lines.flatMap((line) => [typedText(line), ...behind(line)]);
  return [`! ${condition}:`, ...inside.map((line) => `!   ${line}`)];
}

function typedText({ mode, text }: ForeseenLine): string {
  return mode === 'trustpoint' ? ` ${text.trimStart()}` : text;
}

function asComment(line: string): string {
  return `! ${line}`;
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
