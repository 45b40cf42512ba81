/** Brings docs/cli.md and docs/errors.md up to the code, keeping what is written by hand: `npx tsx test/cli/write-docs.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandSections, errorSections, exitCodeRows, routerLineSections } from './doc-sections.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const before = (text: string, mark: string): string => text.slice(0, text.indexOf(mark));

const cli = readFileSync(path.join(docs, 'cli.md'), 'utf8');
writeFileSync(
  path.join(docs, 'cli.md'),
  `${before(cli, '## trustfleet ')}${(await commandSections()).join('\n')}`,
);

const errors = readFileSync(path.join(docs, 'errors.md'), 'utf8').replace(
  /(?:^\| `\d+` .*\n)+/m,
  exitCodeRows(),
);
const sections = [...errorSections(), ...routerLineSections()];
writeFileSync(path.join(docs, 'errors.md'), `${before(errors, '### ')}${sections.join('\n')}`);
