import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LabFleet } from '../e2e/lab-fleet.ts';
import type { Dice } from './dice.ts';

/** A moment at which a run is killed: resolves when it has come. `stop` gives it up. */
export interface Moment {
  readonly name: string;
  readonly come: Promise<void>;
  stop(): void;
}

/** One of three kinds: so long after the start, at a line of the run's log, or when the CA makes a password. */
export function randomMoment(fleet: LabFleet, dice: Dice): Moment {
  const kind = dice.below(3);
  if (kind === 0) return afterTime(300 + dice.below(6_000));
  return kind === 1
    ? atLine(fleet, 2 + dice.below(160))
    : atPassword(fleet, 1 + dice.below(4), dice.below(60));
}

function afterTime(milliseconds: number): Moment {
  let timer: NodeJS.Timeout | undefined;
  const come = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return { name: `after ${milliseconds} ms`, come, stop: () => clearTimeout(timer) };
}

/** The n-th line of the log of the run that is to come. */
function atLine({ dir }: LabFleet, line: number): Moment {
  const runs = path.join(dir, '.trustfleet', 'runs');
  const before = new Set(existsSync(runs) ? readdirSync(runs) : []);
  let look: NodeJS.Timeout | undefined;
  const come = new Promise<void>((resolve) => {
    look = setInterval(() => {
      const id = existsSync(runs) ? readdirSync(runs).find((name) => !before.has(name)) : undefined;
      const file = path.join(runs, id ?? '', 'events.jsonl');
      if (id === undefined || !existsSync(file)) return;
      void readFile(file, 'utf8').then((text) => {
        if (text.split('\n').length > line) resolve();
      });
    }, 10);
  });
  return { name: `at line ${line}`, come, stop: () => clearInterval(look) };
}

/** So many milliseconds after the n-th password from now on was made. */
function atPassword({ lab }: LabFleet, count: number, later: number): Moment {
  const { passwords } = lab.ca;
  const wanted = passwords.minted.length + count;
  let look: NodeJS.Timeout | undefined;
  const come = new Promise<void>((resolve) => {
    look = setInterval(() => {
      if (passwords.minted.length < wanted) return;
      clearInterval(look);
      setTimeout(resolve, later);
    }, 1);
  });
  return { name: `${later} ms after password ${count}`, come, stop: () => clearInterval(look) };
}
