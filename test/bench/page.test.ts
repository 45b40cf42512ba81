import { describe, expect, it } from 'vitest';
import { judged, pageOf } from '../../bench/page.ts';
import { tableOf } from '../../bench/table.ts';
import { outcomeOf } from './made-up.ts';

const READER = {
  ...outcomeOf(
    {
      trustfleet: { 'ms/output': [0.02, 0.04, 0.03], 'CPU s': 2 },
      'ntc-templates, TextFSM': { 'ms/output': [0.3, 0.3, 0.3], 'CPU s': 20 },
      Genie: 'pip: no version | found\n',
    },
    { ratioOf: 'ms/output', notes: ['Two certificates an output.'], title: 'Take apart' },
  ),
  name: 'reader',
};

describe('the table of a race', () => {
  it('has medians, ranges where figures differ, ratios, and why somebody is missing', () => {
    expect(
      tableOf({
        ...READER,
        columns: [
          { name: 'ms/output', digits: 2 },
          { name: 'CPU s', digits: 0 },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "|                        |                             ms/output | CPU s | ratio |
      |------------------------|--------------------------------------:|------:|------:|
      | trustfleet             |                      0.03 (0.02–0.04) |     2 | 1.00× |
      | ntc-templates, TextFSM |                                  0.30 |    20 |   10× |
      | Genie                  | not measured: pip: no version / found |       |     – |"
    `);
  });

  it('has as many cells in each row', () => {
    const cells = tableOf(READER)
      .split('\n')
      .map((line) => line.split('|').length);
    expect(new Set(cells).size).toBe(1);
  });
});

describe('what is said below it', () => {
  it('is what was met, what was not and why, and what was not judged', () => {
    const slow = {
      ...READER,
      results: READER.results.map((result, index) => (index === 0 ? slower(result) : result)),
    };
    expect(judged(READER)).toBe(
      '- **Not judged:** Genie was not measured.\n- **Met:** 10.0 times ntc (wanted: 10).\n',
    );
    expect(judged(slow)).toMatch(
      /^- \*\*Not judged.*\n- \*\*Missed:\*\* 1\.0 times ntc .*\n- \*\*In the way:\*\* V8 itself/,
    );
  });

  function slower<T extends { readonly figures: object }>(result: T): T {
    return { ...result, figures: { 'ms/output': [0.3] } };
  }
});

describe('docs/performance.md', () => {
  const facts = {
    command: 'npm run bench',
    date: new Date('2026-11-21T17:00:00Z'),
    machine: '2 cores of something',
    versions: ['Node.js 20.20.0', 'netmiko 4.8.0', 'genie.libs.parser missing'],
    settings: { rounds: 3, quick: false, routers: 500, ansibleRouters: 25, say: () => undefined },
  };

  it('tells command, date, machine and versions, and holds each race with its table, its verdicts and its notes', () => {
    const page = pageOf(facts, [READER]);
    for (const told of [
      '`npm run bench`',
      '2026-11-21',
      '2 cores of something',
      'genie.libs.parser missing',
      '3 times',
    ])
      expect(page).toContain(told);
    const at = [
      '## Take apart',
      tableOf(READER),
      '- **Not judged:** Genie',
      '- Two certificates an output.',
      '## What paid most',
    ].map((text) => page.indexOf(text));
    expect(at).toEqual(at.toSorted((one, other) => one - other));
    expect(at).not.toContain(-1);
  });

  it('warns of figures that mean nothing', () => {
    const quick = pageOf({ ...facts, settings: { ...facts.settings, quick: true } }, [READER]);
    expect(quick).toContain('the figures and verdicts mean nothing');
    expect(pageOf(facts, [READER])).not.toContain('mean nothing');
  });

  it('tells the largest gains, each with how it was measured and a profile before and after', () => {
    const [, gains = ''] = /## What paid most(.*)## What this does not say/s.exec(pageOf(facts, [])) ?? [];
    const [, ...each] = gains.split('\n### ');
    expect(each.length).toBeGreaterThanOrEqual(3);
    for (const gain of each) {
      expect(gain).toMatch(/^Measured .*\d{4}-\d\d-\d\d.*before.*[0-9a-f]{7}.*after [0-9a-f]{7}/ms);
      expect(gain).toMatch(
        /\| \| before \| after \|\n\|---\|---:\|---:\|\n(\|[^|\n]+\|[^|\n]+\|[^|\n]+\|\n?){4,}/,
      );
    }
  });
});
