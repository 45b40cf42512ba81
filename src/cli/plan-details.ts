import { calledBy } from '../domain/key-use.ts';
import type { ConfigDiff, DiffLine } from '../enrollment/planning/config-diff.ts';
import type { DevicePlan } from '../enrollment/planning/device-plan.ts';
import { cleanBlanks, cleanLine, wrap } from '../report/columns.ts';
import type { Paint, Style } from '../report/style.ts';
import type { PlanEntry } from './plan-document.ts';
import { type Look, paintOf, paintOfRisk } from './plan-text.ts';

const LABEL_COLUMNS = 14;

/** One device: what it is, what will be done and why, what the router will ask, and what may go wrong. */
export function drawPlanDetails(entry: PlanEntry, look: Look): string[] {
  const { plan } = entry;
  if (plan === undefined) return [];
  const { style } = look;
  return [
    '',
    drawHead(entry, plan, style),
    ...part('release', [releaseOf(plan)], look),
    ...part('clock', [plan.clock.trusted ? plan.clock.text : `not trusted: ${plan.clock.text}`], look),
    ...part('key pair', plan.keypairs.map(keypairText), look),
    ...part('trustpoint', plan.trustpoints.flatMap(trustpointTexts), look),
    ...part(
      'decision',
      plan.decisions.map(({ trustpoint, decision, reason }) => `${trustpoint}: ${decision}: ${reason}`),
      look,
    ),
    ...part('will do', numbered(plan), look),
    ...part(
      'is so',
      plan.alreadyTrue.map(({ step, trustpoint, note }) => `${place(step, trustpoint)}: ${note}`),
      look,
    ),
    ...part('asked', questionsOf(plan), look),
    ...protectionParts(plan.protection, look),
    ...part(
      'risk',
      plan.risk.reasons.map(({ level, text }) => `${level}: ${text}`),
      look,
      paintOfRisk(plan.risk.level, style),
    ),
    ...part('note', [...plan.notes, ...entry.notes], look),
  ];
}

/** The running configuration as it is and as it will be, as `diff -u` writes it. Lines are not cut: they are read by programs, too. */
export function drawPlanDiff({ device, plan }: PlanEntry, { style }: Look): string[] {
  if (plan === undefined || plan.diff.length === 0) return [];
  const name = cleanLine(device);
  return [
    '',
    style.strong(`--- ${name} running-config`),
    style.strong(`+++ ${name} planned`),
    ...plan.diff.flatMap((diff) => drawHunk(diff, style)),
  ];
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-' };

function drawHunk({ about, lines }: ConfigDiff, style: Style): string[] {
  const paints: Readonly<Record<DiffLine['kind'], Paint>> = {
    same: (text) => text,
    added: style.good,
    removed: style.bad,
  };
  const before = lines.filter(({ kind }) => kind !== 'added').length;
  const after = lines.filter(({ kind }) => kind !== 'removed').length;
  return [
    style.accent(`@@ ${rangeOf('-', before)} ${rangeOf('+', after)} @@ ${cleanLine(about)}`),
    ...lines.map(({ kind, text }) => paints[kind](`${SIGNS[kind]}${cleanBlanks(text)}`)),
  ];
}

/** Each part is counted from its own first line. */
function rangeOf(sign: string, count: number): string {
  return `${sign}${count === 0 ? 0 : 1},${count}`;
}

function drawHead({ device, host, as }: PlanEntry, { risk }: DevicePlan, style: Style): string {
  const what = paintOf(as, style)(as);
  return `${style.strong(cleanLine(device))} (${cleanLine(host)}): ${what}, risk ${paintOfRisk(risk.level, style)(risk.level)}`;
}

function part(
  label: string,
  texts: readonly string[],
  { width }: Look,
  paint: Paint = (text) => text,
): string[] {
  return texts.flatMap((text, index) => {
    const first = `  ${(index === 0 ? label : '').padEnd(LABEL_COLUMNS - 2)}`;
    const indent = ' '.repeat(LABEL_COLUMNS + 2);
    return wrap(cleanLine(text), width, first, indent).map((line) => paint(line));
  });
}

function releaseOf({ release: { platform, version, model, serial } }: DevicePlan): string {
  const hardware = [model, serial].filter((text) => text !== undefined);
  return [`${platform} ${version}`, ...hardware].join(', ');
}

function keypairText({ label, use, type, bits }: DevicePlan['keypairs'][number]): string {
  const name = calledBy({ trustpoint: label, ...(use === undefined ? {} : { use }) });
  return bits === undefined ? `${name}: none` : `${name}: ${type ?? ''} ${bits}`;
}

function trustpointTexts({ name, stage, certificates }: DevicePlan['trustpoints'][number]): string[] {
  if (certificates.length === 0) return [`${name}: ${stage}, no certificate`];
  return certificates.map(({ serial, notAfter, daysLeft, ...of }) => {
    const left = daysLeft < 0 ? `ended ${-daysLeft} days ago` : `${daysLeft} days left`;
    const until = notAfter.toISOString().slice(0, 10);
    return `${calledBy({ trustpoint: name, ...of })}: ${stage}, certificate ${serial} until ${until}, ${left}`;
  });
}

function numbered({ actions }: DevicePlan): readonly string[] {
  return actions.map(({ kind, trustpoint, why }, index) => `${index + 1} ${place(kind, trustpoint)}: ${why}`);
}

function place(what: string, trustpoint: string | undefined): string {
  return trustpoint === undefined ? what : `${what} ${trustpoint}`;
}

/** What stands against a router that nobody can reach any more. */
function protectionParts(protection: DevicePlan['protection'], look: Look): string[] {
  if (protection === undefined) return [];
  const { backup, guard, health } = protection;
  return [
    ...part('backup', backup === undefined ? [] : [backup], look),
    ...part(
      'guard',
      guard === undefined
        ? []
        : guard.impossible === undefined
          ? [`set: ${guard.set}`, `taken off: ${guard.takenOff}`, `otherwise: ${guard.otherwise}`]
          : [`impossible: ${guard.impossible}; nothing is done to this router`],
      look,
      guard?.impossible === undefined ? undefined : look.style.bad,
    ),
    ...part(
      'health',
      health === undefined
        ? []
        : [health.when, ...health.commands.map(({ command, rule }) => `${command}: ${rule}`)],
      look,
    ),
  ];
}

/** Those of the steps that do something; what opens the session is the same everywhere. */
function questionsOf({ steps }: DevicePlan): readonly string[] {
  const asked = steps
    .filter(({ step }) => step !== 'connect' && step !== 'observe')
    .flatMap(({ step, trustpoint, lines }) =>
      lines.flatMap(({ questions }) =>
        questions.map(({ question, answer, stops, remark }) => {
          const words = answer === undefined ? 'Ctrl-C' : answer === '' ? '<Enter>' : answer;
          const more = [
            ...(remark === undefined ? [] : [remark]),
            ...(stops === undefined ? [] : ['the device stops']),
          ];
          const behind = more.length === 0 ? '' : ` (${more.join('; ')})`;
          return `${place(step, trustpoint)}: ${question} ${words}${behind}`;
        }),
      ),
    );
  return [...new Set(asked)];
}
