import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createRenderer } from '../../src/template/render.ts';
import { PLAIN, PLAIN_TRUSTPOINT } from './devices.ts';
import { complaints, overrides } from './refusals.ts';

const RENDERER = createRenderer();

function withVars(vars: Device['vars']): Device {
  return { ...PLAIN, vars };
}

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
