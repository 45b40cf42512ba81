import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { clearText } from '../../src/domain/config-line.ts';
import type { Device } from '../../src/domain/device.ts';
import { InputError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createRenderer, type Renderer } from '../../src/template/render.ts';
import { FULL, FULL_TRUSTPOINT, PLAIN } from './devices.ts';

const FOLDER = mkdtempSync(path.join(tmpdir(), 'trustfleet-injection-'));
writeFileSync(
  path.join(FOLDER, 'clock.hbs'),
  'clock timezone UTC 0 0\nbanner {{vars.a}} and {{vars.b}}\n{{#each vars.list}}\n ip host {{this}}\n{{/each}}\n',
);
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Strings that look for a way out: line ends, help, quotes, template syntax, tokens, commands, other alphabets. */
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.string() },
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r',
        '?',
        '"',
        '\\',
        ',',
        '+',
        '=',
        ' ',
        '!',
        '\u2028',
        '\u0085',
        '\x1a',
        '\x16',
        '{{name}}',
        '{{#if x}}',
        '\uE0000\uE001',
        'end',
        'do reload',
        'OU=Admins',
        'a',
        '<redacted>',
        '$&',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

/** What is typed, or undefined when the values were refused; anything else thrown fails the test. */
function typed(renderer: Renderer, device: Device): readonly string[] | undefined {
  try {
    return renderer.render(device).blocks.flatMap(({ lines }) => lines.map(clearText));
  } catch (thrown) {
    if (thrown instanceof InputError) return undefined;
    throw thrown;
  }
}

const headOf = (line: string): string => /^ *[^ ]+/.exec(line)?.[0] ?? '';

function expectSameShape(lines: readonly string[], neutral: readonly string[]): void {
  expect(lines.map(headOf)).toEqual(neutral.map(headOf));
  for (const line of lines) {
    expect(line).toMatch(/^[\x20-\x3e\x40-\x7e]{1,254}$/);
    expect(line).toBe(line.trimEnd());
  }
}

describe('whatever the inventory’s values are', () => {
  it('vars add no line and head none, or are refused', () => {
    const renderer = createRenderer({ overrides: FOLDER });
    const device = (a: string, b: string, list: readonly string[]): Device => ({
      ...PLAIN,
      vars: { a, b, list },
    });
    let passed = 0;
    fc.assert(
      fc.property(hostile, hostile, fc.array(hostile, { maxLength: 3 }), (a, b, list) => {
        const lines = typed(renderer, device(a, b, list));
        if (lines === undefined) return;
        passed += 1;
        expectSameShape(
          lines,
          typed(
            renderer,
            device(
              'x',
              'x',
              list.map(() => 'x'),
            ),
          ) ?? [],
        );
        expect(lines).toContain(`banner ${a} and ${b}`);
      }),
      { numRuns: 1_000 },
    );
    expect(passed).toBeGreaterThan(50);
  });

  it('the values of the packaged templates add no line and head none, or are refused', () => {
    const renderer = createRenderer();
    const keys = [
      'zone',
      'summer',
      'address',
      'vrf',
      'source',
      'secret',
      'label',
      'url',
      'ip',
      'site',
      'domain',
    ] as const;
    const device = (value: Readonly<Record<(typeof keys)[number], string>>): Device => ({
      ...FULL,
      vars: { ...FULL.vars, site: value.site, domain: value.domain },
      clock: {
        ...FULL.clock,
        timezone: { name: value.zone, offsetMinutes: 0 },
        summerTime: { name: value.summer, offsetMinutes: 60 },
        ntp: {
          servers: [{ address: value.address, vrf: value.vrf, prefer: true }],
          sourceInterface: value.source,
          keys: [{ id: 1, md5: Secret.acquired(value.secret, 'a test') }],
        },
      },
      trustpoints: [
        {
          ...FULL_TRUSTPOINT,
          key: { ...FULL_TRUSTPOINT.key, label: value.label },
          authority: { ...FULL_TRUSTPOINT.authority, scep: { url: value.url, ra: true } },
          ipAddress: value.ip,
          vrf: value.vrf,
          sourceInterface: value.source,
        },
      ],
    });
    const benign = Object.fromEntries(keys.map((key) => [key, 'x'])) as Record<(typeof keys)[number], string>;
    const neutral = typed(renderer, device(benign)) ?? [];
    expect(neutral).toHaveLength(26);
    let passed = 0;
    fc.assert(
      fc.property(fc.constantFrom(...keys), hostile, (key, value) => {
        const lines = typed(renderer, device({ ...benign, [key]: value }));
        if (lines === undefined) return;
        passed += 1;
        expectSameShape(lines, neutral);
      }),
      { numRuns: 1_000 },
    );
    expect(passed).toBeGreaterThan(50);
  });

  it('a var stays inside its attribute of the subject, or is refused', () => {
    const renderer = createRenderer();
    const trustpoint = { ...FULL_TRUSTPOINT, subject: 'CN={{name}},OU={{site}},O=Example' };
    fc.assert(
      fc.property(hostile, (site) => {
        let subject: string;
        try {
          subject = renderer.subject({ ...PLAIN, vars: { site } }, trustpoint);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(InputError);
          return;
        }
        expect(subject.split(/[,+]/)).toEqual(['CN=br-0001', `OU=${site}`, 'O=Example']);
        expect(subject.split('=')).toHaveLength(4);
      }),
      { numRuns: 500 },
    );
  });
});
