import { describe, expect, it } from 'vitest';
import { withoutEcho } from '../../src/dialogue/echo.ts';

const strip = (heard: string, text: string, behind = 'gw1#'): { text: string; echoed: boolean } =>
  withoutEcho(heard, { text, behind });

describe('the echo of what was typed', () => {
  it.each([
    ['plain', 'show clock\nMonday'],
    ['broken over lines', 'show c\nlock\nMonday'],
    ['behind a prompt printed again', '\ngw1#show clock\nMonday'],
    ['behind a prompt with a blank', '\ngw1# show clock\nMonday'],
    ['scrolled sideways', '$w clock         \nMonday'],
  ])('is taken off: %s', (_, heard) => {
    expect(strip(heard, 'show clock')).toEqual({ text: '\nMonday', echoed: true });
  });

  it.each(['s', 'show cl', 'gw1#sho', '$w clo'])('is taken off while it arrives: %s', (heard) => {
    expect(strip(heard, 'show clock')).toEqual({ text: '', echoed: true });
  });

  it('is taken off, with the prompt before it, where something else was printed first', () => {
    const heard = '\n Fingerprint: 1234\ngw1#show clock\nMonday';
    expect(strip(heard, 'show clock')).toEqual({ text: '\n Fingerprint: 1234\nMonday', echoed: true });
  });

  it.each([
    ['comes once more', 'show cl\ngw1#show clock\nMonday'],
    ['comes once more, after it was broken twice', 'sho\ngw1#show cl\ngw1#show clock\nMonday'],
    ['goes on', 'show cl\ngw1#ock\nMonday'],
    ['goes on, broken twice', 'sho\ngw1#w cl\ngw1#ock\nMonday'],
    ['comes at last', '\ngw1#\ngw1#show clock\nMonday'],
    ['comes once more, scrolled sideways', 'show cl\ngw1#$w clock         \nMonday'],
  ])('is taken off where a log line broke it, and behind the prompt it %s', (_how, heard) => {
    expect(strip(heard, 'show clock')).toEqual({ text: '\nMonday', echoed: true });
  });

  it('is not yet there while the prompt alone stands behind a broken echo', () => {
    expect(strip('show cl\ngw1#', 'show clock').echoed).toBe(false);
  });

  it('may be absent', () => {
    expect(strip('\nRe-enter password: ', 's3cret', 'Password: ')).toEqual({
      text: '\nRe-enter password: ',
      echoed: false,
    });
  });

  it('is not looked for when nothing was typed', () => {
    expect(strip('yes\n', '')).toEqual({ text: 'yes\n', echoed: false });
  });

  it('is not taken for a reply that only begins like it', () => {
    expect(strip('show clocks are wrong\n', 'show clocked')).toEqual({
      text: 'show clocks are wrong\n',
      echoed: false,
    });
  });
});
