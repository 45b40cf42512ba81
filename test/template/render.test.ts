import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { clearText, maskedText } from '../../src/domain/config-line.ts';
import type { Device } from '../../src/domain/device.ts';
import { InputError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createRenderer, type RenderedDevice } from '../../src/template/render.ts';
import { FULL, PLAIN, PLAIN_TRUSTPOINT, SHORT } from './devices.ts';

const TEMPLATES = path.resolve(import.meta.dirname, '../../templates');
const GOLDENS = path.join(import.meta.dirname, 'goldens');
const RENDERER = createRenderer();

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function overrides(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-templates-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** Everything that was said, without the folder of the templates. */
function complaints(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return folders.reduce((text, folder) => text.replaceAll(`${folder}/`, ''), thrown.message);
  }
  throw new Error('nothing was refused');
}

function show({ blocks }: RenderedDevice): string {
  return blocks
    .map(({ name, trustpoint, lines }) =>
      [`== ${trustpoint === undefined ? name : `${name} ${trustpoint}`}`, ...lines.map(maskedText), ''].join(
        '\n',
      ),
    )
    .join('\n');
}

function withVars(vars: Device['vars']): Device {
  return { ...PLAIN, vars };
}

describe('rendering a device', () => {
  const cases: readonly (readonly [string, Device])[] = [
    ['plain', PLAIN],
    ['full', FULL],
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

  it('costs well under a millisecond of CPU a device', () => {
    const before = process.cpuUsage();
    for (let index = 0; index < 2_000; index += 1) {
      RENDERER.render({ ...FULL, name: `br-${index}`, fqdn: `br-${index}.example.net` });
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 2_000).toBeLessThan(1_000);
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

describe('a value that must not reach a router', () => {
  const renderer = (): ReturnType<typeof createRenderer> =>
    createRenderer({
      overrides: overrides({ 'clock.hbs': 'clock timezone UTC 0 0\nbanner {{vars.text}}\n' }),
    });

  it.each([
    ['a line break', 'a\nreload', 'holds a line break'],
    ['a carriage return', 'a\rreload', 'holds a line break'],
    ['a question mark', 'what?', 'opens the router’s help'],
    ['a tab', 'a\tb', 'holds a tab'],
    ['Ctrl-Z', 'a\x1a', 'control character U+001A'],
    ['a letter outside ASCII', 'Zürich', 'U+00FC, and the router takes ASCII only'],
    ['an emoji', '🙂', 'ASCII only'],
    ['nothing at all', '', 'is empty'],
    ['a leading blank', ' a', 'begins or ends with a blank'],
    ['an open quotation mark', 'a "b', 'quotation mark that is not closed'],
    ['null', null, 'is not set'],
    ['a yes', true, 'is true, which is no text'],
    ['a list', ['a'], 'is a list'],
    ['a mapping', { a: 'b' }, 'is a mapping'],
  ])('is %s', (_, text, why) => {
    const said = complaints(() => renderer().render(withVars({ text })));
    expect(said).toMatch(/^clock\.hbs:2:10 devices\.br-0001: \{\{vars\.text\}\} /);
    expect(said).toContain(why);
  });

  it('is a secret that holds a line break, and its text is not told', () => {
    const keys = [{ id: 1, md5: Secret.acquired('hush\nreload', 'environment variable K') }];
    const device = { ...PLAIN, clock: { ...PLAIN.clock, ntp: { servers: [], keys } } };
    const said = complaints(() => RENDERER.render(device));
    expect(said).toContain(
      'ntp.hbs:3:37 devices.br-0001: {{md5}} (the secret from environment variable K) holds a line',
    );
    expect(said).not.toContain('hush');
  });

  it('makes a line too long for a router', () => {
    const said = complaints(() => renderer().render(withVars({ text: 'x'.repeat(248) })));
    expect(said).toContain('“banner {{vars.text}}” has 255 characters');
    expect(renderer().render(withVars({ text: 'x'.repeat(247) })).blocks[0]?.lines).toHaveLength(2);
  });

  it.each([
    ['url', { authority: { ...PLAIN_TRUSTPOINT.authority, scep: { url: 'http://ca/?x', ra: false } } }],
    ['vrf', { vrf: 'red enable' }],
    ['vrf, empty', { vrf: '' }],
    ['label', { key: { ...PLAIN_TRUSTPOINT.key, label: 'A modulus 512' } }],
  ])('stands in a trustpoint’s %s', (_, change) => {
    const device = { ...PLAIN, trustpoints: [{ ...PLAIN_TRUSTPOINT, ...change }] };
    expect(complaints(() => RENDERER.render(device))).toContain('devices.br-0001: {{');
  });

  it('leaves a command without its argument', () => {
    const device = { ...PLAIN, trustpoints: [{ ...PLAIN_TRUSTPOINT, revocationCheck: [] }] };
    expect(complaints(() => RENDERER.render(device))).toBe(
      'inventory devices.br-0001.trustpoints.BRANCH.revocationCheck: names no method (write none to check nothing)',
    );
  });

  it('is told of together with all the others of the device', () => {
    const device = {
      ...PLAIN,
      fqdn: 'a?',
      trustpoints: [{ ...PLAIN_TRUSTPOINT, vrf: 'a b', subject: 'CN={{nmae}}' }],
    };
    const said = complaints(() => RENDERER.render(device)).split('\n');
    expect(said).toHaveLength(2);
    expect(said.join()).toContain('did you mean name?');
  });
});

describe('a template of one’s own', () => {
  it('takes the place of the one of the same name and leaves the others', () => {
    const folder = overrides({ 'ntp.hbs': '{{#each ntp.servers}}ntp server {{address}} version 3{{/each}}' });
    const { blocks } = createRenderer({ overrides: folder }).render(PLAIN);
    expect(blocks[1]).toMatchObject({ template: path.join(folder, 'ntp.hbs') });
    expect(blocks[1]?.lines.map(maskedText)).toEqual(['ntp server 192.0.2.1 version 3']);
    expect(blocks[0]?.template).toBe(path.join(TEMPLATES, 'clock.hbs'));
  });

  it('may include another file of its folder and use the device’s vars', () => {
    const folder = overrides({
      'clock.hbs': 'clock timezone UTC 0 0\n{{> vrfs}}\n',
      'vrfs.hbs':
        '{{#each vars.vrfs}}\nip vrf {{this}}\n{{#unless @last}}\nntp logging\n{{/unless}}\n{{/each}}\n',
    });
    const { blocks } = createRenderer({ overrides: folder }).render(FULL);
    expect(blocks[0]?.lines.map(maskedText)).toEqual([
      'clock timezone UTC 0 0',
      'ip vrf red',
      'ntp logging',
      'ip vrf blue',
    ]);
  });

  it('may be written with CRLF and a byte order mark', () => {
    const folder = overrides({ 'clock.hbs': '\uFEFFclock timezone UTC 0 0\r\nclock calendar-valid\r\n' });
    const { blocks } = createRenderer({ overrides: folder }).render(PLAIN);
    expect(blocks[0]?.lines.map(maskedText)).toEqual(['clock timezone UTC 0 0', 'clock calendar-valid']);
  });

  it.each([
    ['a folder that is not there', undefined, 'the folder of templates does not exist'],
    ['a file that overrides nothing', { 'clok.hbs': '' }, 'clok.hbs this template overrides nothing'],
    ['a file that overrides nothing, meant for clock', { 'clok.hbs': '' }, 'did you mean clock.hbs?'],
    [
      'a syntax error',
      { 'clock.hbs': 'a\nb {{#if x}}' },
      'clock.hbs:2:1 the template cannot be parsed: it ends too early',
    ],
    [
      'blocks that do not match',
      { 'clock.hbs': 'a\n{{#if vars}}\n{{/each}}' },
      "clock.hbs:2:4 the template cannot be parsed: if doesn't match each",
    ],
    [
      'an unknown variable',
      { 'clock.hbs': 'a\n  b {{clock.timezon.name}}' },
      'clock.hbs:2:7 there is no variable clock.timezon here (did you mean clock.timezone?)',
    ],
    [
      'an unknown variable in #if',
      { 'clock.hbs': '{{#if clok}}a{{/if}}' },
      'clock.hbs:1:7 there is no variable clok here (did you mean clock?)',
    ],
    [
      'an unknown variable in #each',
      { 'clock.hbs': '{{#each ntp.server}}a{{/each}}' },
      'did you mean ntp.servers?',
    ],
    [
      'an outer variable inside #each',
      { 'ntp.hbs': '{{#each ntp.servers}}ntp {{name}}{{/each}}' },
      'inside a block write ../name',
    ],
    [
      'a trustpoint’s variable in a device’s template',
      { 'clock.hbs': 'a {{key.label}}' },
      'clock.hbs:1:5 there is no variable key',
    ],
    ['a helper', { 'clock.hbs': 'a {{lookup vars "x"}}' }, 'there is no helper lookup'],
    ['an unknown block', { 'clock.hbs': '{{#vars}}a{{/vars}}' }, 'there is no block #vars'],
    ['a printed list', { 'ntp.hbs': 'a {{ntp.servers}}' }, 'ntp.servers is a list'],
    ['a printed flag', { 'keypair.hbs': 'a {{key.exportable}}' }, 'key.exportable is yes or no'],
    ['a printed group', { 'clock.hbs': 'a {{clock}}' }, 'clock is a group of variables'],
    ['#each over a group', { 'clock.hbs': '{{#each clock}}a{{/each}}' }, 'clock is no list'],
    ['#with over a word', { 'clock.hbs': '{{#with fqdn}}a{{/with}}' }, 'fqdn is no group'],
    ['../ too far', { 'clock.hbs': 'a {{../name}}' }, '../ leads out of the template'],
    ['@root', { 'clock.hbs': 'a {{@root.name}}' }, 'there is no variable @root.name'],
    [
      'block parameters',
      { 'ntp.hbs': '{{#each ntp.servers as |s|}}a{{/each}}' },
      '`as |name|` is not supported',
    ],
    [
      'an inline partial',
      { 'clock.hbs': '{{#*inline "x"}}a{{/inline}}' },
      'inline partials are not supported',
    ],
    ['a partial that is not there', { 'clock.hbs': '{{> gone}}' }, 'there is no partial gone.hbs'],
    [
      'a partial inside itself',
      { 'clock.hbs': '{{> p}}', 'p.hbs': '{{> p}}' },
      'the partial p contains itself',
    ],
    ['a question mark', { 'clock.hbs': 'a\nb what?' }, 'clock.hbs:2:7 the template holds a question mark'],
    ['a tab', { 'clock.hbs': 'a\n\tb' }, 'clock.hbs:2:1 the template holds a tab'],
    [
      'a private-use character',
      { 'clock.hbs': 'a \uE0000\uE001' },
      'clock.hbs:1:3 the template holds U+E000',
    ],
  ])('is refused with %s', (_, files, said) => {
    const folder = files === undefined ? '/nowhere/at/all' : overrides(files as Record<string, string>);
    expect(complaints(() => createRenderer({ overrides: folder }))).toContain(said);
  });

  it('tells the problems of every file at once', () => {
    const folder = overrides({ 'clock.hbs': 'a {{x}}', 'ntp.hbs': 'b {{y}} {{z}}' });
    expect(complaints(() => createRenderer({ overrides: folder })).split('\n')).toHaveLength(3);
  });

  it.each([
    ['a line that is one value', 'clock.hbs', '{{vars.text}}', 'begins with a value'],
    ['a head that is half a value', 'clock.hbs', 'no{{vars.text}}', 'begins with a value'],
    ['end', 'clock.hbs', 'clock timezone UTC 0 0\nend', 'begins with end'],
    ['do', 'clock.hbs', 'do reload {{vars.text}}', 'begins with do'],
    [
      'a challenge password',
      'trustpoint-scep.hbs',
      'crypto pki trustpoint {{trustpoint.name}}\n password x',
      'challenge password',
    ],
    ['two lines for a key pair', 'keypair.hbs', 'crypto key generate rsa\nreload', 'is one line'],
    [
      'another command for a key pair',
      'keypair.hbs',
      'crypto key zeroize rsa',
      'is one line that begins with',
    ],
    [
      'a trustpoint of another name',
      'trustpoint-scep.hbs',
      'crypto pki trustpoint X',
      'the first line of this template',
    ],
    [
      'a line outside the trustpoint',
      'trustpoint-scep.hbs',
      'crypto pki trustpoint {{trustpoint.name}}\nhostname x',
      'no leading blank',
    ],
  ])('cannot render %s', (_, file, text, said) => {
    const renderer = createRenderer({ overrides: overrides({ [file]: text }) });
    const rendered = complaints(() => renderer.render(withVars({ text: 'reload' })));
    expect(rendered).toContain(`${file}`);
    expect(rendered).toContain(said);
  });

  it.each([
    [
      'a var that this device has not',
      'a {{vars.siet}}',
      'clock.hbs:1:5 devices.br-0001: {{vars.siet}} is not set (did you mean vars.site?)',
    ],
    [
      'the same in #if',
      '{{#if vars.zzz}}a{{/if}}',
      'is not set (a var that only some devices have is set to null',
    ],
    ['the same in #each', '{{#each vars.zzz}}a{{/each}}', '{{vars.zzz}} is not set'],
    ['the same in #with', '{{#with vars.zzz}}a{{/with}}', '{{vars.zzz}} is not set'],
    [
      'a part of nothing',
      'a {{vars.nil.x}}',
      '{{vars.nil.x}} is not set (test it first, with {{#if vars.nil}})',
    ],
    [
      'a part of an absent setting',
      'a {{clock.summerTime.name}}',
      'test it first, with {{#if clock.summerTime}}',
    ],
    ['an absent setting', 'a {{ntp.source}}', '{{ntp.source}} is not set (test it first, with {{#if}})'],
    ['what every object has', 'a {{vars.constructor}}{{vars.__proto__}}', '{{vars.constructor}} is not set'],
    ['#each over a word', '{{#each vars.site}}a{{/each}}', '{{vars.site}} is no list'],
    ['#with over a word', '{{#with vars.site}}a{{/with}}', '{{vars.site}} is no mapping'],
  ])('stops at %s', (_, text, said) => {
    const renderer = createRenderer({ overrides: overrides({ 'clock.hbs': text }) });
    expect(complaints(() => renderer.render(withVars({ site: 'Lyon', nil: null })))).toContain(said);
  });

  it('may ask for a var that is set to null in the defaults', () => {
    const text =
      'clock timezone UTC 0 0{{#if vars.nil}} {{vars.nil.deep}}{{/if}}{{#each vars.nil}}x{{/each}}';
    const { blocks } = createRenderer({ overrides: overrides({ 'clock.hbs': text }) }).render(
      withVars({ nil: null }),
    );
    expect(blocks[0]?.lines.map(maskedText)).toEqual(['clock timezone UTC 0 0']);
  });
});

describe('the packaged templates', () => {
  it('are the files of templates/, each one used', () => {
    const used = new Set(RENDERER.render(FULL).blocks.map(({ template }) => path.basename(template)));
    expect(new Set(readdirSync(TEMPLATES))).toEqual(used);
  });

  it('say in their first line what they are', () => {
    for (const name of readdirSync(TEMPLATES)) {
      expect(readFileSync(path.join(TEMPLATES, name), 'utf8')).toMatch(/^\{\{! .+ \}\}\n/);
    }
  });
});
