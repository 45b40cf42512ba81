import { describe, expect, it } from 'vitest';
import {
  DeviceError,
  ERRORS,
  formatInputProblem,
  InputError,
  toDeviceError,
} from '../../src/domain/errors.ts';

describe('ERRORS', () => {
  it('gives every code a title and a next thing to do', () => {
    for (const [code, { title, hint }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/);
      expect(title.length).toBeGreaterThan(5);
      expect(hint.length).toBeGreaterThan(10);
    }
  });
});

describe('DeviceError', () => {
  it('takes the hint of its code unless given its own', () => {
    expect(new DeviceError('timeout', 'no answer')).toMatchObject({
      code: 'timeout',
      message: 'no answer',
      detail: '',
      hint: ERRORS.timeout.hint,
    });
    expect(new DeviceError('timeout', 'x', { hint: 'wait', detail: 'd' })).toMatchObject({
      hint: 'wait',
      detail: 'd',
    });
  });

  it('keeps its cause, and has none when none was given', () => {
    const cause = new Error('socket');
    expect(new DeviceError('unreachable', 'x', { cause }).cause).toBe(cause);
    expect(new DeviceError('unreachable', 'x')).not.toHaveProperty('cause');
  });
});

describe('toDeviceError', () => {
  it('leaves a DeviceError as it is', () => {
    const error = new DeviceError('login-refused', 'x');
    expect(toDeviceError(error)).toBe(error);
  });

  it.each([
    [new TypeError('not a function'), 'not a function'],
    ['a text', 'a text'],
    [null, 'null'],
  ])('makes anything else an internal fault with its cause', (thrown, message) => {
    expect(toDeviceError(thrown)).toMatchObject({ code: 'internal', message, cause: thrown });
  });

  it('keeps the stack as detail', () => {
    expect(toDeviceError(new Error('x')).detail).toContain('errors.test.ts');
  });
});

describe('InputError', () => {
  it('writes each problem on a line of its own: place, key, sentence, hint', () => {
    const problems = [
      { file: 'a.yaml', line: 12, column: 5, key: 'devices.x', message: 'is missing', hint: 'add it' },
      { file: 'b.csv', line: 3, message: 'is wrong' },
      { file: 'c', message: 'is empty' },
    ];
    const error = new InputError(problems);
    expect(error.message).toBe('a.yaml:12:5 devices.x: is missing (add it)\nb.csv:3 is wrong\nc is empty');
    expect(error.problems).toBe(problems);
    expect(formatInputProblem({ file: 'c', message: 'is empty' })).toBe('c is empty');
  });
});
