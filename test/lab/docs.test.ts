import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TABLES, withTables } from './doc-tables.ts';

/** Where the page is behind the code, `npx tsx test/lab/write-docs.ts` brings it up. */
it('docs/lab.md lists the releases, faults and states that the lab has, and no others', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/lab.md'), 'utf8');
  expect(Object.keys(TABLES)).toHaveLength(3);
  expect(withTables(page)).toBe(page);
});
