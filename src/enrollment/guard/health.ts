import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthCheck } from '../../domain/guard.ts';
import { type ForeseenLine, foreseeCommand, repeated } from '../../ios/foreseen.ts';
import type { Session } from '../../ios/session.ts';
import type { StepContext } from '../steps/context.ts';

/** Between two looks at a router that may still become well, in milliseconds. */
const LOOK_AGAIN_MS = 2000;

/** What a health command printed. */
export interface Reading {
  readonly check: HealthCheck;
  readonly text: string;
}

/** One rule that does not hold. */
export interface Ailment {
  readonly command: string;
  /** `READY was not found`. */
  readonly what: string;
  /** The outputs, for a person. */
  readonly detail: string;
}

/** Types the commands, each once, in order. A command that is refused is a reading, too: nothing is found in it. */
export async function readHealth(
  session: Session,
  checks: readonly HealthCheck[],
): Promise<readonly Reading[]> {
  const said = new Map<string, string>();
  for (const command of commandsOf(checks)) said.set(command, (await session.ask(command)).text);
  return checks.map((check) => ({ check, text: said.get(check.command) ?? '' }));
}

/**
 * What is worse than before, once the time is over that its rules allow. Meanwhile the commands are typed again, all
 * that may still become well each time.
 */
export async function watchHealth(
  { session, monotonic, signal }: Pick<StepContext, 'session' | 'monotonic' | 'signal'>,
  before: readonly Reading[],
): Promise<readonly Ailment[]> {
  const startedAt = monotonic();
  let ailing = before;
  const worse: Ailment[] = [];
  for (;;) {
    const after = await readHealth(
      session,
      ailing.map(({ check }) => check),
    );
    const elapsed = monotonic() - startedAt;
    const still = ailing.filter((_, index) => {
      const ailments = ailmentsAfter(ailing.slice(index, index + 1), after.slice(index, index + 1));
      const { withinMs = 0 } = ailing[index]?.check ?? {};
      if (elapsed >= withinMs) worse.push(...ailments);
      return ailments.length > 0 && elapsed < withinMs;
    });
    if (still.length === 0 || worse.length > 0) return worse;
    ailing = still;
    const left = Math.min(...still.map(({ check }) => check.withinMs ?? 0)) - elapsed;
    await sleep(Math.min(LOOK_AGAIN_MS, Math.max(1, left)), undefined, { signal });
  }
}

/** The lines that `watchHealth` types: once each, and again and again where a rule has time. */
export function foreseeWatch(checks: readonly HealthCheck[]): readonly ForeseenLine[] {
  const patient = checks.filter(({ withinMs = 0 }) => withinMs > 0);
  return [
    ...foreseeHealth(checks),
    ...repeated('its health is not as it was, and has time', foreseeHealth(patient)),
  ];
}

/** The lines that `readHealth` types. */
export function foreseeHealth(checks: readonly HealthCheck[]): readonly ForeseenLine[] {
  return commandsOf(checks).map((command) => foreseeCommand(command));
}

/** What is wrong before anything was changed: a count or a comparison has nothing to be worse than. Pure. */
export function ailmentsBefore(before: readonly Reading[]): readonly Ailment[] {
  return before.flatMap(({ check: { command, rule }, text }) =>
    rule.kind === 'expect' && !patternOf(rule.pattern).test(text)
      ? [{ command, what: `“${rule.pattern}” was not found`, detail: `${command}\n${text.trim()}` }]
      : [],
  );
}

/** What is worse than it was. Both hold the same checks in the same order. Pure. */
export function ailmentsAfter(before: readonly Reading[], after: readonly Reading[]): readonly Ailment[] {
  return after.flatMap(({ check, text }, index) => {
    const was = before[index]?.text ?? '';
    const what = worse(check, was, text);
    if (what === undefined) return [];
    const { command } = check;
    return [{ command, what, detail: `${command}, before:\n${was.trim()}\nafter:\n${text.trim()}` }];
  });
}

function worse({ rule }: HealthCheck, before: string, after: string): string | undefined {
  switch (rule.kind) {
    case 'expect':
      return patternOf(rule.pattern).test(after) ? undefined : `“${rule.pattern}” is not found any more`;
    case 'count': {
      const [was, is] = [countLines(before, rule.pattern), countLines(after, rule.pattern)];
      return is >= was ? undefined : `lines with “${rule.pattern}”: ${is}, before: ${was}`;
    }
    case 'same':
      return squeezed(before) === squeezed(after) ? undefined : 'the output is not what it was';
  }
}

function countLines(text: string, pattern: string): number {
  const wanted = patternOf(pattern);
  return text.split('\n').filter((line) => wanted.test(line)).length;
}

function patternOf(pattern: string): RegExp {
  return new RegExp(pattern, 'm');
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function commandsOf(checks: readonly HealthCheck[]): readonly string[] {
  return [...new Set(checks.map(({ command }) => command))];
}
