import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { InputError } from '../../src/domain/errors.ts';
import { createRenderer } from '../../src/template/render.ts';
import { PLAIN, PLAIN_TRUSTPOINT } from './devices.ts';

const RENDERER = createRenderer();
const DEVICE: Device = {
  ...PLAIN,
  vars: { site: 'Lyon', floor: 3, name: 'a var called name', o: { unit: 'IT' } },
};

const subject = (text: string, device = DEVICE): string =>
  RENDERER.subject(device, { ...PLAIN_TRUSTPOINT, subject: text });
const fqdn = (text: string, device = DEVICE): string =>
  RENDERER.fqdn(device, { ...PLAIN_TRUSTPOINT, fqdn: text });

describe('the subject of a trustpoint', () => {
  it.each([
    ['CN={{fqdn}},OU=Branches', 'CN=br-0001.example.net,OU=Branches'],
    ['CN={{name}},L={{site}}', 'CN=br-0001,L=Lyon'],
    ['CN={{host}},OU={{vars.name}}', 'CN=192.0.2.11,OU=a var called name'],
    ['CN=floor {{floor}},OU={{vars.o.unit}},OU={{o.unit}}', 'CN=floor 3,OU=IT,OU=IT'],
    ['CN=x{{#if site}},L={{site}}{{/if}}', 'CN=x,L=Lyon'],
    ['CN=x,O="Example, Inc."', 'CN=x,O="Example, Inc."'],
    ['C=FR, CN = x', 'C=FR, CN = x'],
  ])('%s is %s', (text, expected) => {
    expect(subject(text)).toBe(expected);
  });

  it.each([
    ['CN={{fqnd}}', '{{fqnd}} is not set (did you mean fqdn?)'],
    ['CN={{siet}}', '{{siet}} is not set (did you mean site?)'],
    ['CN={{o}}', '{{o}} is a mapping'],
    ['CN={{vars.toString}}', '{{vars.toString}} is not set'],
    ['CN={{', 'the template cannot be parsed'],
    ['CN={{name}} or {{upper name}}', 'there is no helper upper'],
    ['CN=a\nreload', 'renders as “CN=a\\nreload”, which is more than one line'],
    ['CN=a?', 'the template holds a question mark'],
    [' CN=a', 'begins or ends with a blank'],
    ['{{name}}', 'is no X.500 name such as CN='],
    ['CN={{fqdn}},OU=Bran"ches', 'holds a quotation mark that is not closed'],
    ['CN={{fqdn}},OU=Zürich', 'holds U+00FC, and the router takes ASCII only'],
  ])('%j is refused: %s', (text, said) => {
    const act = (): string => subject(text);
    expect(act).toThrow(InputError);
    expect(act).toThrow(said);
    expect(act).toThrow(/^inventory devices\.br-0001\.trustpoints\.BRANCH\.subject: /);
  });

  it.each(['a,OU=Admins', 'a+OU=Admins', 'a OU=Admins', 'a"', 'a\\', 'a;b', 'a<b'])(
    'refuses the var %j, which would leave its attribute',
    (site) => {
      expect(() => subject('CN=x,L={{site}}', { ...PLAIN, vars: { site } })).toThrow(
        /\{\{site\}\} holds . ?/,
      );
    },
  );
});

describe('the name of a trustpoint', () => {
  it.each([
    ['{{fqdn}}', 'br-0001.example.net'],
    ['none', 'none'],
    ['{{name}}', 'none'],
    ['vpn-{{name}}.example.net', 'vpn-br-0001.example.net'],
  ])('%s is %s', (text, expected) => {
    expect(fqdn(text)).toBe(expected);
  });

  it.each([
    [`${'a.'.repeat(130)}b`, 'more than the 253 characters'],
    [`${'a'.repeat(64)}.example.net`, 'more than 63 characters between two dots'],
    [`vpn.${'a'.repeat(64)}.net`, 'more than 63 characters between two dots'],
  ])('refuses %s, which DNS has no room for', (text, said) => {
    expect(() => fqdn(text)).toThrow(said);
    expect(fqdn(`${'a'.repeat(63)}.example.net`)).toMatch(/^a{63}\.example\.net$/);
  });

  it.each(['a b.example.net', 'a..b', '-a.b', 'a.b.', '{{site}} .x'])('refuses %s', (text) => {
    expect(() => fqdn(text)).toThrow('is no host name');
  });
});
