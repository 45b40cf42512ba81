import { describe, expect, it } from 'vitest';
import { aTerminal } from './screen.ts';

describe('openTerminal', () => {
  it('takes secrets out of what it writes', () => {
    const terminal = aTerminal(
      { columns: 80 },
      { redact: (text) => text.replaceAll('hunter2', '[redacted]') },
    );

    terminal.write(['the password is hunter2']);

    expect(terminal.stream.text).toBe('the password is [redacted]\n');
  });

  it.each([
    { LANG: 'C' },
    { LANG: 'en_US.ISO-8859-1' },
    { LANG: 'de_DE.UTF-8', LC_ALL: 'C' },
    { TERM: 'dumb' },
  ])('writes ASCII only with %j', (env) => {
    const terminal = aTerminal({ columns: 80 }, { env: { LANG: 'C.UTF-8', ...env } });

    terminal.write([`${terminal.style.marks.pass} the router’s “name” → 3 × 4 … – ok`]);

    expect(terminal.stream.text).toBe('+ the router\'s "name" > 3 x 4 ~ - ok\n');
  });

  it('can redraw a window that knows its size, and nothing else', () => {
    expect(aTerminal({ columns: 80 }).canRedraw).toBe(true);
    expect(aTerminal({ columns: 0 }).canRedraw).toBe(false);
    expect(aTerminal().canRedraw).toBe(false);
    expect(aTerminal({ columns: 80 }, { env: { TERM: 'dumb' } }).canRedraw).toBe(false);
  });

  it.each([
    [{ columns: 80 }, {}, true],
    [{ columns: 80 }, { NO_COLOR: '1' }, false],
    [{ columns: 80 }, { TERM: 'dumb' }, false],
    [{}, {}, false],
  ])('in %j with %j has colors: %s', (window, env, color) => {
    expect(aTerminal(window, { env: { NO_COLOR: '', ...env } }).style.color).toBe(color);
  });

  it('is as wide as its window now, and wide enough for a table where there is none', () => {
    expect([
      aTerminal({ columns: 100 }).columns(),
      aTerminal({ columns: 10 }).columns(),
      aTerminal().columns(),
    ]).toEqual([100, 40, 120]);
  });
});
