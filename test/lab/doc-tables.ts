import { FAULTS } from '../../src/lab/router/faults.ts';
import { PERSONALITIES, type Personality, RELEASES } from '../../src/lab/router/personality.ts';
import { STATES } from '../../src/lab/states.ts';

/** The tables of docs/lab.md that the code knows, by the heading they stand under. */
export const TABLES: Readonly<Record<string, () => string>> = {
  Releases: releaseTable,
  Faults: () => namedTable('fault', FAULTS),
  'What a router may hold already': () => namedTable('name', STATES),
};

/** The page with its tables brought up to the code; everything else as it is. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce((text, [heading, table]) => {
    const pattern = new RegExp(`(^## ${heading}\\n[^|]*)(?:^\\|.*\\n)+`, 'm');
    if (!pattern.test(text)) throw new Error(`docs/lab.md has no table below "## ${heading}"`);
    return text.replace(pattern, (_match, before: string) => before + table());
  }, page);
}

function namedTable(head: string, names: Readonly<Record<string, string>>): string {
  const rows = Object.entries(names).map(([name, what]) => `| \`${name}\` | ${what} |\n`);
  return `| ${head} | the router … |\n|---|---|\n${rows.join('')}`;
}

function releaseTable(): string {
  const rows = RELEASES.map((release) => {
    const cells = COLUMNS.map(([, cell]) => cell(PERSONALITIES[release]));
    return `| \`${release}\` | ${cells.join(' | ')} |\n`;
  });
  const heads = COLUMNS.map(([head]) => head).join(' | ');
  return `| release | ${heads} |\n|---|${COLUMNS.map(() => '---|').join('')}\n${rows.join('')}`;
}

const COLUMNS: readonly (readonly [string, (personality: Personality) => string])[] = [
  ['as', ({ platform }) => platform.pid],
  ['commands', ({ pkiWord }) => (pkiWord === 'ca' ? '`crypto ca` only' : '`crypto pki`')],
  ['fingerprints', ({ wording }) => (wording.fingerprints === 'named' ? 'MD5, SHA1' : 'MD5')],
  [
    'request',
    ({ request: { hash, cipher, signerVersion, extensionsInT61String } }) =>
      [
        hash.toUpperCase(),
        cipher.toUpperCase(),
        `v${signerVersion} signer`,
        extensionsInT61String ? 'T61String' : 'plain',
      ].join(', '),
  ],
  ['RSA keys', ({ keys }) => `${keys.least} to ${keys.most}, ${keys.preset} unless told`],
  ['SSH', ({ ssh }) => `\`${ssh}\``],
  ['has not', ({ lacks }) => lacks.map((feature) => `\`${feature}\``).join(', ') || '-'],
];
