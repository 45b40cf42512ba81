/**
 * Races against the tools of the field: everybody in turn, several times, on one machine in one run.
 *   npm run bench                                   everything, and docs/performance.md; half an hour
 *   npm run bench -- --only reads,render            some races, and no page
 *   npm run bench -- --quick --only render,reader   that it works; the figures mean nothing
 * --rounds, --routers and --ansible-routers say how much; --page names another page; --no-install takes of the peers what
 * is there. Exit code 1 says that trustfleet itself could not take part somewhere.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { pageOf } from './page.ts';
import { installPeers, ROOT, versions } from './peers.ts';
import type { Outcome, Settings } from './race.ts';
import { RACES } from './races.ts';
import { tableOf } from './table.ts';

const PAGE = path.join(ROOT, 'docs/performance.md');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    routers: { type: 'string' },
    'ansible-routers': { type: 'string' },
    page: { type: 'string' },
    'no-install': { type: 'boolean', default: false },
  },
});
const chosen = values.only?.split(',') ?? RACES.map(({ name }) => name);
const unknown = chosen.filter((name) => !RACES.some((race) => race.name === name));
if (unknown.length > 0)
  throw new Error(
    `no race is named ${unknown.join(', ')}; there are ${RACES.map(({ name }) => name).join(', ')}`,
  );

const { quick } = values;
const settings: Settings = {
  quick,
  rounds: Number(values.rounds ?? (quick ? 1 : 3)),
  routers: Number(values.routers ?? (quick ? 20 : 500)),
  ansibleRouters: Number(values['ansible-routers'] ?? (quick ? 2 : 25)),
  say: (text) => console.log(text),
};

if (!values['no-install']) installPeers();
const outcomes: Outcome[] = [];
for (const { name, run } of RACES.filter((race) => chosen.includes(race.name))) {
  console.log(`\n${name}`);
  const outcome = await run(settings);
  outcomes.push(outcome);
  console.log(`\n${outcome.title}\n${tableOf(outcome)}`);
}

const whole = values.only === undefined && !quick;
const page = values.page ?? (whole ? PAGE : undefined);
if (page !== undefined) {
  const command = [
    'npm run bench',
    ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []),
  ].join(' ');
  const facts = { command, date: new Date(), machine: describeMachine(), versions: versions(), settings };
  await writeFile(page, pageOf(facts, outcomes));
  console.log(`\n${path.relative(process.cwd(), page)} is written.`);
}

// A peer that is missing is told of in its table.
const failed = outcomes
  .flatMap(({ results }) => results)
  .filter(({ contender, missing }) => contender.startsWith('trustfleet') && missing !== undefined);
if (failed.length > 0) process.exitCode = 1;
