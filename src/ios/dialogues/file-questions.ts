import type { Exchange, Heard, Reaction } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import { canonicalHost } from '../../domain/host.ts';
import type { ForeseenQuestion } from '../question.ts';

/** A file that the router reads or writes, where it asks about it. */
export interface FileTransfer {
  /** Of the trustpoint's URL. */
  readonly host: string;
  /** The names that it may propose. */
  readonly files: readonly string[];
}

/** What IOS asks about a file on a server, with its proposal in brackets (IOS configuration fundamentals, copy). */
export const FILE_QUESTIONS = {
  // An IPv6 address may have brackets of its own.
  'remote-host': /Address or name of remote host\s*\[(?:\[[^\]\n]*\]|[^\]\n]*)\]\s*\?\s*/i,
  'source-filename': /Source filename\s*\[[^\]\n]*\]\s*\?\s*/i,
  'destination-filename': /Destination filename\s*\[[^\]\n]*\]\s*\?\s*/i,
} as const;

type Name = keyof typeof FILE_QUESTIONS;

/** The proposals are right, or the device stops. */
export function foreseenFileQuestions(
  { host, files }: FileTransfer,
  direction: 'read' | 'write',
): readonly (ForeseenQuestion & { readonly name: Name })[] {
  const [file = ''] = files;
  const filename = direction === 'read' ? 'source-filename' : 'destination-filename';
  const title = direction === 'read' ? 'Source' : 'Destination';
  const remark = `if that is ${files.join(' or ')}; else the device stops`;
  return [
    {
      name: 'remote-host',
      question: `Address or name of remote host [${host}]?`,
      answer: '',
      remark: `if that is ${host}; else the device stops`,
    },
    { name: filename, question: `${title} filename [${file}]?`, answer: '', remark },
  ];
}

/** Two files with usage keys, and each question once more where a word got lost. */
const MOST = 4;

/** Takes what the router proposes, if it is what was planned. */
export function fileExchanges(transfer: FileTransfer, direction: 'read' | 'write'): readonly Exchange[] {
  return foreseenFileQuestions(transfer, direction).map(({ name }) => ({
    name,
    prompt: FILE_QUESTIONS[name],
    atMost: MOST,
    react: (heard) =>
      name === 'remote-host'
        ? takeProposal(heard, [transfer.host], isSameHost)
        : takeProposal(heard, transfer.files, isSameFile),
  }));
}

function takeProposal(
  { match }: Heard,
  wanted: readonly string[],
  isSame: (proposed: string, wanted: string) => boolean,
): Reaction {
  const proposed = /\[(?<text>.*)\]/.exec(match[0])?.groups?.text?.trim() ?? '';
  if (wanted.some((each) => isSame(proposed, each))) return { type: '' };
  const asked = match[0].trim();
  return {
    abort: new DeviceError(
      'unexpected-question',
      `the router asked “${asked}”, and ${wanted.join(' or ')} was planned`,
    ),
  };
}

function isSameHost(proposed: string, wanted: string): boolean {
  return canonicalHost(proposed) === canonicalHost(wanted);
}

function isSameFile(proposed: string, wanted: string): boolean {
  return proposed === wanted || proposed === `/${wanted}`;
}
