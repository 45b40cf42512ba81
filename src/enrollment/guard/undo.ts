import { type ConfigLine, maskedText, plainLine } from '../../domain/config-line.ts';
import { inTodaysWords } from '../../ios/dialect/old-words.ts';
import { maskConfigSecrets } from '../../log/mask-config.ts';
import { headOf } from '../drift.ts';
import { type Observation, viewTrustpoint } from '../observation.ts';
import type { Action } from '../plan.ts';

/** How what was done to a router is taken back by hand, and what cannot be. */
export interface Undoing {
  /** Trustpoints that were not there before: they go, with the certificates they got. */
  readonly remove: readonly string[];
  /** Lines that put trustpoints back which were there, each with its first line. */
  readonly lines: readonly { readonly trustpoint: string; readonly lines: readonly ConfigLine[] }[];
  /** Sentences about what stays. */
  readonly stays: readonly string[];
}

/** Works out how to take back actions that were all carried out. Pure. */
export function planUndoing(before: Observation, actions: readonly Action[]): Undoing {
  const names = [
    ...new Set(actions.flatMap((action) => ('trustpoint' in action ? [action.trustpoint] : []))),
  ];
  const parts = names.map((name) => undoTrustpoint(before, name, actions));
  return {
    remove: parts.flatMap(({ remove }) => remove),
    lines: parts.flatMap(({ lines }) => lines),
    stays: [
      ...actions.flatMap((action) => (action.kind === 'set-clock' ? ['the clock and its lines stay'] : [])),
      ...actions.flatMap((action) =>
        action.kind === 'generate-keypair' ? [`the new key pair ${action.label} stays`] : [],
      ),
      ...actions.flatMap((action) =>
        action.kind === 'configure-beside' ? [`${action.about}: its new lines stay`] : [],
      ),
      ...actions.flatMap((action) =>
        action.kind === 'import' ? [`${action.trustpoint}: the key pair that was imported stays`] : [],
      ),
      ...actions.flatMap((action) =>
        action.kind === 'retire' ? [`${action.trustpoint} was removed with its key pair`, UNSAVED] : [],
      ),
      ...parts.flatMap(({ stays }) => stays),
    ],
  };
}

function undoTrustpoint(before: Observation, name: string, all: readonly Action[]): Undoing {
  const actions = all.filter((action) => 'trustpoint' in action && action.trustpoint === name);
  const view = viewTrustpoint(before, name);
  const isThere = view.lines !== undefined;
  const isConfigured = actions.some(({ kind }) => kind === 'configure');
  if (actions.some(({ kind }) => kind === 'remove-trustpoint')) {
    const stays = `trustpoint ${name} stays as it is now: the one that was removed took its certificates with it`;
    return { remove: [], lines: [], stays: [stays, UNSAVED] };
  }
  if (!isThere && isConfigured) {
    const asked = actions.some(({ kind }) => kind === 'enroll');
    const stays = asked ? [`what the CA issued for ${name} stays valid at the CA`] : [];
    return { remove: [name], lines: [], stays };
  }
  const { lines, stays } = undoLines(view.lines?.lines ?? [], actions);
  return {
    remove: [],
    lines: lines.length === 0 ? [] : [{ trustpoint: name, lines: [headOfBlock(actions, name), ...lines] }],
    stays: [
      ...stays.map((line) => `${name}: “${line}” held a secret and was not put back`),
      ...actions.flatMap(({ kind }) =>
        kind === 'authenticate' ? [`${name}: the CA certificate that was accepted stays`] : [],
      ),
      ...actions.flatMap((action) => (action.kind === 'enroll' ? staysOf(action) : [])),
    ],
  };
}

const UNSAVED = 'nothing was saved: a reload brings back what the startup configuration holds';

function staysOf({ trustpoint, replaces }: Extract<Action, { kind: 'enroll' }>): readonly string[] {
  if (replaces === undefined) return [`${trustpoint}: the new certificate stays`];
  const { serial } = replaces;
  return [`${trustpoint}: the new certificate stays, ${serial} cannot be put back by hand`, UNSAVED];
}

function headOfBlock(actions: readonly Action[], name: string): ConfigLine {
  const [head] = actions.flatMap((action) => (action.kind === 'configure' ? action.lines : []));
  return head ?? plainLine(`crypto pki trustpoint ${name}`);
}

/** Every typed line is taken away or replaced by what stood in its place; what was taken away is typed again. */
function undoLines(
  present: readonly string[],
  actions: readonly Action[],
): { readonly lines: readonly ConfigLine[]; readonly stays: readonly string[] } {
  const typed = actions
    .flatMap((action) => (action.kind === 'configure' ? action.lines.slice(1) : []))
    .map((line) => maskedText(line).trim());
  const heads = [...new Set(typed.map((line) => headIn(line.replace(/^no /, ''))))];
  const old = present.map((line) => line.trim());
  const undone = heads.flatMap((head) => {
    const was = old.filter((line) => headIn(line) === head);
    const added = typed.filter((line) => !line.startsWith('no ') && headIn(line) === head);
    if (was.length === 0) return added.map((line) => `no ${line.includes('<redacted>') ? head : line}`);
    return was.filter((line) => !added.includes(line));
  });
  const isSecret = (line: string): boolean => maskConfigSecrets(line) !== line;
  return {
    lines: undone.filter((line) => !isSecret(line)).map((line) => plainLine(` ${line}`)),
    stays: undone.filter(isSecret).map(maskConfigSecrets),
  };
}

function headIn(line: string): string {
  return headOf(inTodaysWords(line));
}
