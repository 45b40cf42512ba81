import { rm } from 'node:fs/promises';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import type { Device } from '../../src/domain/device.ts';
import type { JobOptions } from '../../src/enrollment/job.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import { openSecrets } from '../../src/inventory/secrets.ts';
import type { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { createRenderer } from '../../src/template/render.ts';

/** What whole jobs in this process need, where a test says nothing else. */
export function jobOptions(more: Partial<JobOptions> = {}): JobOptions {
  return {
    renderer: createRenderer(),
    challenges: createChallengeSources({ now: () => new Date() }),
    acceptNewHostKeys: false,
    allowOverwriteNvram: false,
    consents: () => new Set(),
    now: () => new Date(),
    monotonic: () => performance.now(),
    signal: new AbortController().signal,
    onStep: () => undefined,
    ...more,
  };
}

/** The devices of an inventory that would lie in `file`, their secrets taken from `env`. */
export async function devicesOf(
  file: string,
  inventory: object,
  env: Readonly<Record<string, string>>,
): Promise<readonly Device[]> {
  const { devices } = parseInventory(file, JSON.stringify(inventory));
  await openSecrets(devices, { env, ask: () => Promise.reject(new Error('nothing is asked')) });
  return devices;
}

/** Ends what a test has started, and fails it where the lab itself did. */
export async function closeLab({
  routers,
  cas,
  dir,
}: {
  readonly routers: readonly VirtualRouter[];
  readonly cas: readonly { readonly close: () => Promise<void> }[];
  readonly dir: string;
}): Promise<void> {
  const failures = routers.flatMap(({ state }) => state.failures);
  await Promise.all([...routers, ...cas].map((each) => each.close()));
  await rm(dir, { recursive: true });
  if (failures.length > 0) throw new AggregateError(failures, 'the lab itself failed');
}
