import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LastSeen } from '../doctor/wants.ts';
import type { Device } from '../domain/device.ts';
import type { DeviceResult } from '../domain/result.ts';
import { listRuns, readRun } from '../report/saved-run.ts';
import { unspentByDevice } from '../run/state/device-states.ts';
import { RUNS_FOLDER, STATE_FILE, StateStore } from '../run/state/store.ts';

/** What the state directory knows that a look at CAs wants to know. */
export interface Remembered {
  /** Each device as the last run that read it saw it. */
  readonly devices: ReadonlyMap<string, LastSeen>;
  /** One-time passwords that may be unspent, by authority. */
  readonly unspent: ReadonlyMap<string, number>;
}

/** Runs are not looked through for devices that were not seen for so many of them. */
const MOST_RUNS = 50;

/** Reads the last runs of a state directory; nothing is known, and nothing made, where there is none. */
export async function lastSeen(folder: string, devices: readonly Device[], now: Date): Promise<Remembered> {
  const runs = path.join(folder, RUNS_FOLDER);
  const missing = new Set(devices.map(({ name }) => name));
  const seen = new Map<string, LastSeen>();
  for (const id of (await listRuns(runs)).toReversed().slice(0, MOST_RUNS)) {
    if (missing.size === 0) break;
    const { result } = await readRun(path.join(runs, id));
    for (const device of result.devices) {
      const what = seenBy(device);
      if (what !== undefined && missing.delete(device.device)) seen.set(device.device, what);
    }
  }
  return { devices: seen, unspent: unspentOf(folder, now) };
}

/** Without a release it was never read. A clock that was set since says nothing any more. */
function seenBy({
  release,
  clockOffsetMs,
  steps,
  certificates,
  startedAt,
}: DeviceResult): LastSeen | undefined {
  if (release === undefined) return undefined;
  const wasSet = steps.some(({ step, outcome }) => step === 'set-clock' && outcome !== 'already-true');
  return {
    release,
    at: startedAt,
    ...(clockOffsetMs === undefined || wasSet ? {} : { clockOffsetMs }),
    lives: new Map(
      certificates.map(({ trustpoint, notBefore, notAfter }) => [
        trustpoint,
        notAfter.getTime() - notBefore.getTime(),
      ]),
    ),
  };
}

function unspentOf(folder: string, now: Date): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  if (!existsSync(path.join(folder, STATE_FILE))) return counts;
  using store = StateStore.open(folder);
  for (const { authority } of [...unspentByDevice(store, now).values()].flat()) {
    counts.set(authority, (counts.get(authority) ?? 0) + 1);
  }
  return counts;
}
