import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Transcript } from '../../src/dialogue/transcript.ts';
import { readTranscript } from '../../src/dialogue/transcript-reader.ts';
import { InputError } from '../../src/domain/errors.ts';

function written(write: (transcript: Transcript) => void): string {
  const pieces: string[] = [];
  const transcript = new Transcript({
    header: {
      device: 'br (1)',
      host: '192.0.2.1:22',
      startedAt: new Date('2026-03-01T09:30:00Z'),
      version: '0.1.0',
    },
    sink: (text) => pieces.push(text),
    now: () => new Date('2026-03-01T09:30:01.204Z'),
  });
  write(transcript);
  transcript.close();
  return pieces.join('');
}

const line = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  // A screen hands on no control characters, and masked words are not what was said.
  .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]|password|secret|key/iu.test(text));

describe('a saved transcript', () => {
  it('gives back what was heard, typed and decided', () => {
    const said = fc.array(fc.record({ kind: fc.constantFrom('heard', 'typed', 'decided'), text: line }));
    fc.assert(
      fc.property(said, (entries) => {
        const file = written((transcript) => {
          for (const { kind, text } of entries) {
            if (kind === 'heard') transcript.heard(`${text}\n`);
            else if (kind === 'typed') transcript.typed(text);
            else transcript.note(text);
          }
        });
        const read = entries.length === 0 ? undefined : readTranscript(file, 'x');
        expect(read?.entries.map(({ kind, text }) => ({ kind, text })) ?? []).toEqual(
          entries.map(({ kind, text }) => ({ kind, text: text.trimEnd() })),
        );
      }),
    );
  });

  it('tells device, host, start and version', () => {
    expect(
      readTranscript(
        written((transcript) => transcript.note('x')),
        'x',
      ),
    ).toEqual({
      device: 'br (1)',
      host: '192.0.2.1:22',
      startedAt: new Date('2026-03-01T09:30:00Z'),
      version: '0.1.0',
      entries: [{ line: 4, time: '09:30:01.204', kind: 'decided', text: 'x' }],
    });
  });

  it('may be annotated', () => {
    expect(readTranscript('# see here\n\n09:30:01.204 < R1#\r\n', 'x').entries).toEqual([
      { line: 3, time: '09:30:01.204', kind: 'heard', text: 'R1#' },
    ]);
  });

  it('is refused with the lines that are none of it, whatever they are', () => {
    expect(() => readTranscript('09:30:01.204 < R1#\nR1>\n', 'gw.txt')).toThrow(
      'gw.txt:2 is no line of a transcript',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          readTranscript(text, 'x');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});
