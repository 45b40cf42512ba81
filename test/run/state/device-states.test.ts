import { describe, expect, it } from 'vitest';
import type { DeviceOutcome } from '../../../src/domain/step.ts';
import { readDeviceStates } from '../../../src/run/state/device-states.ts';
import type { Journal } from '../../../src/run/state/journal.ts';
import { rebuildState } from '../../../src/run/state/rebuild.ts';
import { devicesByLast, unfinishedRun } from '../../../src/run/state/selection.ts';
import { StateStore } from '../../../src/run/state/store.ts';
import { anError } from '../../report/a-run.ts';
import { aResult } from '../a-device.ts';
import { aClock, aJournal, aStateFolder, kill } from './worlds.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

/** One device's turn, told as a run tells it. */
function turn(
  journal: Journal,
  device: string,
  outcome: DeviceOutcome,
  at = '2026-11-21T02:10:00Z',
  code?: 'timeout' | 'unreachable' | 'guard-pending',
): void {
  const error = code === undefined ? {} : { error: anError(code, 'it did not answer') };
  journal.begin(device);
  journal.reporter.onEvent({ type: 'device-started', device, at: new Date(at) });
  journal.reporter.onEvent({
    type: 'device-finished',
    result: aResult(device, outcome, error),
    at: new Date(at),
  });
  journal.end(device);
}

function end(journal: Journal, more: { interrupted?: boolean; stopped?: string } = {}): void {
  const result = {
    command: 'enroll',
    startedAt: NOW,
    durationMs: 1,
    interrupted: false,
    devices: [],
    ...more,
  };
  journal.reporter.onEvent({ type: 'run-finished', result, at: NOW });
  journal[Symbol.dispose]();
}

function statesIn(store: StateStore): Record<string, unknown> {
  return Object.fromEntries([...readDeviceStates(store, NOW)].map(([name, { state }]) => [name, state]));
}

describe('how devices stand', () => {
  it('is what the last run said, since it first said so', () => {
    using store = StateStore.open(aStateFolder());
    const first = aJournal(store);
    turn(first, 'br-1', 'verified', '2026-11-20T02:00:00Z');
    turn(first, 'br-2', 'failed', '2026-11-20T02:00:00Z', 'timeout');
    turn(first, 'br-3', 'failed', '2026-11-20T02:00:00Z', 'timeout');
    end(first);
    const second = aJournal(store, { id: 'run-2' });
    turn(second, 'br-1', 'unchanged', '2026-11-21T02:00:00Z');
    turn(second, 'br-2', 'failed', '2026-11-21T02:00:00Z', 'timeout');
    turn(second, 'br-3', 'failed', '2026-11-21T02:00:00Z', 'unreachable');
    end(second);

    const states = readDeviceStates(store, NOW);
    expect(states.get('br-1')).toMatchObject({ state: 'verified', since: '2026-11-20T02:00:00.000Z' });
    expect(states.get('br-2')).toMatchObject({ code: 'timeout', since: '2026-11-20T02:00:00.000Z' });
    expect(states.get('br-3')).toMatchObject({ code: 'unreachable', since: '2026-11-21T02:00:00.000Z' });
  });

  it('is told by the order of runs, not by a clock that jumped back', () => {
    using store = StateStore.open(aStateFolder());
    const first = aJournal(store, { now: aClock('2027-06-01T00:00:00Z') });
    turn(first, 'br-1', 'failed', '2027-06-01T00:00:00Z', 'timeout');
    end(first, { interrupted: true });
    const second = aJournal(store, { id: 'run-2', now: aClock('2026-11-21T02:00:00Z') });
    turn(second, 'br-1', 'verified', '2026-11-21T02:00:00Z');
    end(second);
    expect(readDeviceStates(store, NOW).get('br-1')).toMatchObject({ state: 'verified', run: 'run-2' });
    // Only what the second run had not got to is left of the first.
    expect(() => unfinishedRun(store)).toThrow(/enroll run run-2 came to its end/);
  });

  it('after a kill: half done in a changing step, interrupted before one, skipped where it had not begun', () => {
    const folder = aStateFolder();
    const dying = StateStore.open(folder);
    const journal = aJournal(dying, { devices: ['br-1', 'br-2', 'br-3', 'br-4', 'br-5'] });
    turn(journal, 'br-1', 'verified');
    journal.begin('br-2');
    journal.intend('br-2', 'connect');
    journal.begin('br-3');
    journal.intend('br-3', 'enroll', 'BRANCH');
    turn(journal, 'br-4', 'failed', '2026-11-21T02:10:00Z', 'timeout');
    expect(statesIn(dying)).toMatchObject({ 'br-2': 'in-work', 'br-5': 'waiting' });
    kill(journal, dying);

    using store = StateStore.open(folder);
    expect(statesIn(store)).toEqual({
      'br-1': 'verified',
      'br-2': 'interrupted',
      'br-3': 'half-done',
      'br-4': 'failed',
      'br-5': 'skipped',
    });
    expect(readDeviceStates(store, NOW).get('br-3')?.message).toBe(
      'the run was killed in step enroll BRANCH',
    );
    expect(unfinishedRun(store)).toEqual({
      run: 'run-1',
      startedAt: '2026-11-21T02:00:00.000Z',
      how: 'killed',
      devices: ['br-2', 'br-3', 'br-5', 'br-4'],
      settings: {},
      begun: new Set(['br-1', 'br-2', 'br-3', 'br-4']),
    });
    expect([...devicesByLast(store, 'failed', NOW)]).toEqual(['br-2', 'br-3', 'br-4']);
    expect([...devicesByLast(store, 'skipped', NOW)]).toEqual(['br-5']);
  });

  it('is the same when the state file was made anew from the logs', () => {
    const folder = aStateFolder();
    {
      using store = StateStore.open(folder);
      const first = aJournal(store);
      turn(first, 'br-1', 'verified');
      turn(first, 'br-2', 'pending');
      end(first);
      const second = aJournal(store, { id: 'run-2', devices: ['br-2', 'br-1'] });
      turn(second, 'br-1', 'failed', '2026-11-21T03:00:00Z', 'timeout');
      second.begin('br-2');
      second.reporter.onEvent({ type: 'device-started', device: 'br-2', at: NOW });
      second.intend('br-2', 'configure', 'BRANCH');
      const step = { step: 'configure', trustpoint: 'BRANCH', device: 'br-2', at: NOW } as const;
      second.reporter.onEvent({ type: 'step-started', ...step });
      const before = statesIn(store);
      second[Symbol.dispose]();
      expect(before).toEqual({ 'br-1': 'failed', 'br-2': 'in-work', 'br-3': 'skipped' });
    }
    rebuildState(folder, NOW);
    using store = StateStore.open(folder);
    expect(statesIn(store)).toEqual({ 'br-1': 'failed', 'br-2': 'half-done', 'br-3': 'skipped' });
    expect(unfinishedRun(store)).toMatchObject({ run: 'run-2', devices: ['br-2', 'br-1'] });
  });

  it('that was verified is not unsaid by a run that skipped the device, which is told beside it', () => {
    using store = StateStore.open(aStateFolder());
    const first = aJournal(store);
    turn(first, 'br-1', 'verified', '2026-11-20T02:00:00Z');
    end(first);
    const second = aJournal(store, { id: 'run-2' });
    second.reporter.onEvent({ type: 'device-finished', result: aResult('br-1', 'skipped'), at: NOW });
    end(second, { stopped: 'too many failures' });
    expect(readDeviceStates(store, NOW).get('br-1')).toMatchObject({
      state: 'skipped',
      before: { state: 'verified', since: '2026-11-20T02:00:00.000Z' },
    });
    const third = aJournal(store, { id: 'run-3' });
    turn(third, 'br-1', 'unchanged', '2026-11-21T05:00:00Z');
    end(third);
    expect(readDeviceStates(store, NOW).get('br-1')).toMatchObject({
      state: 'verified',
      since: '2026-11-20T02:00:00.000Z',
    });
  });

  it('is not mended by a renewal that found nothing due', () => {
    using store = StateStore.open(aStateFolder());
    const first = aJournal(store);
    turn(first, 'br-1', 'failed', '2026-11-20T02:00:00Z', 'timeout');
    end(first);
    const second = aJournal(store, { id: 'run-2', command: 'renew' });
    turn(second, 'br-1', 'unchanged');
    turn(second, 'br-2', 'unchanged');
    end(second);
    expect(statesIn(store)).toMatchObject({ 'br-1': 'failed', 'br-2': 'not-due' });
    expect(readDeviceStates(store, NOW).get('br-1')).toMatchObject({
      code: 'timeout',
      since: '2026-11-20T02:00:00.000Z',
    });
  });

  it('is not mended by a plan either, which tells of work on the others until it finds none', () => {
    using store = StateStore.open(aStateFolder());
    const first = aJournal(store);
    turn(first, 'br-1', 'failed', '2026-11-20T02:00:00Z', 'timeout');
    turn(first, 'br-2', 'verified', '2026-11-20T02:00:00Z');
    end(first);
    const plan = aJournal(store, { id: 'run-2', command: 'plan' });
    turn(plan, 'br-1', 'planned');
    turn(plan, 'br-2', 'planned');
    end(plan);
    expect(statesIn(store)).toMatchObject({ 'br-1': 'failed', 'br-2': 'planned' });
    expect(readDeviceStates(store, NOW).get('br-1')).toMatchObject({ code: 'timeout' });

    const later = aJournal(store, { id: 'run-3', command: 'plan' });
    turn(later, 'br-1', 'unchanged');
    turn(later, 'br-2', 'unchanged');
    end(later);
    expect(statesIn(store)).toMatchObject({ 'br-1': 'failed', 'br-2': 'not-due' });
  });
});

it('a run that found a device in use elsewhere leaves the word on it to the other run', () => {
  const folder = aStateFolder();
  const dying = StateStore.open(folder);
  const first = aJournal(dying, { devices: ['br-1'] });
  first.begin('br-1');
  first.intend('br-1', 'save');
  {
    using store = StateStore.open(folder);
    const second = aJournal(store, { id: 'run-2', devices: ['br-1'] });
    expect(() => second.begin('br-1')).toThrow(/^run run-1 is at work on it since 2026-11-21T02:00:/);
    const error = { error: anError('device-in-use', 'run run-1 is at work on it') };
    second.reporter.onEvent({ type: 'device-finished', result: aResult('br-1', 'failed', error), at: NOW });
    expect(statesIn(store)).toEqual({ 'br-1': 'in-work' });
    end(second);
  }
  kill(first, dying);
  using store = StateStore.open(folder);
  expect(statesIn(store)).toEqual({ 'br-1': 'half-done' });
  expect(unfinishedRun(store)).toMatchObject({ run: 'run-1', devices: ['br-1'] });
  using third = aJournal(store, { id: 'run-3', devices: ['br-1'] });
  third.begin('br-1');
});

it('a guard that still runs on the router is the last word on the device', () => {
  using store = StateStore.open(aStateFolder());
  const first = aJournal(store, { devices: ['br-1'] });
  turn(first, 'br-1', 'verified');
  end(first);
  const second = aJournal(store, { id: 'run-2', devices: ['br-1'] });
  turn(second, 'br-1', 'failed', '2026-11-21T02:10:00Z', 'guard-pending');
  end(second);
  expect(statesIn(store)).toEqual({ 'br-1': 'failed' });
});

describe('what is left to resume', () => {
  it('is what no enroll run has had since', () => {
    using store = StateStore.open(aStateFolder());
    const first = aJournal(store);
    turn(first, 'br-1', 'verified');
    end(first, { interrupted: true });
    expect(unfinishedRun(store)).toMatchObject({ how: 'interrupted', devices: ['br-2', 'br-3'] });
    const part = aJournal(store, { id: 'run-2', devices: ['br-2'] });
    turn(part, 'br-2', 'failed', '2026-11-21T02:10:00Z', 'timeout');
    end(part);
    expect(unfinishedRun(store)).toMatchObject({ run: 'run-1', devices: ['br-3'] });
  });

  it('is nothing while that run is at work', () => {
    using store = StateStore.open(aStateFolder());
    using _first = aJournal(store);
    expect(() => unfinishedRun(store)).toThrow(/run run-1 is at work: process \d+ on /);
  });

  it('is nothing where nothing was ever enrolled', () => {
    using store = StateStore.open(aStateFolder());
    expect(() => unfinishedRun(store)).toThrow(/knows no enroll run/);
  });
});
