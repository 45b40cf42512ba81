/** What was measured of small runs, and all that a prediction is made of. Times are in milliseconds, CPU and waits alike. */
import { z } from 'zod';

const ms = z.number().min(0);
const STEP = z.object({
  name: z.string(),
  /** Round trips that depend on each other. */
  turns: z.number().min(0),
  /** Time of its own: neither distance nor CPU of ours. */
  ownMs: ms,
});
const WORK = z.object({
  /** CPU before the first device and at the end. */
  startUpMs: ms,
  startUpHelpersMs: ms,
  /** CPU of a device: the thread that runs JavaScript, and its helpers (garbage, cryptography, files). */
  loopMs: ms,
  helpersMs: ms,
  /** How long that thread stands still at full speed without computing: for the disk, and for the other programs' sake. */
  blockedMs: ms,
  /** The same of the lab, whose helpers make the routers' keys. */
  labLoopMs: ms,
  labHelpersMs: ms,
  /** CPU of the proxy that plays the distance. */
  distanceMs: ms,
  steps: z.array(STEP),
  /** How long a password of the CA's service is kept, from the router's question to the CA's answer. */
  held: STEP.omit({ name: true }),
  caRequests: z.number().min(0),
  keptKb: z.number().min(0),
});

const MEMORY = z.object({
  /** The program with few sessions at a time. */
  baseMb: z.number(),
  /** For each device in work. */
  sessionMb: z.number().min(0),
  /** For each device of the inventory, while that is read. */
  deviceMb: z.number().min(0),
  /** What V8 leaves lying about before it collects, and after how many devices it does. */
  slackMb: z.number().min(0),
  slackDevices: z.number().min(1),
});

export const FIGURES = z.object({
  date: z.string(),
  machine: z.string(),
  cores: z.number(),
  verify: WORK,
  enroll: WORK,
  /** How many times its CPU a device costs on a machine that does next to nothing else: caches and code are cold each time. */
  coldness: z.number().min(1),
  memory: MEMORY,
  descriptors: z.object({ base: z.number(), startUp: z.number(), session: z.number() }),
});

export type Figures = z.infer<typeof FIGURES>;
export type Work = z.infer<typeof WORK>;
