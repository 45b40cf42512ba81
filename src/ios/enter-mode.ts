import { setTimeout as pause } from 'node:timers/promises';
import type { SshSettings } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { enable } from './enable.ts';
import { ENABLE, MODES, type Mode, stepTowards } from './modes.ts';
import { explainRefusal, findRefusal } from './refusals.ts';
import type { Terminal } from './terminal.ts';

export interface EnterModeOptions {
  readonly ssh: SshSettings;
  /** Pause before another try when somebody else holds the configuration, in milliseconds. */
  readonly lockPauseMs: number;
}

const LOCK_TRIES = 4;

/**
 * Brings the terminal into a mode, one step at a time, looking at the prompt before each.
 * Throws DeviceError `enable-refused`, `command-refused` (also when the configuration stays locked), or what a
 * conversation throws.
 */
export async function enterMode(terminal: Terminal, target: Mode, options: EnterModeOptions): Promise<void> {
  for (let steps = 0; steps <= MODES.length; steps += 1) {
    const { mode } = await terminal.prompt();
    const command = stepTowards(mode, target);
    if (command === undefined) return;
    if (terminal.isLedAwayFrom(command)) await terminal.look();
    else if (command === ENABLE) await enable(terminal, options.ssh);
    else await step(terminal, command, options.lockPauseMs);
  }
  throw new DeviceError(
    'output-unreadable',
    `the router does not reach ${target}; its prompt is “${(await terminal.prompt()).text}”`,
  );
}

async function step(terminal: Terminal, command: string, lockPauseMs: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const text = await terminal.run(command);
    const refusal = findRefusal(text);
    if (refusal === undefined) return;
    if (refusal.kind !== 'locked' || tries === LOCK_TRIES) {
      throw new DeviceError('command-refused', `${command}: ${refusal.line}`, explainRefusal(refusal, text));
    }
    await waitFor(lockPauseMs, terminal.signal);
  }
}

async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new DeviceError('interrupted', 'stopped while the configuration was locked', { cause });
  }
}
