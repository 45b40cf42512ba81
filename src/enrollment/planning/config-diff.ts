import { maskedText } from '../../domain/config-line.ts';
import { inTodaysWords } from '../../ios/dialect/old-words.ts';
import { maskConfigSecrets } from '../../log/mask-config.ts';
import { headOf } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { Action } from '../plan.ts';

/** `added` is typed, `removed` goes by what is typed, `same` is there and stays. Secrets are masked. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** One part of a router's running configuration, as it is and as it will be. */
export interface ConfigDiff {
  /** `clock and NTP`, or `trustpoint BRANCH`. */
  readonly about: string;
  readonly lines: readonly DiffLine[];
}

/** What the actions do to the running configuration, whole parts with their unchanged lines. Pure. */
export function diffConfiguration(
  { timeLines, running }: Pick<Observation, 'timeLines' | 'running'>,
  actions: readonly Action[],
): readonly ConfigDiff[] {
  const removed = new Map(
    actions
      .filter((action) => action.kind === 'remove-trustpoint')
      .map(({ trustpoint }) => [trustpoint, wholeTrustpoint(running, trustpoint)] as const),
  );
  return actions.flatMap((action): ConfigDiff[] => {
    if (action.kind === 'set-clock' && action.lines.length > 0) {
      return [{ about: 'clock and NTP', lines: changed(timeLines, action.lines.map(maskedText)) }];
    }
    if (action.kind === 'configure-beside') {
      const lines = action.lines.map((line): DiffLine => ({ kind: 'added', text: maskedText(line) }));
      return [{ about: action.about, lines }];
    }
    if (action.kind !== 'configure') return [];
    const { trustpoint, lines } = action;
    const [head = '', ...typed] = lines.map(maskedText);
    const about = `trustpoint ${trustpoint}`;
    const gone = removed.get(trustpoint);
    const present =
      gone === undefined ? running.trustpoints.find(({ name }) => name === trustpoint) : undefined;
    return [
      {
        about,
        lines: [
          ...(gone ?? []).map((text): DiffLine => ({ kind: 'removed', text })),
          { kind: present === undefined ? 'added' : 'same', text: head },
          ...changed(present?.lines ?? [], typed).map(({ kind, text }) => ({ kind, text: ` ${text}` })),
        ],
      },
    ];
  });
}

/** Whether lines take the place of others or take them away, by their heads: `enrollment url`, `subject-name`. */
export function replacedHeads({ lines }: ConfigDiff): readonly string[] {
  return lines.filter(({ kind }) => kind === 'removed').map(({ text }) => headIn(text));
}

/** With its certificates: they go with it. */
function wholeTrustpoint({ trustpoints, chains }: Observation['running'], name: string): readonly string[] {
  const lines = trustpoints.find((trustpoint) => trustpoint.name === name)?.lines ?? [];
  const certificates = chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  return [
    `crypto pki trustpoint ${name}`,
    ...lines.map((line) => ` ${maskConfigSecrets(line)}`),
    ...(certificates.length === 0 ? [] : [`crypto pki certificate chain ${name}`]),
    ...certificates.map(({ head }) => ` ${head}`),
  ];
}

/** A line with the head of another one takes its place; `no` takes away what has the head. */
function changed(running: readonly string[], typed: readonly string[]): readonly DiffLine[] {
  const left = typed.map((line) => line.trim());
  const take = (head: string): readonly string[] => {
    const own = left.filter((line) => headIn(line.replace(/^no /, '')) === head);
    for (const line of own) left.splice(left.indexOf(line), 1);
    return own.filter((line) => !line.startsWith('no '));
  };
  const touched = new Set(left.map((line) => headIn(line.replace(/^no /, ''))));
  const lines = running.flatMap((line): DiffLine[] => {
    const text = maskConfigSecrets(line.trim());
    const head = headIn(line);
    if (!touched.has(head)) return [{ kind: 'same', text }];
    const added = take(head);
    const stays = added.includes(line.trim());
    return [
      { kind: stays ? 'same' : 'removed', text },
      ...added.filter((own) => own !== line.trim()).map((own): DiffLine => ({ kind: 'added', text: own })),
    ];
  });
  return [...lines, ...left.map((text): DiffLine => ({ kind: 'added', text }))];
}

function headIn(line: string): string {
  return headOf(inTodaysWords(line.trim()));
}
