import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, jsonForScript, plainText } from '../../../src/report/html/escape.ts';

const nasty = fc.string({
  unit: fc.constantFrom('<', '>', '&', '"', "'", '/', 'script', '!--', ']]>', 'a', '\u202e', '\u0000', '\\'),
});

describe('what routers say, on the page', () => {
  it('is never markup', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });

  it('cannot end the element that holds it, and comes back as it was', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const json = jsonForScript({ text });
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual({ text: plainText(text) });
      }),
    );
  });

  it('neither turns the direction of text nor hides control characters; lines stay lines', () => {
    expect(plainText('a\u202eb\u0007c\td\n')).toBe('a\ufffdb\ufffdc\td\n');
  });
});
