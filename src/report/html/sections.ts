import { formatDuration } from '../../domain/duration.ts';
import { ERRORS } from '../../domain/errors.ts';
import type { ErrorReport } from '../../domain/result.ts';
import { chosen, countOutcomes, type DeviceResults, digestsOf, type EndedRun } from '../../run/result.ts';
import { finishedAt, type ReportMaterial } from '../material.ts';
import { OUTCOME_ORDER, plural } from '../outcomes.ts';
import { drawCalendar } from './calendar.ts';
import { escapeHtml } from './escape.ts';
import { drawTimeline } from './timeline.ts';

const MOST_NAMES = 40;
const MARKS = {
  verified: '✓',
  unchanged: '✓',
  planned: '→',
  pending: '…',
  failed: '✗',
  interrupted: '✗',
  skipped: '–',
} as const;

/** `enroll, 2026-11-21 02:00 UTC`. */
export function titleOf({ result }: ReportMaterial<EndedRun>): string {
  return `${result.command}, ${minute(result.startedAt)} UTC`;
}

/** The still part of the page: what it is about, the counts, what went wrong, and two charts. */
export function drawHead(material: ReportMaterial<EndedRun>): string {
  const { run, result, history } = material;
  const counts = countOutcomes(digestsOf(result.devices));
  const ends = endsOf(result.devices);
  const chips = OUTCOME_ORDER.filter((outcome) => counts[outcome] > 0).map(
    (outcome) =>
      `<button type="button" class="chip o-${outcome}" data-search="s:${outcome}"><b>${counts[outcome]}</b> <span>${MARKS[outcome]} ${outcome}</span></button>`,
  );
  return [
    '<header>',
    `<h1>${escapeHtml(result.command)} <small>${plural(result.devices.length, 'router')}</small></h1>`,
    `<p class="when">${period(result.startedAt, finishedAt(result))} UTC, run <code>${escapeHtml(run.id)}</code>, trustfleet ${escapeHtml(run.version)}</p>`,
    '</header>',
    '<section aria-label="Summary">',
    `<div class="chips">${chips.join('')}</div>`,
    ...(result.stopped === undefined
      ? []
      : [`<p class="alarm"><b>Stopped:</b> ${escapeHtml(result.stopped)}</p>`]),
    ...(result.interrupted ? ['<p class="alarm">The run was interrupted.</p>'] : []),
    `<dl class="facts">${factsOf(material, ends)
      .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
      .join('')}</dl>`,
    '</section>',
    drawFailures(result.devices),
    section('time', 'Over time', drawTimeline(result, history.batches())),
    section('expiry', 'When certificates end', drawCalendar(ends, finishedAt(result))),
  ].join('\n');
}

function section(id: string, title: string, content: string): string {
  return content === ''
    ? ''
    : `<section id="${id}"><h2>${title}</h2><div class="scroll">${content}</div></section>`;
}

/** When the certificates of all routers end. */
function endsOf(devices: DeviceResults): readonly Date[] {
  const ends: Date[] = [];
  for (const { certificates } of devices) ends.push(...certificates.map(({ notAfter }) => notAfter));
  return ends;
}

function factsOf(
  { result, history }: ReportMaterial<EndedRun>,
  ends: readonly Date[],
): readonly (readonly [string, string])[] {
  const worked = digestsOf(result.devices).filter(({ outcome }) => outcome !== 'skipped');
  const times = worked.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  const slowest = worked.toSorted((a, b) => b.durationMs - a.durationMs)[0];
  const perMinute = result.durationMs < 1000 ? undefined : (worked.length * 60_000) / result.durationMs;
  const batches = history.batches();
  const retries = history.retries();
  const first = ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
  return [
    ['Duration', formatDuration(result.durationMs)],
    ...(perMinute === undefined
      ? []
      : [['Pace', `${perMinute.toFixed(perMinute < 10 ? 1 : 0)} a minute`] as const]),
    ...(times.length === 0
      ? []
      : [['Median router', formatDuration(times[Math.floor(times.length / 2)] ?? 0)] as const]),
    ...(slowest === undefined
      ? []
      : [['Slowest', `${slowest.device}, ${formatDuration(slowest.durationMs)}`] as const]),
    ...(batches.length === 0
      ? []
      : [['Batches', `${batches.length} of ${batches[0]?.of ?? batches.length}`] as const]),
    ...(retries.length === 0 ? [] : [['Retries', String(retries.length)] as const]),
    ...history
      .slots()
      .map(
        ({ authority, capacity, mostUsed, mostWaiting }) =>
          [
            `Challenges of ${authority}`,
            `at most ${mostUsed} of ${capacity} in use, up to ${mostWaiting} waiting`,
          ] as const,
      ),
    ['Certificates', String(ends.length)],
    ...(first === undefined ? [] : [['First to end', first.toISOString().slice(0, 10)] as const]),
  ];
}

/** Of one cause: what the first router said, and the names of all, by what is to be done. */
interface Cause {
  readonly first: ErrorReport;
  readonly hints: Map<string, string[]>;
  routers: number;
}

/** By cause, the most frequent first, as the terminal tells them. */
function drawFailures(devices: DeviceResults): string {
  const causes = new Map<string, Cause>();
  for (const { device, error } of chosen(
    devices,
    ({ outcome, code }) => outcome !== 'skipped' && code !== undefined,
  )) {
    if (error === undefined) continue;
    const cause = causes.get(error.code) ?? { first: error, hints: new Map(), routers: 0 };
    causes.set(error.code, cause);
    cause.routers += 1;
    const names = cause.hints.get(error.hint);
    if (names === undefined) cause.hints.set(error.hint, [device]);
    else names.push(device);
  }
  if (causes.size === 0) return '';
  const sorted = [...causes].toSorted(([, a], [, b]) => b.routers - a.routers);
  return [
    '<section id="failures"><h2>What went wrong</h2><div class="causes">',
    ...sorted.map(([code, cause]) => drawCause(code, cause)),
    '</div></section>',
  ].join('\n');
}

function drawCause(code: string, { first, hints, routers }: Cause): string {
  // A kept run may come from a newer trustfleet.
  const what = Object.hasOwn(ERRORS, code) ? `${ERRORS[first.code].title}.` : first.message;
  return [
    '<article class="cause">',
    `<h3><button type="button" data-search="code:${escapeHtml(code)}">${escapeHtml(code)}</button> <span>${plural(routers, 'router')}</span></h3>`,
    `<p>${escapeHtml(what)}</p>`,
    ...[...hints]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([hint, names]) => drawHint(hint, names)),
    '</article>',
  ].join('');
}

/** What to do, and the routers that it is for. */
function drawHint(hint: string, names: readonly string[]): string {
  const hidden = names.length - MOST_NAMES;
  return [
    `<p class="hint">→ ${escapeHtml(hint)}</p>`,
    `<p class="names">${escapeHtml(names.slice(0, MOST_NAMES).join(', '))}${hidden > 0 ? ` and ${hidden} more` : ''}</p>`,
  ].join('');
}

function period(from: Date, to: Date): string {
  const [first, last] = [minute(from), minute(to)];
  if (first === last) return first;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last}`;
}

function minute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
