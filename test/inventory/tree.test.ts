import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { dotted } from '../../src/inventory/place.ts';
import { readTree, type Tree } from '../../src/inventory/tree.ts';

const read = (text: string): Tree => readTree('f.yaml', text);
const told = (text: string): readonly string[] =>
  read(text)
    .problems.list()
    .map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('readTree', () => {
  it('gives back what the library writes', () => {
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.integer(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('any'), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (written) => {
        const { root, problems } = read(stringify({ written }));
        expect(problems.list()).toEqual([]);
        expect(root).toEqual({ written });
      }),
    );
  });

  it('reads YAML 1.2 even when the file asks for 1.1', () => {
    expect(read('%YAML 1.1\n---\na: [yes, 0777, on]\n').root).toEqual({ a: ['yes', '0777', 'on'] });
  });

  it('takes words and numbers as keys, as they are written', () => {
    expect(read('true: 1\n0012: 2\nnull: 3\n').root).toEqual({ true: 1, '0012': 2, null: 3 });
  });

  it('merges a list of maps, the first before the second, the map itself before both', () => {
    const text = 'x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2, d: 2 }\nz: { <<: [*x, *y], d: 3 }\n';
    expect(read(text).root).toMatchObject({ z: { a: 1, b: 1, c: 2, d: 3 } });
  });

  it('knows where a merged or aliased value was written', () => {
    const { places } = read('x: &x { a: { deep: 1 } }\ny: { <<: *x }\nz: *x\n');
    expect(places.value(['y', 'a', 'deep'])).toEqual({ line: 1, column: 20 });
    expect(places.key(['y', 'a'])).toEqual({ line: 1, column: 9 });
    expect(places.value(['z'])).toEqual({ line: 3, column: 4 });
    expect(places.value(['z', 'a', 'deep'])).toEqual({ line: 1, column: 20 });
  });

  it('places what is missing at the key of what surrounds it', () => {
    const { places } = read('devices:\n  a:\n    groups: [x]\n');
    expect(places.value(['devices', 'a', 'host'])).toEqual({ line: 2, column: 3 });
    expect(places.value(['nothing'])).toEqual({ line: 1, column: 1 });
    expect(places.value(['devices', 'a', 'groups', 0])).toEqual({ line: 3, column: 14 });
  });

  it.each([
    ['a: { <<: 3 }', ['1:10 << merges a map or a list of maps']],
    ['&x { a: *x }', ['1:9 the alias *x stands inside its own anchor']],
    ['? [a]\n: 1', ['1:3 a key must be a plain word']],
    ['__proto__: { host: a }', ['1:1 a key must be a plain word']],
    ['a: 1\nb: 2\na: 3', ['3:1 the key is given twice, first on line 1']],
    ['a: "open', ['1:9 not valid YAML: Missing closing "quote']],
    ['\ta: 1', ['1:1 not valid YAML: Tabs are not allowed as indentation']],
  ])('%j', (text, expected) => {
    expect(told(text)).toEqual(expected);
  });
});

describe('dotted', () => {
  it('quotes what is no plain word', () => {
    expect(dotted(['devices', 'br-1', 'trustpoints', 0])).toBe('devices.br-1.trustpoints[0]');
    expect(dotted(['devices', 'br-[1-9]', 'host'])).toBe('devices["br-[1-9]"].host');
  });
});
