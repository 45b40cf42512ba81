/** Brings the tables of docs/lab.md up to the code: `npx tsx test/lab/write-docs.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withTables } from './doc-tables.ts';

const file = path.resolve(import.meta.dirname, '../../docs/lab.md');
writeFileSync(file, withTables(readFileSync(file, 'utf8')));
