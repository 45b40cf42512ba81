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

  it.each(['a b.example.net', 'a..b', '-a.b', 'a.b.', '{{site}} .x', `${'a.'.repeat(130)}b`])(
    'refuses %s',
    (text) => {
      expect(() => fqdn(text)).toThrow('is no host name');
    },
  );
});
