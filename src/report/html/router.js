import { drawing, element } from './elements.js';
import { countOf, formatSeconds, markOf } from './format.js';
import { createPlayer } from './player.js';

/** @import { PageDetail, PageRow } from './page-types.ts' */
/** @typedef {PageDetail['result']} Result */

/**
 * Everything that is known of one router.
 * @param {PageRow} row
 * @param {PageDetail} detail
 * @param {HTMLElement[]} buttons
 * @returns {{ nodes: HTMLElement[], stop: () => void, press: (key: string) => boolean }}
 */
export function drawRouter(row, { result, checks, transcript }, buttons) {
  const player = transcript === undefined ? undefined : createPlayer(transcript);
  const nodes = [
    drawTitle(row, result, buttons),
    ...drawError(result),
    ...drawPart('Steps', result.steps.length === 0 ? undefined : drawSteps(result)),
    ...drawPart('Checks', result.findings.length === 0 ? undefined : drawFindings(result, checks)),
    ...result.certificates.map(drawCertificate),
    ...drawList(
      'Decisions',
      result.decisions.map(({ trustpoint, decision, reason }) => `${trustpoint}: ${decision}: ${reason}`),
    ),
    ...drawList('Notes', result.notes),
    ...drawPart('Conversation', player?.node),
  ];
  return { nodes, stop: () => player?.stop(), press: (key) => player?.press(key) ?? false };
}

/**
 * @param {PageRow} row
 * @param {Result} result
 * @param {HTMLElement[]} buttons
 */
function drawTitle({ device, host, outcome, labels, seconds, batch, attempts }, { release }, buttons) {
  const facts = [
    host,
    release,
    formatSeconds(seconds),
    batch === undefined ? undefined : `batch ${batch}`,
    attempts === undefined ? undefined : countOf(attempts, 'attempt'),
  ].filter((each) => each !== undefined);
  const tags = Object.entries(labels).map(([name, value]) =>
    element('span', { class: 'tag' }, `${name}: ${value}`),
  );
  return element(
    'header',
    {},
    element(
      'div',
      { class: 'bar' },
      element('h2', { id: 'router-name', tabindex: '-1' }, device),
      element('span', { class: `chip o-${outcome}` }, `${markOf(outcome)} ${outcome}`),
      element('span', { class: 'buttons' }, ...buttons),
    ),
    element('p', { class: 'when' }, facts.join(' · ')),
    tags.length === 0 ? undefined : element('p', { class: 'tags' }, ...tags),
  );
}

/** @param {Result} result */
function drawError({ error }) {
  if (error === undefined) return [];
  const step = error.step === undefined ? '' : ` (${error.step})`;
  return [
    element(
      'section',
      { class: 'error' },
      element('h3', {}, `${error.code}${step}`),
      element('p', {}, error.message),
      element('p', { class: 'hint' }, `→ ${error.hint}`),
      error.detail === '' ? undefined : element('pre', {}, error.detail),
    ),
  ];
}

/**
 * @param {string} title
 * @param {HTMLElement | undefined} content
 */
function drawPart(title, content) {
  return content === undefined ? [] : [element('section', {}, element('h3', {}, title), content)];
}

/**
 * @param {string} title
 * @param {readonly string[]} texts
 */
function drawList(title, texts) {
  return drawPart(
    title,
    texts.length === 0 ? undefined : element('ul', {}, ...texts.map((text) => element('li', {}, text))),
  );
}

/** @param {Result} result */
function drawSteps({ steps, startedAt }) {
  const start = Math.min(Date.parse(startedAt), ...steps.map((step) => Date.parse(step.startedAt)));
  const end = Math.max(...steps.map((step) => Date.parse(step.startedAt) + step.durationMs));
  const span = Math.max(1, end - start);
  const rows = steps.map((step) => {
    const from = ((Date.parse(step.startedAt) - start) / span) * 100;
    const width = Math.max(0.6, (step.durationMs / span) * 100);
    const bar = drawing(
      'svg',
      { class: 'gantt', 'aria-hidden': 'true' },
      drawing('rect', { class: 'track', x: '0', y: '3', width: '100%', height: '10', rx: '2' }),
      drawing('rect', {
        class: `o-${step.outcome}`,
        x: `${Math.min(from, 99.4)}%`,
        y: '3',
        width: `${width}%`,
        height: '10',
        rx: '2',
      }),
    );
    const name = element('td', {}, `${markOf(step.outcome)} ${step.step}`);
    if (step.attempt !== undefined) name.append(' ', element('small', {}, `attempt ${step.attempt}`));
    if (step.trustpoint !== undefined) name.append(' ', element('small', {}, step.trustpoint));
    return element(
      'tr',
      { class: `o-${step.outcome}` },
      name,
      element(
        'td',
        { class: 'number' },
        step.outcome === 'already-true' ? 'was so' : formatSeconds(step.durationMs / 1000),
      ),
      element('td', { class: 'wide' }, bar),
      element('td', {}, step.note ?? ''),
    );
  });
  return element('table', { class: 'steps' }, element('tbody', {}, ...rows));
}

/**
 * @param {Result} result
 * @param {Readonly<Record<string, string>>} checks
 */
function drawFindings({ findings }, checks) {
  const rows = findings.map(({ check, trustpoint, use, status, expected, actual }) =>
    element(
      'tr',
      { class: `f-${status}` },
      element('td', { class: 'status' }, `${markOf(status)} ${status}`),
      element(
        'td',
        {},
        element('b', {}, check),
        ' ',
        element('small', {}, `${nameOf(trustpoint, use)}: ${checks[check] ?? ''}`),
      ),
      element(
        'td',
        {},
        status === 'pass' && expected === actual
          ? element('span', {}, actual)
          : element(
              'span',
              {},
              element('small', {}, 'expected '),
              expected,
              element('br'),
              element('small', {}, 'is '),
              actual,
            ),
      ),
    ),
  );
  return element('table', { class: 'findings' }, element('tbody', {}, ...rows));
}

/**
 * With which of a trustpoint's two certificates is meant.
 * @param {string} trustpoint
 * @param {string | undefined} use
 */
function nameOf(trustpoint, use) {
  return use === undefined ? trustpoint : `${trustpoint} (${use})`;
}

/** @param {Result['certificates'][number]} certificate */
function drawCertificate({ trustpoint, use, chain = [], ...facts }) {
  const { subject, names = [], issuer, serial, notBefore, notAfter, key, signature, sha256, sha1 } = facts;
  const rows = [
    ['Subject', subject],
    ['Names', names.join(', ')],
    ['Issuer', issuer],
    ['Serial', serial],
    ['Valid', `${day(notBefore)} to ${day(notAfter)}`],
    ['Key', [key, signature].filter((each) => each !== undefined).join(', ')],
    ['SHA-256', sha256],
    ['SHA-1', sha1],
  ].filter(([, value]) => value !== '');
  const list = element('dl', { class: 'pairs' });
  for (const [name = '', value = ''] of rows) {
    const isHash = name.startsWith('SHA') || name === 'Serial';
    list.append(element('dt', {}, name), element('dd', {}, isHash ? element('code', {}, value) : value));
  }
  const above = chain.map((each) =>
    element(
      'li',
      {},
      element('b', {}, each.subject),
      ` to ${day(each.notAfter)}, serial ${each.serial}, by ${each.subject === each.issuer ? 'itself' : each.issuer}`,
      element('br'),
      element('code', {}, each.sha256),
    ),
  );
  return element(
    'section',
    {},
    element('h3', {}, `Certificate of ${nameOf(trustpoint, use)}`),
    list,
    above.length === 0 ? undefined : element('h4', {}, 'Chain on the router'),
    above.length === 0 ? undefined : element('ol', { class: 'chain' }, ...above),
  );
}

/** @param {string} date */
function day(date) {
  return `${date.slice(0, 10)} ${date.slice(11, 16)}`;
}
