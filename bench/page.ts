/** docs/performance.md: the same tables, with what one must know to believe them or not. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { verdicts } from './aims.ts';
import { OBSTACLES } from './obstacles.ts';
import type { Outcome, Settings } from './race.ts';
import { tableOf } from './table.ts';

/** Profiles of what paid most, taken once: the bench does not make them. */
const GAINS = path.join(import.meta.dirname, 'gains.md');

interface Facts {
  readonly command: string;
  readonly date: Date;
  readonly machine: string;
  readonly versions: readonly string[];
  readonly settings: Settings;
}

/** What came of a race, with the race's name. */
export type Raced = Outcome & { readonly name: string };

export function pageOf(
  { command, date, machine, versions, settings }: Facts,
  outcomes: readonly Raced[],
): string {
  return `# Performance

Written by \`${command}\` on ${date.toISOString().slice(0, 10)}; edits by hand are lost with the next run.
${settings.quick ? '\n**Everything was small (`--quick`): the figures and verdicts mean nothing.**\n' : ''}
- **Machine:** ${machine}.
- **Versions:** ${versions.join(', ')}.
- **Rounds:** every contender in turn, ${settings.rounds} times unless a race says otherwise; a cell is the median, with the least and the most behind it.
  The ratio says how many times worse than trustfleet a contender is in the column the race is about; below 1 it is better.
- **The routers** are a stand-in written for the bench: one process, one port a router, outputs that are ready, no PKI,
  one RSA host key of 2048 bits made beforehand, \`ecdh-sha2-nistp256\`, \`aes128-ctr\`, \`hmac-sha2-256\`. It is made with
  asyncssh, on which trustfleet’s quickest rival is built and trustfleet is not, and all meet the same one.
- **Distance** is a proxy that holds back every byte half a round trip each way, connecting included. It loses nothing and
  has no limit of bandwidth.
- **CPU time** is counted by the kernel for a contender with all its descendants, interpreter and imports included.

${outcomes.map(section).join('\n')}
## What paid most

The largest gains, each with its profile before and after.

${readFileSync(GAINS, 'utf8').trim()}

## What this does not say

- Real routers answer slower than the stand-in, and make keys for seconds: with them everybody waits longer, and the
  ratios of wall time come nearer to 1. CPU time stays as it is.
- The peers are used as their documentation shows it, in their defaults, but for longer time limits. Scrapli with another
  transport or Ansible with another strategy may do better.
- trustfleet’s sessions are reached inside the built library, put into one file as its commands are: it has no command that
  types just any show command.
- One machine, one run. Compare ratios, not figures of two runs; \`npm run bench\` makes your own.
`;
}

function section(outcome: Raced): string {
  const { title, aim, notes } = outcome;
  return `## ${title}

Aim: ${aim}.

${tableOf(outcome)}

${judged(outcome)}${notes.map((note) => `- ${note}`).join('\n')}
`;
}

/** Each part of the aim, met or missed, and what stands in the way of those that are missed. */
export function judged(outcome: Raced): string {
  const all = verdicts(outcome.name, outcome);
  if (all.length === 0) return '';
  const lines = all.map(({ said, isMet }) => `- **${word(isMet)}:** ${said}.\n`);
  const obstacle = all.some(({ isMet }) => isMet === false) ? OBSTACLES[outcome.name] : undefined;
  return `${lines.join('')}${obstacle === undefined ? '' : `- **In the way:** ${obstacle}\n`}`;
}

function word(isMet: boolean | undefined): string {
  if (isMet === undefined) return 'Not judged';
  return isMet ? 'Met' : 'Missed';
}
