/**
 * How long a run will take, from what `npm run scale` has measured on this machine or another one.
 *   npm run simulate -- --devices 10000 --rtt 80
 *   npm run simulate -- --command enroll --devices 5000 --concurrency 200 --passwords 5 --key 15 --ca 3
 * Round trips are in milliseconds; --key, --save and --ca are what a router needs to make its keys and to write its
 * configuration, and what the CA needs to answer, in seconds.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FIGURES } from './scale/figures.ts';
import { predict } from './scale/predict.ts';
import { bounds } from './scale/simulate.ts';
import { atItsPace, modelOf, type Scenario } from './scale/work-model.ts';

const { values } = parseArgs({
  options: {
    command: { type: 'string', default: 'verify' },
    devices: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '50' },
    'start-rate': { type: 'string', default: '20' },
    batch: { type: 'string' },
    rtt: { type: 'string', default: '100' },
    passwords: { type: 'string' },
    key: { type: 'string', default: '10' },
    save: { type: 'string', default: '3' },
    ca: { type: 'string', default: '1' },
    cores: { type: 'string' },
    figures: { type: 'string', default: path.join(import.meta.dirname, 'scale/figures.json') },
  },
});
if (values.command !== 'verify' && values.command !== 'enroll')
  throw new Error(`--command is verify or enroll, not ${values.command}`);

const figures = FIGURES.parse(JSON.parse(await readFile(values.figures, 'utf8')));
const seconds = (text: string): number => 1000 * Number(text);
const scenario: Scenario = {
  work: figures[values.command],
  rules: {
    devices: Number(values.devices),
    concurrency: Number(values.concurrency),
    startsPerSecond: Number(values['start-rate']),
    ...(values.batch === undefined ? {} : { batches: values.batch.split(',').map(Number) }),
  },
  cores: Number(values.cores ?? figures.cores),
  rttMs: Number(values.rtt),
  ...(values.passwords === undefined ? {} : { passwords: Number(values.passwords) }),
  ...(values.command === 'verify'
    ? {}
    : {
        slower: {
          'generate-keypair': seconds(values.key),
          enroll: seconds(values.ca),
          save: seconds(values.save),
        },
        heldLongerMs: seconds(values.ca),
      }),
};

const told = predict(scenario, figures);
console.log(`time           ${(told.wallMs / 1000).toFixed(0)} s
one device     ${(told.meanJobMs / 1000).toFixed(1)} s, ${told.mostAtWork} at once at most
CPU            ${(told.cpuMs / 1000).toFixed(0)} s
memory         ${told.megabytes.toFixed(0)} MB
descriptors    ${told.descriptors.toFixed(0)}
CA             ${(told.caRequests / (told.wallMs / 1000)).toFixed(1)} requests a second, ${told.passwords.toFixed(1)} passwords out
disk           ${told.diskMb.toFixed(0)} MB
at least, for the sake of each alone:`);
const alone = bounds(modelOf(atItsPace(scenario, figures.coldness))).filter(({ ms }) => ms > 0);
for (const { name, ms } of alone) console.log(`  ${name.padEnd(22)} ${(ms / 1000).toFixed(0)} s`);
