import type { Race } from './race.ts';
import { COLD_START } from './races/cold-start.ts';
import { ENROLL } from './races/enroll.ts';
import { LEGACY } from './races/legacy.ts';
import { MEMORY } from './races/memory.ts';
import { NDES } from './races/ndes.ts';
import { READER } from './races/reader.ts';
import { RENDER } from './races/render.ts';
import { CONFIGURE, READS, READS_FAR } from './races/visits.ts';

/** In the order of the page. */
export const RACES: readonly Race[] = [
  READS,
  READS_FAR,
  CONFIGURE,
  READER,
  RENDER,
  COLD_START,
  ENROLL,
  MEMORY,
  LEGACY,
  NDES,
];
