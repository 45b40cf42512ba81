import { outputLines, unreadable } from './output.ts';

/** What stands below one heading, empty lines left out. */
export interface NamedBlock {
  readonly name: string;
  readonly lines: readonly string[];
}

/**
 * Cuts an output at its headings; `head` has the group `name`. Throws DeviceError `output-unreadable` for a line above
 * the first heading, which would belong to no `what`.
 */
export function namedBlocks(text: string, command: string, head: RegExp, what: string): NamedBlock[] {
  const blocks: { name: string; lines: string[] }[] = [];
  for (const line of outputLines(text)) {
    if (line === '') continue;
    const name = head.exec(line)?.groups?.name;
    if (name !== undefined) blocks.push({ name, lines: [] });
    else if (blocks.length === 0) throw unreadable(command, line, `a line outside every ${what}`);
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks;
}
