import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { maskedText } from '../../src/domain/config-line.ts';
import { createRenderer } from '../../src/template/render.ts';
import type { Shape } from '../../src/template/shape.ts';
import { shapeOf, TEMPLATE_VARIABLES } from '../../src/template/variables.ts';
import { allOf, viewDevice, viewTrustpoint } from '../../src/template/view.ts';
import { FULL, FULL_TRUSTPOINT, METHODS, PLAIN } from './devices.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DOC = readFileSync(path.join(ROOT, 'docs/templates.md'), 'utf8');
const FOLDER = mkdtempSync(path.join(tmpdir(), 'trustfleet-docs-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** The first fenced block of a language that holds `text`. */
function block(language: string, text: string): string {
  const blocks = [...DOC.matchAll(/^```(?<language>\w+)\n(?<body>[\s\S]*?)^```$/gm)];
  const found = blocks.find(({ groups }) => groups?.language === language && groups.body?.includes(text));
  return found?.groups?.body ?? '';
}

describe('docs/templates.md', () => {
  it('has one row for every variable, as the code describes it, and no other', () => {
    const rows = DOC.split('\n').filter((line) => /^\| `[^`]+` \| \w+ \| (?:yes|no) \|/.test(line));
    expect(rows).toEqual(
      TEMPLATE_VARIABLES.map(
        ({ path: name, kind, optional, about }) =>
          `| \`${name}\` | ${kind} | ${optional ? 'yes' : 'no'} | ${about} |`,
      ),
    );
  });

  it('names every template of templates/, and no other', () => {
    const rows = [...DOC.matchAll(/^\| `(?<file>[\w-]+\.hbs)` \|/gm)].map(({ groups }) => groups?.file);
    expect(new Set(rows)).toEqual(new Set(readdirSync(path.join(ROOT, 'templates'))));
  });

  it('shows a template that renders as it says', () => {
    writeFileSync(path.join(FOLDER, 'ntp.hbs'), block('handlebars', '../vars.vrfs'));
    const { blocks } = createRenderer({ overrides: FOLDER }).render({ ...PLAIN, vars: { vrfs: ['red'] } });
    expect(`${blocks[1]?.lines.map(maskedText).join('\n')}\n`).toBe(block('text', 'ntp server vrf red'));
  });

  it('shows a message as it is', () => {
    writeFileSync(path.join(FOLDER, 'ntp.hbs'), '\n\n{{#each ntp.server}}{{/each}}');
    const message = block('text', 'there is no variable').trim().replace('my-templates', FOLDER);
    expect(() => createRenderer({ overrides: FOLDER })).toThrow(message);
  });

  it('shows a subject and a name that render', () => {
    const value = (key: string): string =>
      new RegExp(`^${key}: "(?<text>.*)"$`, 'm').exec(block('yaml', 'subject'))?.groups?.text ?? '';
    const trustpoint = { ...FULL_TRUSTPOINT, subject: value('subject'), fqdn: value('fqdn') };
    expect(createRenderer().subject(FULL, trustpoint)).toBe('CN=br-0001.example.net,OU=Lyon,O=Example');
    expect(createRenderer().fqdn(FULL, trustpoint)).toBe('br-0001.example.net');
  });
});

describe('the variables of the templates', () => {
  it('are the ones a device with every setting has, none more and none less', () => {
    const names = [FULL_TRUSTPOINT, ...METHODS.trustpoints].flatMap((trustpoint) => {
      const view = viewTrustpoint(viewDevice(FULL), trustpoint, { subject: 'CN=x', fqdn: 'x.y' });
      return [...namesOf(shapeOf('trustpoint'), allOf(view))];
    });
    expect(new Set(names)).toEqual(new Set(TEMPLATE_VARIABLES.map(({ path: name }) => name)));
  });

  it('are declared a device’s own where a view has them of its own, and nowhere else', () => {
    const { own } = viewTrustpoint(viewDevice(FULL), FULL_TRUSTPOINT, { subject: 'CN=x', fqdn: 'x.y' });
    const declared = ownNames(shapeOf('trustpoint'));
    expect(declared).toEqual(
      [...namesOf(shapeOf('trustpoint'), own)].filter((name) => name !== 'trustpoint'),
    );
    expect(declared).toContain('trustpoint.subject');
  });

  it('are null, not missing, where a device has no such setting', () => {
    expect(allOf(viewDevice(PLAIN))).toMatchObject({
      clock: { summerTime: null },
      ntp: { source: null, keys: [] },
    });
  });
});

function ownNames(shape: Shape, prefix = ''): readonly string[] {
  if (shape.own === true) return [prefix];
  return [...(shape.fields ?? [])].flatMap(([name, field]) =>
    ownNames(field, prefix === '' ? name : `${prefix}.${name}`),
  );
}

/** The paths of a view, as deep as the variables are declared. */
function namesOf(shape: Shape, value: unknown, prefix = ''): Set<string> {
  const names = new Set<string>();
  if (prefix !== '') names.add(prefix);
  if (Array.isArray(value)) {
    for (const item of value)
      for (const name of namesOf(shape.item ?? shape, item, `${prefix}[]`)) names.add(name);
    if (shape.item?.kind === 'group') names.delete(`${prefix}[]`);
  } else if (
    typeof value === 'object' &&
    value !== null &&
    (shape.kind === 'group' || shape.fields !== undefined)
  ) {
    for (const [key, field] of Object.entries(value)) {
      const inner = shape.fields?.get(key) ?? { kind: 'free' as const, optional: false };
      for (const name of namesOf(inner, field, prefix === '' ? key : `${prefix}.${key}`)) names.add(name);
    }
  }
  return names;
}
