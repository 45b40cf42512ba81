import type { Race } from './race.ts';
import { COLD_START } from './races/cold-start.ts';
import { ENROLL } from './races/enroll.ts';
import { LEGACY } from './races/legacy.ts';
import { MEMORY } from './races/memory.ts';
import { MEMORY_FLEET } from './races/memory-fleet.ts';
import { NDES } from './races/ndes.ts';
import { READER } from './races/reader.ts';
import { RENDER } from './races/render.ts';
import { CONFIGURE, READS, READS_FAR } from './races/visits.ts';

const ABOUT: Readonly<Record<string, string>> = {
  reads: 'log in, three show commands, log out: routers a CPU second',
  'reads-far': 'the same 100 ms away, 200 routers at once: time, against the floor',
  configure: '30 lines of configuration 150 ms away, every reply checked',
  reader: 'show crypto pki certificates, taken apart',
  render: 'the configuration of 10,000 routers from templates',
  'cold-start': 'from Enter to the prompt',
  enroll: 'one whole enrollment 150 ms away, against the floor',
  memory: 'what an open session takes',
  'memory-fleet': 'what 100, 1,000 and 10,000 devices take, 100 at once',
  legacy: 'old key exchanges beside modern sessions',
  ndes: 'a sweep through five passwords: how much of their room is used',
};

/** In the order of the page. */
export const RACES: readonly (Race & { readonly about: string })[] = [
  READS,
  READS_FAR,
  CONFIGURE,
  READER,
  RENDER,
  COLD_START,
  ENROLL,
  MEMORY,
  MEMORY_FLEET,
  LEGACY,
  NDES,
].map((race) => ({ ...race, about: ABOUT[race.name] ?? '' }));
