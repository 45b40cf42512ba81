/** What a run of the command has left behind, and what the kernel knows of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const RESULT = z.object({
  counts: z.record(z.string(), z.number()),
  devices: z.array(
    z.object({
      durationMs: z.number(),
      steps: z.array(z.object({ step: z.string(), durationMs: z.number() })),
    }),
  ),
});
const SLOTS = z.object({ used: z.number(), at: z.iso.datetime().transform((text) => Date.parse(text)) });

export interface Times {
  /** Means of a device, in milliseconds. What lies between the steps is called `between`. */
  readonly stepMs: Readonly<Record<string, number>>;
}

/** Throws an Error when a device did not end as it should. */
export async function timesOf(file: string, devices: number): Promise<Times> {
  const result = RESULT.parse(JSON.parse(await readFile(file, 'utf8')));
  if (result.counts.verified !== devices)
    throw new Error(`not all of ${devices} devices were verified: ${JSON.stringify(result.counts)}`);
  const stepMs: Record<string, number> = {};
  const add = (name: string, ms: number): void => {
    stepMs[name] = (stepMs[name] ?? 0) + ms / devices;
  };
  for (const { durationMs, steps } of result.devices) {
    add('between', durationMs - steps.reduce((sum, step) => sum + step.durationMs, 0));
    for (const step of steps) add(step.step, step.durationMs);
  }
  return { stepMs };
}

/**
 * How long a device kept a password of the CA's service, in milliseconds: those in use over time, divided by their number
 * (Little's law). 0 when none was asked for.
 */
export async function heldMs(state: string): Promise<number> {
  const runs = path.join(state, 'runs');
  const [run = ''] = await readdir(runs);
  const text = await readFile(path.join(runs, run, 'events.jsonl'), 'utf8');
  const slots = text
    .split('\n')
    .filter((line) => line.includes('"challenge-slots"'))
    .map((line) => SLOTS.parse(JSON.parse(line)));
  let inUse = 0;
  let given = 0;
  for (const [index, { used, at }] of slots.entries()) {
    const next = slots[index + 1];
    given += Math.max(0, used - (slots[index - 1]?.used ?? 0));
    if (next !== undefined) inUse += used * (next.at - at);
  }
  return given === 0 ? 0 : inUse / given;
}

/** Of a folder with all below it, as the file system rounds it up, in KB. */
export async function kilobytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).blocks / 2),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 when the process is no more. */
export function openDescriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** CPU that all processes have used since the machine began, in milliseconds: all but idle and waiting (proc(5), stat). */
export function machineBusyMs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] = first
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq + stolen) * 10;
}
