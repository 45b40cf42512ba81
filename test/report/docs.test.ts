import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeviceResult } from '../../src/domain/result.ts';
import { parseSearch, unknownKey } from '../../src/report/html/filter.js';
import { toPrometheus } from '../../src/report/metrics.ts';
import { OPENSSL } from '../../src/report/proof/readme.ts';
import { aMaterial, someDevices, twoBatches } from './a-material.ts';
import { aRun } from './a-run.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/reports.md'), 'utf8');

describe('docs/reports.md', () => {
  it('names every metric, and no other', () => {
    const told = [...page.matchAll(/^\| `(?<name>trustfleet_\w+)` \|/gm)].map(
      ({ groups }) => groups?.name ?? '',
    );
    const reason = 'enough of its life is left';
    const decided = someDevices().map(
      (device): DeviceResult => ({
        ...device,
        decisions: [{ trustpoint: 'BRANCH', decision: 'not-due', reason }],
      }),
    );
    const material = aMaterial({ result: aRun(decided) }, twoBatches());
    const made = [...toPrometheus(material).matchAll(/^# TYPE (?<name>\S+)/gm)];
    expect(new Set(told)).toEqual(new Set(made.map(({ groups }) => groups?.name)));
    expect(told).toHaveLength(made.length);
  });

  it('searches for nothing that the page does not know', () => {
    const table = page.slice(page.indexOf('| Term |'), page.indexOf('`/` goes to'));
    const terms = [...table.matchAll(/^\| (?<cell>[^|]+) \|/gm)].flatMap(
      ({ groups }) => groups?.cell?.match(/`[^`]+`/g) ?? [],
    );
    expect(terms.length).toBeGreaterThan(15);
    const labels = new Set(['site', 'group', 'tag']);
    expect(terms.filter((term) => unknownKey(parseSearch(term.slice(1, -1)), labels) !== undefined)).toEqual(
      [],
    );
  });

  it('checks signatures as the README of a proof does', () => {
    for (const command of Object.values(OPENSSL)) expect(page).toContain(command);
  });

  it('names every event of --progress json', () => {
    const events = readFileSync(path.resolve(import.meta.dirname, '../../src/run/events.ts'), 'utf8');
    const types = [...events.matchAll(/readonly type: '(?<type>[a-z-]+)'/g)].map(
      ({ groups }) => groups?.type ?? '',
    );
    expect(types.length).toBeGreaterThan(9);
    expect(types.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
  });
});
