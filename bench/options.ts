/** What `npm run bench` is told, and what it says of itself. */
import { parseArgs } from 'node:util';
import type { Settings } from './race.ts';

export interface Options {
  /** Races to run. */
  readonly chosen: readonly string[];
  /** Where the page goes; undefined for none. */
  readonly page?: string;
  readonly installs: boolean;
  readonly helps: boolean;
  readonly settings: Omit<Settings, 'say'>;
}

/** Throws an Error that names what cannot be: an option, a race, a number. */
export function optionsOf(argv: readonly string[], races: readonly string[], wholePage: string): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      routers: { type: 'string' },
      'ansible-routers': { type: 'string' },
      page: { type: 'string' },
      'no-install': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, quick } = values;
  const chosen = only?.split(',') ?? races;
  const unknown = chosen.filter((name) => !races.includes(name));
  if (unknown.length > 0)
    throw new Error(`no race is named ${unknown.join(', ')}; there are ${races.join(', ')}`);
  const page = values.page ?? (only === undefined && !quick ? wholePage : undefined);
  const count = (name: 'rounds' | 'routers' | 'ansible-routers', usual: number): number =>
    values[name] === undefined ? usual : positive(name, values[name]);
  return {
    chosen,
    ...(page === undefined ? {} : { page }),
    installs: !values['no-install'],
    helps: values.help,
    settings: {
      quick,
      rounds: count('rounds', quick ? 1 : 3),
      routers: count('routers', quick ? 20 : 500),
      ansibleRouters: count('ansible-routers', quick ? 2 : 25),
    },
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} is a whole number from 1, not ${text}`);
  return value;
}

export function helpOf(races: readonly { readonly name: string; readonly about: string }[]): string {
  const widest = Math.max(...races.map(({ name }) => name.length));
  return `Races against the tools of the field: everybody in turn, several times, on one machine in one run.

  npm run bench                                    everything, and docs/performance.md; 15 minutes
  npm run bench -- --only reads,render             some races, and no page
  npm run bench -- --quick --only render,reader    that it works; the figures mean nothing

  --only RACES           a list with commas
  --quick                everything small, one round
  --rounds N             how often each contender runs; 3, or 1 with --quick
  --routers N            in the fleets that are read; 500, or 20 with --quick
  --ansible-routers N    as many of them as Ansible visits; 25, or 2 with --quick
  --page FILE            writes the page there, whatever was run
  --no-install           takes of the peers what is there, and says who is missing
  --help                 this

Exit code 0: every race was run, whoever won; 1: trustfleet itself could not take part somewhere; 2: it was told nonsense.

Races:
${races.map(({ name, about }) => `  ${name.padEnd(widest)}    ${about}\n`).join('')}`;
}
