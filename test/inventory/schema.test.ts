import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatInputProblem, InputError } from '../../src/domain/errors.ts';
import { inventoryJsonSchema } from '../../src/inventory/schema.ts';
import { HEAD, parse } from './inventories.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DOC = readFileSync(path.join(ROOT, 'docs/inventory.md'), 'utf8');

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly description?: string;
}
const SCHEMA = inventoryJsonSchema() as JsonSchema;

/** Every key of the schema as the doc names it: settings without their holder, `*` for a free name, secrets not opened. */
function keyPaths(schema: JsonSchema, prefix: string): readonly string[] {
  const { $ref, properties = {}, additionalProperties, items, anyOf = [] } = schema;
  if ($ref === '#/$defs/secret') return [];
  const referred = $ref === undefined ? undefined : SCHEMA.$defs?.[$ref.replace('#/$defs/', '')];
  return [
    ...(referred === undefined || $ref?.includes('__') === true ? [] : keyPaths(referred, prefix)),
    ...Object.entries(properties).flatMap(([key, value]) => [
      `${prefix}${key}`,
      ...keyPaths(value, `${prefix}${key}.`),
    ]),
    ...(typeof additionalProperties === 'object' ? keyPaths(additionalProperties, `${prefix}*.`) : []),
    ...(items === undefined ? [] : keyPaths(items, prefix)),
    ...anyOf.flatMap((one) => keyPaths(one, prefix)),
  ];
}

const SETTINGS = new Set(Object.keys(SCHEMA.properties?.defaults?.anyOf?.[0]?.properties ?? {}));
/** `trustpoints` stands at the top and among the settings: the set holds it twice. */
const KEYS = new Set(
  keyPaths(SCHEMA, '')
    .map((key) => {
      const inner = key.replace(/^(?:defaults|groups\.\*|devices\.\*)\./, '');
      const isSetting = inner !== key && SETTINGS.has(inner.split('.')[0] ?? '');
      return { key: isSetting ? inner : key, isSetting };
    })
    .map(({ key, isSetting }) => `${isSetting ? 'settings ' : 'file '}${key}`),
);
/** A server of the list form has the keys that a server of the map form has. */
const DOCUMENTED_ONCE = /^clock\.ntp\.(?:address|vrf|key|prefer)$/;
const SECRET_KEYS = Object.keys(SCHEMA.$defs?.secret?.properties ?? {});

/** The first column of the tables whose head begins with `key`. */
function documentedKeys(): readonly string[] {
  const keys: string[] = [];
  let inTable = false;
  for (const line of DOC.split('\n')) {
    if (!line.startsWith('|')) inTable = false;
    else if (line.startsWith('| key |')) inTable = true;
    else if (inTable && !line.startsWith('|---')) keys.push(/^\| `([^`]+)` \|/.exec(line)?.[1] ?? line);
  }
  return keys;
}

describe('the JSON Schema', () => {
  it('is the one in docs/ (else run: npx tsx scripts/write-schema.ts)', () => {
    const written: unknown = JSON.parse(readFileSync(path.join(ROOT, 'docs/inventory.schema.json'), 'utf8'));
    expect(written).toEqual(SCHEMA);
  });

  it('describes every key to the editor', () => {
    const bare: string[] = [];
    const visit = (schema: JsonSchema, name: string): void => {
      for (const [key, value] of Object.entries(schema.properties ?? {})) {
        const described =
          value.$ref === undefined ? value : SCHEMA.$defs?.[value.$ref.replace('#/$defs/', '')];
        if ((value.description ?? described?.description) === undefined) bare.push(`${name}.${key}`);
        visit(value, `${name}.${key}`);
      }
      for (const [key, value] of Object.entries(schema.$defs ?? {})) visit(value, key);
      for (const one of [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])])
        visit(one, name);
      if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${name}.*`);
    };
    visit(SCHEMA, '');
    expect(bare).toEqual([]);
  });
});

describe('docs/inventory.md', () => {
  it('names every key and no other', () => {
    const expected = [...KEYS]
      .map((key) => key.split(' ')[1] ?? '')
      .filter((key) => !DOCUMENTED_ONCE.test(key));
    expect([...documentedKeys()].toSorted()).toEqual([...expected, ...SECRET_KEYS].toSorted());
  });

  const blocks = [...DOC.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

  it('holds a small inventory that loads without a warning', () => {
    const small = blocks.find((text) => text.includes('trustpoints: [BRANCH]')) ?? '';
    expect(parse(small)).toMatchObject({ devices: [{ fqdn: 'br-0001.example.net' }], warnings: [] });
  });

  it('shows who wins as it is', () => {
    const text = blocks.find((block) => block.includes('[all-sites]')) ?? '';
    const login = 'ssh: { username: u, password: { env: P } }, ';
    const { tags, vars } = parse(text.replace('defaults: { ', `defaults: { ${login}`)).devices[0] ?? {};
    expect(text).toContain(
      `# br-0001: tags [${tags?.join(', ')}], vars { site: Lyon, region: emea, owner: noc }`,
    );
    expect(vars).toEqual({ site: 'Lyon', region: 'emea', owner: 'noc' });
  });

  it('shows ranges that load', () => {
    const text = blocks.find((block) => block.includes('192.0.2.[11-13]')) ?? '';
    expect(parse(HEAD + text).devices).toHaveLength(13);
  });

  it('shows a wrong file with the very sentences', () => {
    const wrong = blocks.find((block) => block.includes('hunter2')) ?? '';
    const sentences = /```text\n(inventory\.yaml[\s\S]*?)```/.exec(DOC)?.[1]?.trim().split('\n');
    try {
      parse(wrong);
      expect.unreachable('the file is wrong');
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      expect(thrown.problems.map(formatInputProblem)).toEqual(sentences);
    }
  });
});
