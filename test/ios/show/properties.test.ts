import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import { readCertificates } from '../../../src/ios/show/certificates.ts';
import { allFixtures } from './fixture.ts';
import { READERS } from './readers.ts';

const fixtures = allFixtures();
const lines = fixtures.flatMap(({ text }) => text.split('\n').slice(0, 60));

/** Text that is nearly right: lines of real outputs, shuffled, doubled, cut and soiled. */
const nearlyRight = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...lines) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...lines), fc.nat(30)).map(([line, at]) => line.slice(at)),
      },
    ),
    { maxLength: 40 },
  )
  .map((chosen) => chosen.join('\n'));

function attempt(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DeviceError);
    return undefined;
  }
}

describe('every reader', () => {
  it.each(Object.entries(READERS))('%s gives a result or throws a DeviceError on any text', (_name, read) => {
    fc.assert(
      fc.property(fc.oneof(nearlyRight, fc.string({ unit: 'binary' })), (text) => {
        attempt(read, text);
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(READERS))('%s is quick on long lines and many lines', (_name, read) => {
    const started = performance.now();
    for (const piece of [
      'a',
      ' ',
      '  cn=',
      'Certificate ',
      '.',
      '(',
      '0A ',
      'Fingerprint ',
      ': ',
      '% ',
      ', ',
      '1:',
      '|1 ',
    ]) {
      attempt(read, piece.repeat(20_000));
      attempt(read, `Certificate\n  Status: Available\n${`${piece}\n`.repeat(5_000)}`);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('readCertificates', () => {
  it('keeps every serial of the text, in the serial or among the lines not understood', () => {
    fc.assert(
      fc.property(nearlyRight, (text) => {
        const certificates = attempt(() => readCertificates(text), text) as
          | ReturnType<typeof readCertificates>
          | undefined;
        if (certificates === undefined) return;
        const kept = JSON.stringify(certificates);
        for (const [, serial = ''] of text.matchAll(
          /^ {2}Certificate Serial Number(?: \(hex\))?: (\w+)$/gm,
        )) {
          expect(kept).toContain(serial);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('reads blocks in any order as the same blocks', () => {
    const blocks = fixtures
      .filter(({ name }) => name.startsWith('show-crypto-pki-certificates'))
      .flatMap(({ text }) => text.split(/\n\n+/).filter((block) => block.trim() !== ''));
    fc.assert(
      fc.property(fc.shuffledSubarray(blocks), fc.constantFrom('\n', '\n\n', '\r\n'), (chosen, gap) => {
        expect(readCertificates(chosen.join(`\n${gap}`))).toEqual(
          chosen.flatMap((block) => readCertificates(block)),
        );
      }),
      { numRuns: 100 },
    );
  });
});
