import type { DeviceResult, StepResult } from '../domain/result.ts';
import { CHANGING_STEPS } from './state/changing-steps.ts';

/** What an attempt says of itself that is no more true of the device when another attempt came before. */
const UNCHANGED = 'nothing was changed on the router';
const ABOUT_ONE_ATTEMPT: ReadonlySet<string> = new Set([UNCHANGED, 'no step was finished on the router']);
const CHANGED = 'changed on the router';
const NOT_SAVED = 'not saved to its startup configuration';

/**
 * All attempts at one device, in order, as one result: what it is now is the last one's, what was done is everybody's.
 * Where the last one failed of something else than the first, that may be but the consequence: its detail names the
 * first cause. `elapsedMs` is the time from the first one's start to the last one's end.
 */
export function mergeAttempts(
  earlier: readonly DeviceResult[],
  last: DeviceResult,
  elapsedMs: number,
): DeviceResult {
  const [first] = earlier;
  if (first === undefined) return last;
  const all = [...earlier, last];
  const causes = earlier.flatMap(causeOf);
  const transcripts = earlier.flatMap(({ transcript, earlierTranscripts = [] }) => [
    ...earlierTranscripts,
    ...(transcript === undefined ? [] : [transcript]),
  ]);
  const { error } = last;
  const isAnother = error !== undefined && error.code !== first.error?.code;
  return {
    ...last,
    startedAt: first.startedAt,
    durationMs: elapsedMs,
    steps: all.flatMap(({ steps }, index) => steps.map((step) => ({ ...step, attempt: index + 1 }))),
    notes: [...causes, ...notesOf(earlier, last)],
    attempts: all.length,
    ...(isAnother
      ? { error: { ...error, detail: [causes[0], error.detail].filter(Boolean).join('\n') } }
      : {}),
    ...(transcripts.length === 0 ? {} : { earlierTranscripts: transcripts }),
  };
}

/** None where it did not fail, but found that the CA had not answered yet. */
function causeOf({ error }: DeviceResult, index: number): readonly string[] {
  return error === undefined ? [] : [`attempt ${index + 1} failed as ${error.code}: ${error.message}`];
}

/** Each note once: what the last attempt says too is not told of those before. */
function notesOf(earlier: readonly DeviceResult[], last: DeviceResult): readonly string[] {
  const wasTouched = earlier.some(isTouched);
  // Whether the router is as it was can be said of the device only if it is so after every attempt.
  const later = new Set(last.notes.filter((note) => !wasTouched || !ABOUT_ONE_ATTEMPT.has(note)));
  const told = new Set<string>();
  const before = earlier.flatMap((result, index) => {
    const isSaved = [...earlier.slice(index + 1), last].some(hasSaved);
    return [...result.notes, ...unsaidChanges(result)]
      .filter((note) => !later.has(note) && !(result.error === undefined && told.has(note)))
      .map((note) => {
        told.add(note);
        return note;
      })
      .map((note) => (isSaved ? note.replace(NOT_SAVED, 'saved at a later attempt') : note))
      .map((note) => `attempt ${index + 1}: ${note}`);
  });
  const own = last.notes.map((note) =>
    wasTouched && ABOUT_ONE_ATTEMPT.has(note) ? `attempt ${earlier.length + 1}: ${note}` : note,
  );
  return [...before, ...own];
}

/** It may have changed the router, even if that was taken back. */
function isTouched({ steps, notes }: DeviceResult): boolean {
  if (notes.includes(UNCHANGED)) return false;
  return steps.some(({ step, outcome }) => CHANGING_STEPS.has(step) && outcome !== 'already-true');
}

function hasSaved({ steps }: DeviceResult): boolean {
  return steps.some(({ step, outcome }) => step === 'save' && outcome === 'done');
}

/** A job that was left at its deadline could not tell what it had changed; its steps do. */
function unsaidChanges({ steps, notes }: DeviceResult): readonly string[] {
  const changes = steps.filter(({ step, outcome }) => CHANGING_STEPS.has(step) && outcome === 'done');
  return changes.length === 0 || notes.length > 0 ? [] : [`${CHANGED}: ${changes.map(nameOf).join('; ')}`];
}

function nameOf({ step, trustpoint, note }: StepResult): string {
  return [step, trustpoint, note && `(${note})`].filter(Boolean).join(' ');
}
