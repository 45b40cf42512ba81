import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as YAML from 'yaml';
import { z } from 'zod';
import { inventoryJsonSchema } from '../../src/inventory/schema.ts';
import {
  Address,
  ConfigText,
  ConfigWord,
  Domain,
  duration,
  Host,
  Line,
  Name,
} from '../../src/inventory/schema-values.ts';
import { HEAD, SHA256 } from './inventories.ts';
import { WRONG } from './wrong/all.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
// An editor does not check formats either; what they are worth stands in patterns.
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, validateFormats: false });
const editor = ajv.compile(inventoryJsonSchema());

/** What no editor can find in one place of the file: it follows from several, or a value has to be understood. */
const BEYOND_A_SCHEMA: ReadonlySet<string> = new Set([
  'two documents',
  'a guard shorter than the wait for the CA',
  'a guard shorter than what health may wait for',
  'a tag',
  'a device that a range produces again',
  'two ranges that overlap',
  'one host for a range',
  'a host range of another size',
  'a range that runs backward',
  'a certificate server on a router that is not there',
  'a group that does not exist',
  'a trustpoint that does not exist',
  'an authority that does not exist',
  'nobody to log in as',
  'two fingerprints of one hash',
  'two trustpoints that replace one key pair',
  'two sizes of one key pair',
  'two kinds of one key pair',
  'keys made on a token and stored on another',
  'two self-signed certificates',
  'a certificate by SCEP from a CA that speaks none',
  'an offline CA whose certificate is not there to be pasted',
  'a CA certificate to be pasted that is not there',
  'a profile whose requests are pasted, for a CA that has no certificate to hand out and speaks no SCEP',
  'a profile whose requests are pasted, and whose router is to ask by itself',
  'a profile whose credential is on other devices',
  'a profile whose credential is itself',
  'usage keys with passwords of NDES that are good for one request',
  'usage keys whose requests trustfleet takes to such an NDES',
  'a parent that is not on the device',
  'parents in a circle',
  'a duration no timer holds',
  'an NTP key that is not defined',
  'an NTP key defined twice',
  'a filter behind a filter',
  'a pattern that fits nothing written',
  'a pattern with a slip',
]);

/** The first document as an editor reads it; undefined when it is no YAML at all. */
function read(text: string): unknown {
  const [document] = YAML.parseAllDocuments(text);
  if (document === undefined || 'empty' in document || document.errors.length > 0) return undefined;
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

describe('the JSON Schema, in the hands of a validator that is not ours', () => {
  it.each(WRONG)('refuses %s, as far as a schema can', (title, text) => {
    const value = read(text);
    const isRefused = value === undefined || !editor(value);
    expect(isRefused).toBe(!BEYOND_A_SCHEMA.has(title));
  });

  it.each([
    ['inventory.example.yaml', readFileSync(path.join(ROOT, 'inventory.example.yaml'), 'utf8')],
    ['pins in every spelling', pins(`["${SHA256}", "MD5 ABCD1234 ABCD1234 ABCD1234 ABCD1234"]`)],
    [
      'numbers where a text is meant',
      `${HEAD.replace('username: netops', 'username: 123')}devices: { a: { host: a, tags: [2026, 15.7] } }\n`,
    ],
    ['a weak key that is agreed to', key('{ size: 1024, allowWeakKey: true }')],
    ['ranges', `${HEAD}devices: { "r[1-3]-[a-c]": { host: "192.0.2.[1-9]" } }\n`],
    [
      'an IPv6 address',
      `${HEAD}devices: { a: { host: "[2001:db8::1]" }, b: { host: "::ffff:192.0.2.1" } }\n`,
    ],
  ])('takes %s', (_title, text) => {
    expect(editor(read(text)) ? [] : editor.errors).toEqual([]);
  });

  const kinds = [
    ['Line', Line],
    ['ConfigText', ConfigText],
    ['ConfigWord', ConfigWord],
    ['Name', Name],
    ['Domain', Domain],
    ['Address', Address],
    ['Host', Host],
    ['duration', duration()],
    ['duration with zero', duration({ zero: true })],
  ] as const;
  const checks = kinds.map(([name, check]) => ({
    name,
    check,
    schema: ajv.compile(z.toJSONSchema(check, { io: 'input' })),
  }));

  it('takes every text that check takes', () => {
    const parts = 'a Z 9 0 255 . : :: - _ ? # " [ ] % / \u0000 \u0085 \u2028 \u00e9 \u00a0 s m h 1-3 db8';
    const part = fc.constantFrom(...parts.split(' '), ' ', '\n', '\t');
    const texts = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((some) => some.join('')),
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const refused = checks.filter(({ check, schema }) => check.safeParse(text).success && !schema(text));
        expect(refused.map(({ name }) => name)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes the numbers that check takes, and no other', () => {
    const numbers = fc.oneof(
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.integer({ min: -10_000, max: 10_000 }).map((hundredths) => hundredths / 100),
    );
    fc.assert(
      fc.property(numbers, (number) => {
        const apart = checks.filter(
          ({ check, schema }) => check.safeParse(number).success !== schema(number),
        );
        expect(apart.map(({ name }) => name)).toEqual([]);
      }),
    );
  });
});

function pins(list: string): string {
  return `${HEAD.replace(/fingerprint: "[^"]*"/, `fingerprint: ${list}`)}devices: { a: { host: a } }\n`;
}

function key(map: string): string {
  return `${HEAD.replace('"CN={{fqdn}}"', `"CN={{fqdn}}", key: ${map}`)}devices: { a: { host: a } }\n`;
}
