import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../src/dialogue/screen.ts';

function show(text: string, { width = 0 } = {}): { lines: string[]; partial: string } {
  const screen = new Screen();
  screen.breakAt(width);
  const lines = screen.feed(Buffer.from(text));
  return { lines, partial: screen.partial };
}

describe('the screen', () => {
  it('keeps complete lines and the open one apart', () => {
    expect(show('one\r\ntwo\r\nPassword: ')).toEqual({ lines: ['one', 'two'], partial: 'Password: ' });
  });

  it('lets backspaces move left and text overwrite', () => {
    expect(show('abcd\b\bXY').partial).toBe('abXY');
    expect(show('ab\b\b\b\bX').partial).toBe('Xb');
  });

  it('shows a command that scrolled sideways as a person sees it', () => {
    const prompt = 'gw1(config)#';
    const typed = 'crypto pki export';
    const scrolled = `$i export Self${' '.repeat(9)}${'\b'.repeat(9)}`;
    expect(show(`${prompt}${typed}${'\b'.repeat(typed.length)}${scrolled}\r\n`).lines[0]?.trimEnd()).toBe(
      `${prompt}$i export Self`,
    );
  });

  it.each([
    ['backspaces and blanks', ` --More-- ${'\b'.repeat(10)}${' '.repeat(10)}${'\b'.repeat(10)}next\r\n`],
    ['backspaces one by one', ` --More-- ${'\b \b'.repeat(10)}next\r\n`],
    ['an escape sequence', ' --More-- \r\x1b[Knext\r\n'],
    ['erasing the whole line', ' --More-- \x1b[2K\rnext\r\n'],
  ])('forgets a pager wiped with %s', (_, text) => {
    expect(show(text).lines).toEqual(['next']);
  });

  it('drops bells, colors, titles and unknown sequences', () => {
    expect(show('\x1b]0;title\x07\x1b[1;32mgw1\x1b[0m\x07#\x1b(B\x1b7').partial).toBe('gw1#');
  });

  it('goes to the column it is told', () => {
    expect(show('abcdef\x1b[3Gx\x1b[2Dy\x1b[Cz').partial).toBe('ayxzef');
  });

  it('joins lines broken at the width it was given, and no others', () => {
    expect(show('12345\r\n678\r\n12\r\n', { width: 5 }).lines).toEqual(['12345678', '12']);
    expect(show('12345\r\n678\r\n').lines).toEqual(['12345', '678']);
  });

  it('joins only those broken lines that may go on', () => {
    const screen = new Screen();
    screen.breakAt(5, (line) => line.startsWith('%'));
    expect(screen.feed(Buffer.from('*****\r\nR1#\r\n%2345\r\n67890\r\n1\r\n'))).toEqual([
      '*****',
      'R1#',
      '%2345678901',
    ]);
  });

  it('ends a line that never ends', () => {
    expect(show('x'.repeat(70_000)).lines[0]).toHaveLength(65_536);
  });

  it('sees the same however the bytes are split', () => {
    const piece = fc.constantFrom(
      'é',
      '→',
      'a',
      ' ',
      '\b',
      '\r',
      '\r\n',
      '\x1b[K',
      '\x1b[3D',
      '\x07',
      '\x1b]0;t\x07',
      '#',
      '\t',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (pieces, sizes) => {
          const text = pieces.join('');
          const bytes = Buffer.from(text);
          const screen = new Screen();
          const lines: string[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            lines.push(...screen.feed(bytes.subarray(at, at + size)));
            at += size;
          }
          expect({ lines, partial: screen.partial }).toEqual(show(text));
        },
      ),
    );
  });
});
