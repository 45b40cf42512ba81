import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { maskedText } from '../../src/domain/config-line.ts';
import type { Device } from '../../src/domain/device.ts';
import { createRenderer } from '../../src/template/render.ts';
import { FULL, PLAIN } from './devices.ts';
import { complaints, overrides } from './refusals.ts';

const TEMPLATES = path.resolve(import.meta.dirname, '../../templates');

function withVars(vars: Device['vars']): Device {
  return { ...PLAIN, vars };
}

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
    [
      'a folder that is not there',
      undefined,
      'inventory templates: there is no folder /nowhere/at/all (make it,',
    ],
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
