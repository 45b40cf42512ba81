import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.ts';
import { HEAD, parse } from './inventories.ts';

describe('any text', () => {
  const words = [
    'devices',
    'host',
    'groups',
    'ssh',
    '{',
    '}',
    '[',
    ']',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '&a',
    '*a',
    '<<: ',
    '"',
    "'",
    '#',
    '|',
    '!!x',
    'null',
    '0x1',
    '[1-3]',
    '__proto__',
    'constructor',
    '? ',
    '---\n',
    '%YAML 1.1\n',
  ];

  it('gives an inventory or an InputError, never another error', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join('')),
      fc
        .array(fc.constantFrom(...words), { maxLength: 30 })
        .map((parts) => `${HEAD}devices:\n  a: ${parts.join('')}`),
      fc
        .json()
        .map(
          (json) => `{"devices": ${json}, "groups": ${json}, "trustpoints": ${json}, "defaults": ${json}}`,
        ),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          parse(written);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(InputError);
          expect((thrown as InputError).problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('stops at endless nesting and at aliases that explode', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      bomb.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    expect(() => parse('['.repeat(20_000))).toThrow('the file is nested too deeply');
    expect(() => parse(bomb.join('\n'))).toThrow('aliases make the inventory too large to read');
  });
});
