import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import type { Terminal } from '../report/terminal.ts';
import type { BatchRule } from '../run/batches.ts';
import type { PoolLimit } from '../run/pools.ts';
import type { FleetOptions } from '../run/run.ts';
import { betweenBatches } from './between-batches.ts';
import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';

/** How a fleet is worked through: how many at once, in which batches, and when to give up. */
export type RunRules = Pick<
  FleetOptions,
  | 'concurrency'
  | 'startsPerSecond'
  | 'limits'
  | 'lockoutGuard'
  | 'batches'
  | 'between'
  | 'maxFail'
  | 'maxSameCause'
  | 'retry'
  | 'wait'
>;

/** From the options and the inventory's `limits`. Throws InputError when options contradict each other or the fleet. */
export function runRules(
  options: OptionValues,
  fleet: { readonly devices: readonly Device[]; readonly limits: readonly FleetLimit[] },
  io: Io,
  terminal: Terminal,
): RunRules {
  const { concurrency, startRate, lockoutGuard, maxFail, maxSameCause, retries, retryAfter } = options;
  const batches = batchRule(options, fleet.devices);
  const between = betweenBatches(options, io, terminal);
  if (between !== undefined && batches === undefined) {
    throw wrong('--batch', 'is missing: without batches there is nothing between them', 'add --batch 1,100%');
  }
  return {
    concurrency,
    startsPerSecond: startRate,
    limits: fleet.limits.map(poolOf),
    lockoutGuard,
    maxSameCause,
    retry: { times: retries, afterMs: retryAfter },
    ...(options.wait === undefined ? {} : { wait: { forMs: options.wait } }),
    ...(batches === undefined ? {} : { batches }),
    ...(between === undefined ? {} : { between }),
    ...(maxFail === undefined ? {} : { maxFail }),
  };
}

function batchRule(
  { batch: sizes, canaryBy }: OptionValues,
  devices: readonly Device[],
): BatchRule | undefined {
  if (sizes === undefined && canaryBy === undefined) return undefined;
  if (canaryBy === undefined) return { sizes: sizes ?? [] };
  const [name = '', wanted = varText(devices[0], name)] = canaryBy.split(/=(.*)/s);
  if (wanted === undefined) {
    throw wrong(
      '--canary-by',
      `${devices[0]?.name} has no var ${JSON.stringify(name)}`,
      `give one: ${name}=…`,
    );
  }
  const first = (device: Device): boolean => varText(device, name) === wanted;
  if (!devices.some(first)) {
    throw wrong(
      '--canary-by',
      `no selected device has the var ${name} with the value ${JSON.stringify(wanted)}`,
    );
  }
  return { sizes: sizes ?? [{ kind: 'percent', percent: 100 }], first };
}

/** A var of a device as the command line names it. */
export function varText(device: Device | undefined, name: string): string | undefined {
  const value = device?.vars[name];
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

function poolOf({ kind, name, ...limit }: FleetLimit): PoolLimit {
  const concerns: Readonly<Record<FleetLimit['kind'], (device: Device) => boolean>> = {
    group: ({ groups }) => groups.includes(name),
    'jump-host': ({ ssh: { via = [] } }) => via.some((hop) => hop.name === name),
    authority: ({ trustpoints }) => trustpoints.some(({ authority }) => authority.name === name),
  };
  return { name: `${kind.replace('-', ' ')} ${name}`, concerns: concerns[kind], ...limit };
}

function wrong(key: string, message: string, hint?: string): InputError {
  return new InputError([{ file: 'command line', key, message, ...(hint === undefined ? {} : { hint }) }]);
}
