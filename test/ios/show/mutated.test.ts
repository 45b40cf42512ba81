import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import { allFixtures } from './fixture.ts';
import { READERS } from './readers.ts';

const texts = allFixtures().map(({ text }) => text);

/** Written with blanks between: what holds a blank itself stands below. */
const ODD = [
  ...'\0 \x1b[31m \x08\x08 \u2028 \ufeff \ud800 é \u00a0 \r \t \n \n\n % quit 0x -1 CN= Certificate'.split(
    ' ',
  ),
  ...'__proto__ constructor toString'.split(' '),
  ' --More-- ',
  '   ',
  '9'.repeat(50),
  '  Serial Number: 0x',
  'Trustpoint __proto__:',
  'crypto pki trustpoint __proto__',
  'crypto pki certificate chain constructor',
  ' certificate 01\n  3082',
];

/** One change to a text; the numbers say where, as a part of its length in thousandths. */
const edit = fc.record({
  kind: fc.constantFrom('head', 'tail', 'insert', 'drop', 'swap', 'double', 'replace', 'append', 'outdent'),
  at: fc.nat(999),
  to: fc.nat(999),
  odd: fc.constantFrom(...ODD),
  other: fc.constantFrom(...texts),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** A real output, changed here and there: cut off, lines lost, moved or doubled, odd characters, another one behind it. */
const mutated = fc
  .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }))
  .map(([text, edits]) => edits.reduce(edited, text));

function edited(text: string, { kind, at, to, odd, other }: Edit): string {
  const place = Math.floor((text.length * at) / 1000);
  const lines = text.split('\n');
  const [line, otherLine] = [at, to].map((part) => Math.floor((lines.length * part) / 1000));
  const moved = lines[line ?? 0] ?? '';
  switch (kind) {
    case 'head':
      return text.slice(0, place);
    case 'tail':
      return text.slice(place);
    case 'insert':
      return text.slice(0, place) + odd + text.slice(place);
    case 'replace':
      return text.slice(0, place) + String.fromCharCode(to % 300) + text.slice(place + 1);
    case 'append':
      return `${text}${other}`;
    case 'drop':
      return lines.toSpliced(line ?? 0, 1 + (to % 3)).join('\n');
    case 'swap':
      return lines
        .with(line ?? 0, lines[otherLine ?? 0] ?? '')
        .with(otherLine ?? 0, moved)
        .join('\n');
    case 'double':
      return lines.toSpliced(otherLine ?? 0, 0, moved).join('\n');
    case 'outdent':
      return lines.with(line ?? 0, moved.slice(to % 10)).join('\n');
  }
}

function attempt(read: (text: string) => unknown, text: string): { readonly result: unknown } | undefined {
  try {
    return { result: read(text) };
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DeviceError);
    // What is no IOS at all is told by its `show version`.
    expect((thrown as DeviceError).code).toMatch(/^(?:output-unreadable|unsupported-release)$/);
    return undefined;
  }
}

/** Where the serial numbers of certificates stand, in the outputs of each reader that gives them. */
const SERIALS: Readonly<Record<string, RegExp>> = {
  readCertificates: /^ +Certificate Serial Number(?: \(hex\))?: (?:0x)?(?<serial>[0-9A-F]+)$/im,
  readRunningPki: /^ certificate (?:(?:ca|ra-sign|ra-encrypt|self-signed|rollover) )?(?<serial>[0-9A-F]+)$/im,
  readTrustpoints: /^ +Serial Number(?: \(hex\))?: (?<serial>[0-9A-F]+)$/im,
  readServer: /^ *Last certificate issued serial number(?: \(hex\))?: (?:0x)?(?<serial>[0-9A-F]+)$/im,
};

describe.each(Object.entries(READERS))('%s, of any real output with anything done to it,', (name, read) => {
  it('gives a result or says what is unreadable, and loses no serial number', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const made = attempt(read, text);
        const serials = SERIALS[name];
        if (made === undefined || serials === undefined) return;
        const kept = JSON.stringify(made.result, withoutBytes).toUpperCase();
        for (const { groups } of text.matchAll(new RegExp(serials, 'gim')))
          expect(kept).toContain(groups?.serial?.toUpperCase());
      }),
      { numRuns: Number(process.env.MUTATED_RUNS ?? 120) },
    );
  });
});

describe.each(Object.entries(SERIALS))('%s', (name, serials) => {
  it('reads real outputs in which serial numbers stand where they are looked for', () => {
    const read = READERS[name];
    const found = texts.filter((text) => serials.test(text) && read !== undefined && attempt(read, text));
    expect(found.length).toBeGreaterThan(0);
  });
});

function withoutBytes(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return '';
  return typeof value === 'bigint' ? value.toString(16) : value;
}
