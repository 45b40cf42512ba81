/** Races against the tools of the field; `npm run bench -- --help` tells of them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeMachine } from './machine.ts';
import { helpOf, type Options, optionsOf } from './options.ts';
import { judged, pageOf, type Raced } from './page.ts';
import { installPeers, ROOT, versions } from './peers.ts';
import type { Outcome } from './race.ts';
import { RACES } from './races.ts';
import { tableOf } from './table.ts';

const names = RACES.map(({ name }) => name);
const options = told();
if (options.helps) {
  console.log(helpOf(RACES));
  process.exit();
}

const settings = { ...options.settings, say: (text: string) => console.log(text) };
if (options.installs) installPeers();
const outcomes: Raced[] = [];
for (const { name, run } of RACES.filter((race) => options.chosen.includes(race.name))) {
  console.log(`\n${name}`);
  const outcome = { ...(await run(settings).catch(notRun(name))), name };
  outcomes.push(outcome);
  const verdict = settings.quick ? 'Nothing is judged: --quick makes everything small.' : judged(outcome);
  console.log(`\n${outcome.title}\n${tableOf(outcome)}\n\n${verdict}`);
}

const { page } = options;
if (page !== undefined) {
  const words = process.argv.slice(2);
  const command = ['npm run bench', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
  const facts = { command, date: new Date(), machine: describeMachine(), versions: versions(), settings };
  await writeFile(page, pageOf(facts, outcomes));
  console.log(`\n${path.relative(process.cwd(), page)} is written.`);
}

// A peer that is missing is told of in its table.
const failed = outcomes
  .flatMap(({ results }) => results)
  .filter(({ contender, missing }) => contender.startsWith('trustfleet') && missing !== undefined);
if (failed.length > 0) process.exitCode = 1;

/** An hour of races is not lost because one of them could not be run. */
function notRun(title: string): (thrown: unknown) => Outcome {
  return (thrown) => {
    const missing = thrown instanceof Error ? thrown.message : String(thrown);
    const results = [{ contender: 'trustfleet', figures: {}, missing }];
    return { title, aim: 'to be run', columns: [{ name: 'figures', digits: 0 }], results, notes: [] };
  };
}

function told(): Options {
  try {
    return optionsOf(process.argv.slice(2), names, path.join(ROOT, 'docs/performance.md'));
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exit(2);
  }
}
