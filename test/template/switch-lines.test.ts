import { describe, expect, it } from 'vitest';
import { maskedText } from '../../src/domain/config-line.ts';
import type { Device } from '../../src/domain/device.ts';
import { InputError } from '../../src/domain/errors.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import { createRenderer } from '../../src/template/render.ts';
import { PLAIN, PLAIN_TRUSTPOINT } from './devices.ts';

const RENDERER = createRenderer();

function rolling(switchLines: string): Trustpoint {
  const renew = { ...PLAIN_TRUSTPOINT.renew, keys: 'roll' as const, roll: { switchLines, retireAfterMs: 0 } };
  return { ...PLAIN_TRUSTPOINT, renew };
}

function linesOf(switchLines: string, vars: Device['vars'] = {}): readonly string[] {
  const trustpoint = rolling(switchLines);
  const device = { ...PLAIN, vars: { ...PLAIN.vars, ...vars } };
  const names = { from: 'BRANCH', to: 'BRANCH-2' };
  return RENDERER.switchLines(device, trustpoint, names).map(maskedText);
}

function problemsOf(switchLines: string, vars: Device['vars'] = {}): readonly string[] {
  try {
    linesOf(switchLines, vars);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.problems.map(({ key, message }) => `${key}: ${message}`);
  }
}

describe('the lines that switch over', () => {
  it('get the names of both trustpoints and the values of the device', () => {
    expect(
      linesOf('crypto ikev2 profile {{profile}}\n pki trustpoint {{new}}\n no pki trustpoint {{old}}\n', {
        profile: 'HUB',
      }),
    ).toEqual(['crypto ikev2 profile HUB', ' pki trustpoint BRANCH-2', ' no pki trustpoint BRANCH']);
    expect(RENDERER.switchLines(PLAIN, PLAIN_TRUSTPOINT, { from: 'BRANCH', to: 'BRANCH-2' })).toEqual([]);
  });

  it('are the same lines backward when the names are exchanged', () => {
    const trustpoint = rolling('ip http secure-trustpoint {{new}}');
    const back = RENDERER.switchLines(PLAIN, trustpoint, { from: 'BRANCH-2', to: 'BRANCH' });
    expect(back.map(maskedText)).toEqual(['ip http secure-trustpoint BRANCH']);
  });

  it.each([
    ['a value with a line end', 'x {{profile}} {{new}}', { profile: 'A\nno aaa new-model' }, /profile/],
    ['a value that begins a line', '{{profile}} {{new}}', { profile: 'reload' }, /begins with a value/],
    ['a line that leaves the mode', 'crypto x\n pki trustpoint {{new}}\nend', {}, /leaves the configuration/],
    ['a first line below nothing', ' pki trustpoint {{new}}', {}, /leading blank/],
    ['no line that sets the new one', 'crypto x\n no pki trustpoint {{new}}', {}, /no line sets/],
    ['a name inside a word', 'crypto x{{new}}', {}, /no line sets/],
    ['a trustpoint itself', 'no crypto pki trustpoint {{old}}\nx {{new}}', {}, /changes trustpoints or keys/],
    ['a variable that is not there', 'x {{new}} {{nowhere}}', {}, /nowhere/],
  ])('are refused with %s', (_what, text, vars, says) => {
    const problems = problemsOf(text, vars);
    expect(problems.join('\n')).toMatch(says);
    expect(problems[0]).toMatch(/^devices\.[^:]*\.renew\.switch: /);
  });

  it('are looked at before a device is connected, as its other lines are', () => {
    const device = { ...PLAIN, trustpoints: [rolling('crypto x\n no pki trustpoint {{new}}')] };
    expect(() => RENDERER.render(device)).toThrow(InputError);
  });
});
