import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar, writeTar } from '../../../src/report/proof/tar.ts';
import { at } from '../a-run.ts';

const name = fc.stringMatching(/^[a-z0-9][a-z0-9./-]{0,60}$/);
const content = fc.uint8Array({ maxLength: 1500 });

describe('a tar archive', () => {
  it('gives back what was put in, below its folder', () => {
    fc.assert(
      fc.property(fc.dictionary(name, content), (files) => {
        const given = new Map(Object.entries(files));
        const read = readTar(writeTar(given, 'proof', at(0)));
        expect([...(read ?? [])].map(([file, bytes]) => [file, [...bytes]])).toEqual(
          [...given].map(([file, bytes]) => [`proof/${file}`, [...bytes]]),
        );
      }),
    );
  });

  it('is none when it was cut or a header was changed', () => {
    const archive = writeTar(new Map([['a.txt', Buffer.from('a'.repeat(700))]]), 'proof', at(0));
    fc.assert(
      fc.property(fc.nat({ max: archive.length - 513 }), (length) => {
        expect(readTar(archive.subarray(0, length))).toBeUndefined();
      }),
    );
    const changed = Buffer.from(archive);
    changed.write('b', 0);
    expect(readTar(changed)).toBeUndefined();
    expect(readTar(Buffer.from('this is no archive'.repeat(100)))).toBeUndefined();
  });
});
