import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as YAML from 'yaml';
import { parseInventory } from '../../src/inventory/load.ts';
import { createRenderer } from '../../src/template/render.ts';
import { SHA1 } from './inventories.ts';

const DOC = readFileSync(path.resolve(import.meta.dirname, '../../docs/enrollment-methods.md'), 'utf8');
const SECTIONS = DOC.split(/^## /m).slice(1);
/** What the examples leave out, for it is the same in all inventories. */
const USUAL = {
  defaults: { domain: 'example.net', ssh: { username: 'netops', password: { env: 'TRUSTFLEET_PASSWORD' } } },
};

interface Example {
  readonly trustpoints: Readonly<Record<string, unknown>>;
  readonly devices?: object;
}

function examples(section: string): readonly Example[] {
  return [...section.matchAll(/^```yaml\n(?<text>[\s\S]*?)^```$/gm)]
    .map(({ groups }) => YAML.parse((groups?.text ?? '').replaceAll(/"?SHA1:…"?/g, `"${SHA1}"`)))
    .filter((example): example is Example => example?.trustpoints !== undefined);
}

describe('docs/enrollment-methods.md', () => {
  it.each(SECTIONS.map((section) => [section.split('\n')[0] ?? '', section] as const))(
    'shows for %s inventories that load and render',
    (_heading, section) => {
      const all = examples(section);
      expect(all.length).toBeGreaterThan(0);
      for (const example of all) {
        const devices = {
          'br-0001': { host: '192.0.2.11', trustpoints: Object.keys(example.trustpoints) },
          ...example.devices,
        };
        const { devices: built } = parseInventory(
          'inventory.yaml',
          YAML.stringify({ ...USUAL, ...example, devices }),
        );
        for (const device of built) expect(createRenderer().render(device).blocks).not.toEqual([]);
      }
    },
  );

  it('has a section for every method, and a row in its table', () => {
    const rows = [...DOC.matchAll(/^\| \[`(?<name>[\w-]+)`\]/gm)].map(({ groups }) => groups?.name);
    const headings = SECTIONS.map((section) => section.split('\n')[0]);
    expect(headings).toEqual(expect.arrayContaining(rows));
    expect(rows).toEqual(['scep', 'terminal', 'tftp', 'profile', 'pkcs12', 'selfsigned', 'ca-only']);
  });
});
