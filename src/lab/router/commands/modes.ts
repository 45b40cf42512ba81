import { CHAIN_COMMANDS } from './certificate-chain.ts';
import { CLOCK_CONFIG_COMMANDS, CLOCK_EXEC_COMMANDS } from './clock-commands.ts';
import type { ModeName } from './command.ts';
import { BLOCK_ENTRY_COMMANDS, INTERFACE_COMMANDS, LINE_COMMANDS } from './config-blocks.ts';
import { CONFIG_COMMANDS, LEAVE_COMMANDS } from './config-global.ts';
import { KEY_COMMANDS } from './crypto-key.ts';
import { PKI_COMMANDS } from './crypto-pki.ts';
import { EXEC_COMMANDS } from './exec.ts';
import { PLAIN_COMMANDS } from './plain-lines.ts';
import { SAVE_COMMANDS } from './save.ts';
import { SHOW_PKI_COMMANDS } from './show-pki.ts';
import { SHOW_SYSTEM_COMMANDS } from './show-system.ts';
import { buildTree, type CommandTree, completeWord, helpFor } from './tree.ts';
import { TRUSTPOINT_COMMANDS } from './trustpoint.ts';

/** The command tree of each mode, built once for all routers. */
export const TREES: Readonly<Record<ModeName, CommandTree>> = {
  exec: buildTree([
    ...EXEC_COMMANDS,
    ...CLOCK_EXEC_COMMANDS,
    ...SAVE_COMMANDS,
    ...SHOW_SYSTEM_COMMANDS,
    ...SHOW_PKI_COMMANDS,
  ]),
  config: buildTree([
    ...LEAVE_COMMANDS,
    ...CONFIG_COMMANDS,
    ...BLOCK_ENTRY_COMMANDS,
    ...PLAIN_COMMANDS,
    ...CLOCK_CONFIG_COMMANDS,
    ...KEY_COMMANDS,
    ...PKI_COMMANDS,
  ]),
  trustpoint: buildTree([...LEAVE_COMMANDS, ...TRUSTPOINT_COMMANDS]),
  chain: buildTree([...LEAVE_COMMANDS, ...CHAIN_COMMANDS]),
  hex: buildTree([]),
  interface: buildTree([...LEAVE_COMMANDS, ...INTERFACE_COMMANDS]),
  line: buildTree([...LEAVE_COMMANDS, ...LINE_COMMANDS]),
};

/** What `?` prints behind a line. */
export function helpTextFor(mode: ModeName, line: string, level: number): string {
  const { tree, text } = treeFor(mode, line);
  return `${helpFor(tree, text, level).join('\n')}\n\n`;
}

/** The line after Tab. */
export function completionFor(mode: ModeName, line: string, level: number): string {
  const { tree, text } = treeFor(mode, line);
  return line.slice(0, line.length - text.length) + completeWord(tree, text, level);
}

function treeFor(mode: ModeName, line: string): { tree: CommandTree; text: string } {
  const doing = mode === 'exec' ? null : /^\s*do\s+/i.exec(line);
  return doing === null
    ? { tree: TREES[mode], text: line }
    : { tree: TREES.exec, text: line.slice(doing[0].length) };
}
