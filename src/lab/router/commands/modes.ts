import type { Personality } from '../personality.ts';
import { CHAIN_COMMANDS } from './certificate-chain.ts';
import { SERVER_EXEC_COMMANDS, SHOW_SERVER_COMMANDS } from './certificate-server.ts';
import { SERVER_COMMANDS, SERVER_ENTRY_COMMANDS } from './certificate-server-mode.ts';
import { CLOCK_CONFIG_COMMANDS, CLOCK_EXEC_COMMANDS } from './clock-commands.ts';
import type { Command, ModeName } from './command.ts';
import {
  BLOCK_ENTRY_COMMANDS,
  INTERFACE_COMMANDS,
  LINE_COMMANDS,
  VRF_COMMANDS,
  VRF_ENTRY_COMMANDS,
} from './config-blocks.ts';
import { CONFIG_COMMANDS, LEAVE_COMMANDS } from './config-global.ts';
import { KEY_COMMANDS } from './crypto-key.ts';
import { PKI_COMMANDS } from './crypto-pki.ts';
import { PROFILE_COMMANDS, PROFILE_ENTRY_COMMANDS } from './enrollment-profile.ts';
import { EXEC_COMMANDS } from './exec.ts';
import { IKEV2_PROFILE_COMMANDS, IKEV2_PROFILE_ENTRY_COMMANDS } from './ikev2-profile.ts';
import { PKCS12_COMMANDS } from './import-pkcs12.ts';
import { PLAIN_COMMANDS } from './plain-lines.ts';
import { SAVE_COMMANDS } from './save.ts';
import { SECURE_SERVER_COMMANDS } from './secure-server.ts';
import { SERVER_REQUEST_COMMANDS } from './server-requests.ts';
import { IKEV2_COMMANDS } from './show-ikev2.ts';
import { SHOW_PKI_COMMANDS } from './show-pki.ts';
import { SHOW_SYSTEM_COMMANDS } from './show-system.ts';
import { buildTree, type CommandTree, completeWord, helpFor } from './tree.ts';
import { TRUSTPOINT_COMMANDS } from './trustpoint.ts';
import { ARCHIVE_COMMANDS, ARCHIVE_ENTRY_COMMANDS, WAY_BACK_COMMANDS } from './way-back.ts';

/** The command tree of each mode. */
export type Trees = Readonly<Record<ModeName, CommandTree>>;

const COMMANDS: Readonly<Record<ModeName, readonly Command[]>> = {
  exec: [
    ...EXEC_COMMANDS,
    ...CLOCK_EXEC_COMMANDS,
    ...SAVE_COMMANDS,
    ...SHOW_SYSTEM_COMMANDS,
    ...SHOW_PKI_COMMANDS,
    ...IKEV2_COMMANDS,
    ...WAY_BACK_COMMANDS,
    ...SERVER_EXEC_COMMANDS,
    ...SERVER_REQUEST_COMMANDS,
    ...SHOW_SERVER_COMMANDS,
  ],
  config: [
    ...LEAVE_COMMANDS,
    ...CONFIG_COMMANDS,
    ...BLOCK_ENTRY_COMMANDS,
    ...ARCHIVE_ENTRY_COMMANDS,
    ...IKEV2_PROFILE_ENTRY_COMMANDS,
    ...PLAIN_COMMANDS,
    ...SECURE_SERVER_COMMANDS,
    ...CLOCK_CONFIG_COMMANDS,
    ...KEY_COMMANDS,
    ...PKI_COMMANDS,
    ...PKCS12_COMMANDS,
    ...SERVER_ENTRY_COMMANDS,
    ...PROFILE_ENTRY_COMMANDS,
    ...VRF_ENTRY_COMMANDS,
  ],
  trustpoint: [...LEAVE_COMMANDS, ...TRUSTPOINT_COMMANDS],
  chain: [...LEAVE_COMMANDS, ...CHAIN_COMMANDS],
  hex: [],
  interface: [...LEAVE_COMMANDS, ...INTERFACE_COMMANDS],
  line: [...LEAVE_COMMANDS, ...LINE_COMMANDS],
  archive: [...LEAVE_COMMANDS, ...ARCHIVE_COMMANDS],
  'ikev2-profile': [...LEAVE_COMMANDS, ...IKEV2_PROFILE_COMMANDS],
  'cs-server': [...LEAVE_COMMANDS, ...SERVER_COMMANDS],
  profile: [...LEAVE_COMMANDS, ...PROFILE_COMMANDS],
  vrf: [...LEAVE_COMMANDS, ...VRF_COMMANDS],
};

const built = new Map<Personality, Trees>();

/** The commands a release knows, built once for all its routers. */
export function treesOf(personality: Personality): Trees {
  const trees = built.get(personality) ?? buildTrees(personality);
  built.set(personality, trees);
  return trees;
}

function buildTrees({ lacks, pkiWord }: Personality): Trees {
  const words = pkiWord === 'ca' ? 'ca' : '{pki|ca}';
  const tree = (mode: ModeName): CommandTree =>
    buildTree(
      COMMANDS[mode]
        .filter(({ needs }) => needs === undefined || !lacks.includes(needs))
        .filter(({ insteadOf }) => insteadOf === undefined || lacks.includes(insteadOf))
        .map((command) => ({
          ...command,
          syntax: command.syntax.replace('{pki|ca}', words),
          ...(command.no === undefined ? {} : { no: command.no.replace('{pki|ca}', words) }),
        })),
    );
  return {
    exec: tree('exec'),
    config: tree('config'),
    trustpoint: tree('trustpoint'),
    chain: tree('chain'),
    hex: tree('hex'),
    interface: tree('interface'),
    line: tree('line'),
    archive: tree('archive'),
    'ikev2-profile': tree('ikev2-profile'),
    'cs-server': tree('cs-server'),
    profile: tree('profile'),
    vrf: tree('vrf'),
  };
}

/** What `?` prints behind a line. */
export function helpTextFor(trees: Trees, mode: ModeName, line: string, level: number): string {
  const { tree, text } = treeFor(trees, mode, line);
  return `${helpFor(tree, text, level).join('\n')}\n\n`;
}

/** The line after Tab. */
export function completionFor(trees: Trees, mode: ModeName, line: string, level: number): string {
  const { tree, text } = treeFor(trees, mode, line);
  return line.slice(0, line.length - text.length) + completeWord(tree, text, level);
}

function treeFor(trees: Trees, mode: ModeName, line: string): { tree: CommandTree; text: string } {
  const doing = mode === 'exec' ? null : /^\s*do\s+/i.exec(line);
  return doing === null
    ? { tree: trees[mode], text: line }
    : { tree: trees.exec, text: line.slice(doing[0].length) };
}
