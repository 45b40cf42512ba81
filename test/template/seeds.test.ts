// Worked configurations that are handed around for routers, held against what `render` makes of an inventory that
// asks for the same. In compared.txt a line behind `  ` stands in both, behind `+ ` only trustfleet types it, behind `- ` it
// leaves it out; each of those with its reason.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigLine, maskedText } from '../../src/domain/config-line.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { askable, inOldWords, type OldRouter } from '../../src/ios/dialect/old-words.ts';
import { createRenderer } from '../../src/template/render.ts';

const SEEDS = path.resolve(import.meta.dirname, '../fixtures/seeds');
const RENDERER = createRenderer();
/** The release whose words a configuration is in, where they are not today's. */
const OLD: Readonly<Record<string, OldRouter>> = {
  'two-routers-by-hand': { version: '12.2(8)T5', hostname: 'itd-1720-l-b' },
  'two-routers-by-themselves': { version: '12.2(8)T5', hostname: 'itd-1720-l-b' },
};

interface Compared {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
  readonly reason: string | undefined;
}

function readCompared(name: string): readonly Compared[] {
  return readFileSync(path.join(SEEDS, name, 'compared.txt'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { sign, text, reason } =
        /^(?<sign>[ +-]) (?<text>.*?)(?:\s+! (?<reason>.+))?$/.exec(line)?.groups ?? {};
      if (text === undefined) throw new Error(`${name}: “${line}” is no line of a comparison`);
      return { sign: sign as Compared['sign'], text: text.trim(), reason };
    });
}

async function rendered(name: string, compared: readonly Compared[]): Promise<readonly string[]> {
  const { devices } = await loadInventory(path.join(SEEDS, name, 'inventory.yaml'));
  const [device] = devices;
  if (device === undefined) throw new Error(`${name} has no device`);
  const isAboutTime = compared.some(({ text }) => text.startsWith('clock '));
  const { blocks } = RENDERER.render(device);
  const old = OLD[name];
  const words = (line: ConfigLine): readonly ConfigLine[] =>
    old === undefined ? [line] : inOldWords(line, old, undefined);
  return blocks
    .filter((block) => isAboutTime || block.trustpoint !== undefined)
    .flatMap(({ name: block, lines }) =>
      old !== undefined && block.startsWith('trustpoint') ? askable(name, lines, old).lines : lines,
    )
    .flatMap(words)
    .map((line) => maskedText(line).trim());
}

describe('a configuration that is handed around', () => {
  const names = readdirSync(SEEDS);

  it.each(names)('is what render makes of an inventory, but for lines with a reason: %s', async (name) => {
    const compared = readCompared(name);
    const expected = compared.filter(({ sign }) => sign !== '-').map(({ text }) => text);
    expect((await rendered(name, compared)).toSorted()).toEqual(expected.toSorted());
    expect(compared.filter(({ sign, reason }) => (sign === ' ') === (reason !== undefined))).toEqual([]);
  });
});
