import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import Handlebars from 'handlebars';
import { afterAll, describe, expect, it } from 'vitest';
import { clearText } from '../../src/domain/config-line.ts';
import { deepFreeze } from '../../src/domain/deep-freeze.ts';
import type { Device } from '../../src/domain/device.ts';
import { InputError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createRenderer, type Renderer } from '../../src/template/render.ts';
import { FULL, FULL_TRUSTPOINT, METHODS, PLAIN, PLAIN_TRUSTPOINT, SHORT } from './devices.ts';

const NTP = `ntp logging
{{#each vars.list}}
 item {{@index}}{{#if @first}} first{{/if}}{{#unless @last}} more{{/unless}} {{name}} of {{../name}}{{#each words}} {{this}}{{@../index}}{{/each}}
{{else}}
 no item
{{/each}}
{{#with vars.group}}
 group {{a}}{{#if ../vars.flag}} flag {{../vars.flag}}{{else if b}} b {{b}}{{/if}}
{{/with}}
{{^if vars.flag}}
 no flag{{#unless vars.group}} and no group{{/unless}}
{{/if}}
`;
const SCEP = `crypto pki trustpoint {{trustpoint.name}}
 url {{trustpoint.url}}{{#if trustpoint.fqdn}} {{trustpoint.fqdn}} in {{clock.timezone.name}}{{/if}}
{{#if vars.flag}}
 flag {{vars.flag}} {{name}}
{{#each ntp.servers}}
 server {{address}} of {{../name}}{{#if @first}} first{{/if}} {{@index}}
{{/each}}
{{else}}
 subject-name {{trustpoint.subject}}
{{/if}}
{{#with trustpoint}}
 hash {{#if hash}}{{hash}}{{/if}}{{#unless ../vars.flag}} {{fqdn}}{{/unless}}
{{/with}}
`;
const FOLDER = mkdtempSync(path.join(tmpdir(), 'trustfleet-memory-'));
writeFileSync(path.join(FOLDER, 'ntp.hbs'), NTP);
const MIXED = mkdtempSync(path.join(tmpdir(), 'trustfleet-memory-'));
writeFileSync(path.join(MIXED, 'ntp.hbs'), NTP);
writeFileSync(path.join(MIXED, 'trustpoint-scep.hbs'), SCEP);
afterAll(() => {
  for (const folder of [FOLDER, MIXED]) rmSync(folder, { recursive: true });
});

const PLAIN_OBJECTS = { noNullPrototype: true };
const word = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('a', 'b', 'end', '$&', '{{name}}', 'x'.repeat(120), 'x'.repeat(240)),
  },
  { weight: 1, arbitrary: fc.constantFrom('', 'a b', 'a?', '\uE0000\uE001', 'x\ny', null) },
);
const vars = fc.record({
  list: fc.array(fc.record({ name: word, words: fc.array(word, { maxLength: 2 }) }, PLAIN_OBJECTS), {
    maxLength: 3,
  }),
  group: fc.option(fc.record({ a: word, b: fc.option(word) }, PLAIN_OBJECTS)),
  flag: fc.option(word),
  site: word,
  floor: fc.constantFrom(3, 4, 'top'),
  domain: fc.constantFrom('vpn.example.net', 'example.net'),
});
const trustpoint = fc.record({
  subject: fc.constantFrom('CN={{fqdn}},OU={{site}}', 'CN={{name}}', ''),
  hash: fc.option(fc.constantFrom('sha256', 'sha512', 'a b')),
  ipAddress: word.map(String),
});
/** As those of an inventory: frozen, and the same objects for many devices. */
const SHARED = [
  PLAIN_TRUSTPOINT,
  { ...FULL_TRUSTPOINT, subject: 'CN={{fqdn}},OU={{site}}' },
  { ...PLAIN_TRUSTPOINT, fqdn: '{{name}}', hash: 'sha256' as const },
].map((each) => deepFreeze({ ...each }));
const CLOCKS = [PLAIN, FULL].map(({ clock }) => deepFreeze({ ...clock }));
const shared = fc
  .tuple(
    fc.record({ clock: fc.constantFrom(...CLOCKS), trustpoints: fc.subarray(SHARED, { minLength: 1 }) }),
    fc.record({
      name: fc.constantFrom('br-1', 'br-2'),
      fqdn: fc.constantFrom('a.example.net', 'b.example.net', 'b'),
      vars: fc.record({
        site: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'b') }, { weight: 1, arbitrary: word }),
        flag: fc.constantFrom('x', 'y', null),
        group: fc.constant(null),
        list: fc.constant([]),
      }),
    }),
  )
  .map(([settings, own]): Device => ({ ...PLAIN, ...settings, ...own }));
/** Some share their settings. */
const device = fc
  .tuple(
    fc.constantFrom(FULL, METHODS, PLAIN, SHORT, deepFreeze(structuredClone(PLAIN))),
    fc.record({
      name: fc.constantFrom('br-1', 'br-2', 'br 3'),
      fqdn: fc.constantFrom('a.example.net', 'b.example.net', 'b', `${'x'.repeat(64)}.net`),
      vars,
    }),
    fc.array(trustpoint, { maxLength: 2 }),
  )
  .map(([base, own, points]): Device => {
    const made = points.map(({ hash, ...rest }) => ({
      ...(hash === null ? PLAIN_TRUSTPOINT : { ...FULL_TRUSTPOINT, hash: hash as 'sha256' }),
      ...rest,
    }));
    return { ...base, ...own, trustpoints: made.length === 0 ? base.trustpoints : made };
  });

/** The lines and their blocks, or everything that is wrong. */
function outcome(renderer: Renderer, each: Device): unknown {
  try {
    const { blocks, pkcs12 } = renderer.render(each);
    return {
      blocks: blocks.map((block) => ({ ...block, lines: block.lines.map(({ parts }) => parts) })),
      pkcs12: pkcs12 === undefined ? undefined : [...pkcs12],
    };
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems;
    throw thrown;
  }
}

describe('a renderer that has seen other devices', () => {
  it('gives each device what a renderer gives that has seen none: lines, or the same complaints', () => {
    let right = 0;
    let wrong = 0;
    fc.assert(
      fc.property(fc.array(device, { minLength: 2, maxLength: 6 }), (devices) => {
        const renderer = createRenderer({ overrides: FOLDER });
        for (const each of [...devices, ...devices.toReversed()]) {
          const shown = outcome(renderer, each);
          expect(shown).toEqual(outcome(createRenderer({ overrides: FOLDER }), each));
          if (Array.isArray(shown)) wrong += 1;
          else right += 1;
        }
      }),
      { numRuns: 40 },
    );
    expect(right).toBeGreaterThan(20);
    expect(wrong).toBeGreaterThan(20);
  });

  it.each([
    ['its own', undefined],
    ['other', MIXED],
  ])('does so when devices share frozen settings, with %s templates', (_, overrides) => {
    const options = overrides === undefined ? {} : { overrides };
    const fresh = new Map<string, unknown>();
    let right = 0;
    let wrong = 0;
    fc.assert(
      fc.property(fc.array(shared, { minLength: 5, maxLength: 20 }), (devices) => {
        const renderer = createRenderer(options);
        for (const each of devices) {
          const { name, fqdn, vars: own, clock, trustpoints } = each;
          const numbers = [CLOCKS.indexOf(clock), ...trustpoints.map((one) => SHARED.indexOf(one))];
          const identity = JSON.stringify([name, fqdn, own, numbers]);
          if (!fresh.has(identity)) fresh.set(identity, outcome(createRenderer(options), each));
          const shown = outcome(renderer, each);
          expect(shown).toEqual(fresh.get(identity));
          if (Array.isArray(shown)) wrong += 1;
          else right += 1;
        }
      }),
      { numRuns: 60 },
    );
    expect(right).toBeGreaterThan(20);
    expect(wrong).toBeGreaterThan(20);
  });

  it('keeps what it gave as it was', () => {
    const any = fc.oneof(device, shared);
    fc.assert(
      fc.property(fc.array(any, { minLength: 2, maxLength: 8 }), (devices) => {
        const renderer = createRenderer({ overrides: FOLDER });
        const given = devices.flatMap((each) => {
          try {
            return renderer.render(each).blocks.map(({ lines }) => ({ lines, text: lines.map(clearTextOf) }));
          } catch {
            return [];
          }
        });
        for (const { lines, text } of given) expect(lines.map(clearTextOf)).toEqual(text);
      }),
      { numRuns: 60 },
    );
  });

  it('forgets the lines of a device that was refused for another of its lines', () => {
    const folder = mkdtempSync(path.join(FOLDER, 'own-'));
    writeFileSync(path.join(folder, 'ntp.hbs'), 'ntp server {{vars.a}}\nntp logging {{vars.b}}\n');
    const renderer = createRenderer({ overrides: folder });
    const lines = (a: string, b: string): unknown =>
      renderer.render({ ...PLAIN, vars: { a, b } }).blocks[1]?.lines.map(clearText);
    expect(lines('one', 'x')).toEqual(['ntp server one', 'ntp logging x']);
    expect(() => lines('two', 'x'.repeat(250))).toThrow(/has 262 characters/);
    expect(lines('two', 'x')).toEqual(['ntp server two', 'ntp logging x']);
  });

  it('looks at a secret anew: its value may have come to be known, and be one that breaks its line', () => {
    const renderer = createRenderer();
    const md5 = new Secret({ kind: 'env', name: 'NTP_KEY' });
    const clock = { ...PLAIN.clock, ntp: { servers: [], keys: [{ id: 1, md5 }] } };
    const each = deepFreeze({ ...PLAIN, clock });
    renderer.render(each);
    renderer.render(each);
    md5.open('two words');
    expect(() => renderer.render(each)).toThrow(/holds a blank/);
  });

  it('gives the same block again to the next device that differs in nothing it says, and nobody can change it', () => {
    const renderer = createRenderer();
    const first = deepFreeze(structuredClone(PLAIN));
    const [, second, third] = [1, 2, 3].map((number) =>
      renderer.render(deepFreeze({ ...first, name: `br-${number}`, fqdn: `br-${number}.example.net` })),
    );
    for (const at of [0, 1, 2]) expect(third?.blocks[at]).toBe(second?.blocks[at]);
    const line = third?.blocks[3]?.lines[0];
    expect(line).toBe(second?.blocks[3]?.lines[0]);
    expect(Object.isFrozen(line) && Object.isFrozen(line?.parts)).toBe(true);
    expect(third?.blocks[3]?.lines).not.toEqual(second?.blocks[3]?.lines);
  });
});

describe('the language of templates', () => {
  const handlebars = Handlebars.compile<object>(NTP, { noEscape: true });

  it('draws what Handlebars draws', () => {
    const clean = fc.constantFrom('a', 'b-c', '{{name}}', '0', '$&');
    const cleanVars = fc.record({
      list: fc.array(fc.record({ name: clean, words: fc.array(clean, { maxLength: 3 }) }, PLAIN_OBJECTS), {
        maxLength: 3,
      }),
      group: fc.option(fc.record({ a: clean, b: fc.option(clean) }, PLAIN_OBJECTS)),
      flag: fc.option(clean),
    });
    const renderer = createRenderer({ overrides: FOLDER });
    fc.assert(
      fc.property(cleanVars, clean, (given, name) => {
        const lines = renderer.render({ ...PLAIN, name, vars: given }).blocks[1]?.lines.map(clearText) ?? [];
        const view = { name, vars: given };
        expect(lines).toEqual(
          handlebars(view)
            .split('\n')
            .map((line) => line.trimEnd())
            .filter((line) => line !== ''),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function clearTextOf({ parts }: { readonly parts: readonly (string | Secret)[] }): string {
  return parts.map(String).join('');
}
