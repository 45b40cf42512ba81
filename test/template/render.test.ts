import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearText, maskedText } from '../../src/domain/config-line.ts';
import type { Device } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createRenderer, type RenderedDevice } from '../../src/template/render.ts';
import { FULL, METHODS, PLAIN, SHORT } from './devices.ts';
import { complaints } from './refusals.ts';

const TEMPLATES = path.resolve(import.meta.dirname, '../../templates');
const GOLDENS = path.join(import.meta.dirname, 'goldens');
const RENDERER = createRenderer();

function show({ blocks }: RenderedDevice): string {
  return blocks
    .map(({ name, trustpoint, lines }) =>
      [`== ${trustpoint === undefined ? name : `${name} ${trustpoint}`}`, ...lines.map(maskedText), ''].join(
        '\n',
      ),
    )
    .join('\n');
}

describe('rendering a device', () => {
  const cases: readonly (readonly [string, Device])[] = [
    ['plain', PLAIN],
    ['full', FULL],
    ['methods', METHODS],
    ['short-name', SHORT],
  ];

  it.each(cases)('gives the %s device the lines of its golden file', async (name, device) => {
    await expect(show(RENDERER.render(device))).toMatchFileSnapshot(path.join(GOLDENS, `${name}.txt`));
  });

  it('has a device for every golden file', () => {
    expect(readdirSync(GOLDENS).toSorted()).toEqual(cases.map(([name]) => `${name}.txt`).toSorted());
  });

  it('orders blocks clock, ntp, then key pair and trustpoint of each trustpoint, each from its own file', () => {
    const { blocks } = RENDERER.render(FULL);
    expect(blocks.map(({ name, trustpoint = '' }) => `${name} ${trustpoint}`.trim())).toEqual([
      'clock',
      'ntp',
      'keypair BRANCH',
      'trustpoint-scep BRANCH',
      'keypair VPN',
      'trustpoint-scep VPN',
    ]);
    expect(
      blocks.map(({ name, template }) => template === path.join(TEMPLATES, `${name}.hbs`)),
    ).not.toContain(false);
  });

  it('types an NTP key in clear and shows it nowhere', () => {
    const rendered = RENDERER.render({
      ...FULL,
      clock: {
        ...FULL.clock,
        ntp: { ...FULL.clock.ntp, keys: [{ id: 7, md5: Secret.acquired('Tick-Tock-7', 'a test') }] },
      },
    });
    const [line] = rendered.blocks[1]?.lines ?? [];
    if (line === undefined) throw new Error('no line');
    expect(maskedText(line)).toBe('ntp authentication-key 7 md5 <redacted>');
    expect(clearText(line)).toBe('ntp authentication-key 7 md5 Tick-Tock-7');
    expect(JSON.stringify(rendered)).not.toContain('Tick-Tock-7');
  });

  it('never renders a password or regenerate line', () => {
    for (const device of [PLAIN, FULL, SHORT]) {
      expect(show(RENDERER.render(device))).not.toMatch(/^ *(?:password|regenerate)\b/m);
    }
  });
});

describe('the clock block', () => {
  const clock = (
    timezone: Device['clock']['timezone'],
    summerTime?: Device['clock']['summerTime'],
  ): string[] => {
    const settings = { ...PLAIN.clock, timezone, ...(summerTime === undefined ? {} : { summerTime }) };
    return (RENDERER.render({ ...PLAIN, clock: settings }).blocks[0]?.lines ?? []).map(maskedText);
  };

  it.each([
    [0, '0 0'],
    [330, '5 30'],
    [-480, '-8 0'],
    [-210, '-3 30'],
    [765, '12 45'],
  ])('writes an offset of %i minutes as %s', (offsetMinutes, words) => {
    expect(clock({ name: 'ZONE', offsetMinutes })).toEqual([`clock timezone ZONE ${words}`]);
  });

  it('spells out the rule of the United States when only the offset differs from it', () => {
    const [, summer] = clock({ name: 'A', offsetMinutes: 0 }, { name: 'B', offsetMinutes: 30 });
    expect(summer).toBe('clock summer-time B recurring 2 Sun Mar 2:00 1 Sun Nov 2:00 30');
  });

  it.each([
    ['an offset between -1 hour and 0', { name: 'A', offsetMinutes: -30 }, undefined],
    ['an offset of days', { name: 'A', offsetMinutes: 2_000 }, undefined],
    [
      'a rule that is none',
      { name: 'A', offsetMinutes: 0 },
      { name: 'B', recurring: 'in summer', offsetMinutes: 60 },
    ],
    ['a zone with a blank', { name: 'A B', offsetMinutes: 0 }, undefined],
  ])('refuses %s', (_, timezone, summerTime) => {
    expect(complaints(() => clock(timezone, summerTime))).toContain('br-0001');
  });
});

describe('the packaged templates', () => {
  it('are the files of templates/, each one used', () => {
    const blocks = [FULL, METHODS].flatMap((device) => RENDERER.render(device).blocks);
    const used = new Set(blocks.map(({ template }) => path.basename(template)));
    expect(new Set(readdirSync(TEMPLATES))).toEqual(used);
  });

  it('say in their first line what they are', () => {
    for (const name of readdirSync(TEMPLATES)) {
      expect(readFileSync(path.join(TEMPLATES, name), 'utf8')).toMatch(/^\{\{! .+ \}\}\n/);
    }
  });
});
