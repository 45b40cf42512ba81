import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../src/inventory/load.ts';
import { createRenderer } from '../../src/template/render.ts';
import { examplesOfPage } from '../enrollment/methods-page/examples.ts';
import { SHA1 } from './inventories.ts';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../docs/enrollment-methods.md'), 'utf8');
/** What the examples leave out, for it is the same in all inventories. */
const USUAL = {
  defaults: { domain: 'example.net', ssh: { username: 'netops', password: { env: 'TRUSTFLEET_PASSWORD' } } },
};

// That each enrolls a router is shown by test/enrollment/methods-page.
describe('docs/enrollment-methods.md', () => {
  it.each(examplesOfPage())('shows an inventory that loads and renders: $name', ({ name, ...example }) => {
    const devices = {
      'br-0001': { host: '192.0.2.11', trustpoints: Object.keys(example.trustpoints) },
      ...example.devices,
    };
    const text = JSON.stringify({ ...USUAL, ...example, devices }).replaceAll('SHA1:…', SHA1);
    const { devices: built } = parseInventory(`${name}.yaml`, text);
    for (const device of built) expect(createRenderer().render(device).blocks).not.toEqual([]);
  });

  it('has a section for every method with an inventory in it, and a row in its table', () => {
    const rows = [...PAGE.matchAll(/^\| \[`(?<name>[\w-]+)`\]/gm)].map(({ groups }) => groups?.name);
    expect(rows).toEqual(['scep', 'terminal', 'tftp', 'profile', 'pkcs12', 'selfsigned', 'ca-only']);
    const sections = PAGE.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual([...rows, 'keys']);
    for (const section of sections) expect(section).toContain('```yaml\n');
  });
});
