import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import type { InputProblem } from '../domain/errors.ts';
import { type BlockName, isTrustpointBlock, type RenderedBlock } from './blocks.ts';
import { cutLines } from './cut.ts';
import type { Drawing, Family } from './draw.ts';
import type { LoadedTemplate } from './load.ts';
import type { View } from './view.ts';

/** Renders the block of one name; one that something is wrong with is told of, and is not meant to be used. */
export type RenderBlock = (
  name: BlockName,
  view: View,
  trustpoint: string | undefined,
  tell: (problems: readonly InputProblem[]) => void,
) => RenderedBlock;

interface Entry {
  readonly template: LoadedTemplate;
  /** The last block in which nothing is the device's own, and the settings that it was made of. */
  fixed?: { readonly common: object; readonly block: RenderedBlock };
}

/** A block with the lines of one before is the same object. */
export function createBlocks(templates: ReadonlyMap<BlockName, LoadedTemplate>): RenderBlock {
  const entries = new Map([...templates].map(([name, template]): [BlockName, Entry] => [name, { template }]));
  return (name, view, trustpoint, tell) => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`no template ${name} was loaded`);
    const { template, fixed } = entry;
    const common = template.commonOf(view);
    if (fixed?.common === common && fixed.block.trustpoint === trustpoint) {
      return fixed.block;
    }
    const drawing = template.draw(view);
    const { family } = drawing;
    const block = blockOf(name, template.file, drawing, trustpoint, tell);
    if (family?.own.length === 0 && LAST.get(family) === block) {
      entry.fixed = { common, block };
    }
    return block;
  };
}

/** The last sound block of each family. */
const LAST = new WeakMap<Family, RenderedBlock>();

function blockOf(
  name: BlockName,
  file: string,
  drawing: Drawing,
  trustpoint: string | undefined,
  tell: (problems: readonly InputProblem[]) => void,
): RenderedBlock {
  const { family } = drawing;
  const last = family === undefined ? undefined : LAST.get(family);
  const known = last?.trustpoint === trustpoint ? last : undefined;
  if (known !== undefined && family?.own.length === 0) return known;
  // Values that were refused leave holes; the lines around them are not worth a second complaint.
  const { lines, problems } =
    drawing.problems.length > 0 ? { lines: [], problems: drawing.problems } : cutLines(drawing, { file });
  const block = { name, ...(trustpoint === undefined ? {} : { trustpoint }), template: file, lines };
  if (problems.length > 0) {
    tell(problems);
    return block;
  }
  // Behind a head that is the same, the lines of a family differ in values alone.
  const isLikeKnown = known !== undefined && known.lines[0] === lines[0];
  const message = isLikeKnown ? undefined : whyBlock(name, lines, trustpoint);
  if (message !== undefined) tell([{ file, message }]);
  else if (family !== undefined) LAST.set(family, block);
  return block;
}

/** What a block must be for the steps that type it, whoever wrote its template. */
function whyBlock(name: BlockName, lines: readonly ConfigLine[], trustpoint = ''): string | undefined {
  if (name !== 'keypair' && !isTrustpointBlock(name)) return undefined;
  const head = lines[0];
  const first = head === undefined ? '' : maskedText(head);
  if (name === 'keypair') {
    return lines.length === 1 && first.startsWith('crypto key generate ')
      ? undefined
      : 'this template is one line that begins with “crypto key generate”';
  }
  if (first !== `crypto pki trustpoint ${trustpoint}`) {
    return 'the first line of this template is “crypto pki trustpoint {{trustpoint.name}}”';
  }
  const stray = lines.find((line, at) => at > 0 && !isIndented(line));
  return stray === undefined
    ? undefined
    : `“${maskedText(stray)}” has no leading blank: it would end the trustpoint`;
}

function isIndented({ parts }: ConfigLine): boolean {
  const start = parts[0];
  return typeof start === 'string' && start.startsWith(' ');
}
