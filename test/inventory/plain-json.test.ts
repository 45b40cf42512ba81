import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import { readPlainJson } from '../../src/inventory/plain-json.ts';
import { readTree } from '../../src/inventory/tree.ts';

/** The same text for the reader of YAML: a comment is no JSON. */
const asYaml = (text: string): string => `${text} # a comment`;

describe('a JSON text as JSON.stringify writes it', () => {
  it('means what it means as YAML, or is left to the reader of YAML', () => {
    let read = 0;
    const text = fc.tuple(
      fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue(), { noNullPrototype: true }),
      fc.constantFrom(undefined, 2),
    );
    fc.assert(
      fc.property(text, ([value, indent]) => {
        const written = JSON.stringify(value, undefined, indent);
        const root = readPlainJson(written);
        if (root === undefined) return;
        read += 1;
        const tree = readTree('f', asYaml(written));
        expect(tree.problems.list()).toEqual([]);
        expect(tree.root).toEqual(root);
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(50);
  });

  it.each([
    ['a key given twice', '{"a":1,"a":2}'],
    ['a number that would lose a digit', '{"a":12345678901234567890}'],
    ['a number written otherwise', '{"a":1.0}'],
    ['a key without a name', '{"a":{"":1}}'],
    ['the name of a prototype', '{"__proto__":{"a":1}}'],
    ['the same in other signs', '{"\\u005f_proto__":{"a":1}}'],
    ['another layout', '{ "a": 1 }'],
    ['a comment', '{"a":1} # one'],
    ['no map', '[1]'],
    ['two texts', '{"a":1}{"b":2}'],
  ])('is not one with %s', (_, text) => {
    expect(readPlainJson(text)).toBeUndefined();
  });
});

describe('an inventory in JSON', () => {
  const base = {
    defaults: {
      ssh: { username: 'netops', password: { env: 'LOGIN' }, knownHosts: './known_hosts' },
      trustpoints: ['BRANCH'],
    },
    authorities: {
      ca: {
        scep: { url: 'http://ca.example.net/scep' },
        fingerprint: `SHA1:${'A1'.repeat(20)}`,
        challenge: { env: 'CHALLENGE' },
      },
    },
    trustpoints: { BRANCH: { authority: 'ca', subject: 'CN={{fqdn}}' } },
  };
  const mostly = <Value>(right: readonly Value[], ...wrong: readonly Value[]): fc.Arbitrary<Value> =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...right) },
      { weight: 1, arbitrary: fc.constantFrom(...wrong) },
    );
  const device = fc.record(
    {
      host: mostly(['192.0.2.1', '192.0.2.2'], '192.0.2.999', 'a b'),
      domain: mostly<string | number>(['example.net', 'example.org'], 7),
      trustpoints: mostly([['BRANCH'], []], ['BRANC']),
      vars: fc.constantFrom({ site: 'Lyon' }, { site: 3 }),
      tags: mostly<unknown>([['one'], ['two']], 1),
    },
    { requiredKeys: ['host', 'trustpoints'] },
  );

  function told(text: string): unknown {
    try {
      const { devices, warnings, files, placeOf } = parseInventory('/x/inventory.json', text);
      return { devices, warnings, files, place: placeOf(['devices', 'br-2', 'host']) };
    } catch (thrown) {
      if (thrown instanceof InputError) return thrown.problems;
      throw thrown;
    }
  }

  it('comes to the same devices, warnings, problems and places as the same text read as YAML', () => {
    let sound = 0;
    let wrong = 0;
    fc.assert(
      fc.property(device, device, fc.constantFrom(undefined, 2), (one, two, indent) => {
        const text = JSON.stringify({ ...base, devices: { 'br-1': one, 'br-2': two } }, undefined, indent);
        const shown = told(text);
        expect(shown).toEqual(told(asYaml(text)));
        if (Array.isArray(shown)) wrong += 1;
        else sound += 1;
      }),
      { numRuns: 120 },
    );
    expect(sound).toBeGreaterThan(20);
    expect(wrong).toBeGreaterThan(20);
  });
});
