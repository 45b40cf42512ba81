/** Where the bench runs, and how its processes share the cores. */
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

const ALL = cpus().length;
const canPin = spawnSync('taskset', ['-V']).status === 0 && ALL > 1;

/** The router's side has core 0 for itself, whoever is measured all others; `-` where cores cannot be told apart. */
export const CONTENDERS_CPUS = canPin ? (ALL === 2 ? '1' : `1-${ALL - 1}`) : '-';

/** The command that runs on core 0 alone. */
export function onCoreZero(command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', '0', ...command] : command;
}

/** A line for the page. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const pinned = canPin
    ? 'router’s side on core 0, contenders on the others'
    : 'cores shared: taskset is missing or there is one core';
  return `${ALL} cores of ${model}, ${memory}, Linux ${release()}; ${pinned}`;
}
