import { formatDuration } from '../domain/duration.ts';
import { countOutcomes, type DeviceDigest, digestsOf, type EndedRun } from '../run/result.ts';
import { cleanLine, wrap } from './columns.ts';
import { countsInWords, plural } from './outcomes.ts';
import type { RunHistory } from './run-history.ts';
import type { Style } from './style.ts';

/** Below so many devices the table above says it all. */
const WORTH_RANKING = 20;
const SLOWEST = 3;
const NAME_COLUMNS = 14;

/** The run in a few lines, as they are read first the next morning: batches, causes, retries, the slowest. */
export function drawRecap({ devices }: EndedRun, history: RunHistory, width: number, style: Style): string[] {
  const digests = digestsOf(devices);
  const lines = [
    ...batchLines(digests, history),
    ...causeLines(digests),
    ...retryLines(digests, history),
    ...slowestLines(digests),
    ...challengeLines(history),
  ];
  return lines.length === 0
    ? []
    : ['', style.strong('Recap'), ...lines.flatMap(([name, text]) => drawLine(name, text, width))];
}

type Line = readonly [name: string, text: string];

function drawLine(name: string, text: string, width: number): string[] {
  return wrap(cleanLine(text), width, `  ${name.padEnd(NAME_COLUMNS)}`);
}

function batchLines(devices: readonly DeviceDigest[], history: RunHistory): readonly Line[] {
  const byBatch = new Map<number | undefined, DeviceDigest[]>();
  for (const device of devices) {
    const batch = byBatch.get(device.batch) ?? [];
    batch.push(device);
    byBatch.set(device.batch, batch);
  }
  const begun = history.batches();
  const lines = begun.map(({ index, of, durationMs }): Line => {
    const time = durationMs === undefined ? '' : ` in ${formatDuration(durationMs)}`;
    return [`batch ${index} of ${of}`, `${countsInWords(countOutcomes(byBatch.get(index) ?? []))}${time}`];
  });
  const known = new Set(begun.map(({ index }) => index));
  const rest = devices.filter(({ batch }) => batch === undefined || !known.has(batch));
  return begun.length === 0 || rest.length === 0
    ? lines
    : [...lines, ['not begun', countsInWords(countOutcomes(rest))]];
}

/** One cause alone is told above already. */
function causeLines(devices: readonly DeviceDigest[]): readonly Line[] {
  const counts = countBy(
    devices
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'interrupted')
      .flatMap(({ code }) => code ?? []),
  );
  return counts.length < 2 || devices.length < WORTH_RANKING ? [] : [['causes', inWords(counts)]];
}

function retryLines(devices: readonly DeviceDigest[], history: RunHistory): readonly Line[] {
  const retries = history.retries();
  if (retries.length === 0) return [];
  const retried = new Set(retries.map(({ device }) => device));
  const helped = devices.filter(
    ({ device, outcome }) => retried.has(device) && (outcome === 'verified' || outcome === 'unchanged'),
  );
  const causes = inWords(countBy(retries.map(({ cause }) => cause.code)));
  return [
    [
      'retries',
      `${retries.length} on ${plural(retried.size, 'device')} (${causes}); ${helped.length} of them well now`,
    ],
  ];
}

function slowestLines(devices: readonly DeviceDigest[]): readonly Line[] {
  const worked = devices.filter(({ outcome }) => outcome !== 'skipped');
  if (worked.length < WORTH_RANKING) return [];
  const slowest = worked.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST);
  return [
    [
      'slowest',
      slowest.map(({ device, durationMs }) => `${device} ${formatDuration(durationMs)}`).join(', '),
    ],
  ];
}

function challengeLines(history: RunHistory): readonly Line[] {
  return history
    .slots()
    .filter(({ mostWaiting }) => mostWaiting > 0)
    .map(
      ({ authority, capacity, mostUsed, mostWaiting }): Line => [
        'challenges',
        `${authority}: at most ${mostUsed} of ${capacity} in use, up to ${mostWaiting} waiting`,
      ],
    );
}

/** The most frequent first. */
export function countBy(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

function inWords(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([word, count]) => `${word} ${count}`).join(', ');
}
