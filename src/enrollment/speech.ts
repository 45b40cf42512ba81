import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import { type Askable, askable, inOldWords, olderKeypairCommands } from '../ios/dialect/old-words.ts';
import type { Drift } from './drift.ts';
import type { Observation } from './observation.ts';

/** How a router is asked for what the templates say: they are written in today's words. */
export interface Speech {
  /** What of a trustpoint's lines the router knows. Throws DeviceError `unsupported-release` for what it must know. */
  askable(trustpoint: string, lines: readonly ConfigLine[]): Askable;
  /** The lines as this router knows them. */
  typed(lines: readonly ConfigLine[], drift: Drift): readonly ConfigLine[];
  /** Older forms of the command that makes a key pair, where the router may need one. */
  olderForms(keypairCommand: ConfigLine): readonly ConfigLine[];
}

export function speechFor({ dialect, release }: Observation): Speech {
  if (dialect !== 'ca') return TODAY;
  return {
    askable: (trustpoint, lines) => askable(trustpoint, lines, release),
    typed: (lines, { changed }) =>
      lines.flatMap((line) => {
        const text = maskedText(line).trim();
        const present = changed.find(({ wanted }) => wanted === text)?.present;
        return inOldWords(line, release, present);
      }),
    olderForms: olderKeypairCommands,
  };
}

const TODAY: Speech = {
  askable: (_trustpoint, lines) => ({ lines, leftOut: [] }),
  typed: (lines) => lines,
  olderForms: () => [],
};
