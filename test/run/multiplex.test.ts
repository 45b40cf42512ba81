import { describe, expect, it } from 'vitest';
import type { Reporter, RunEvent } from '../../src/run/events.ts';
import { multiplex, type ReporterFault } from '../../src/run/multiplex.ts';

const AT = new Date('2026-11-21T02:00:00Z');
const started: RunEvent = { type: 'run-started', command: 'enroll', devices: [], at: AT };
const finished: RunEvent = {
  type: 'run-finished',
  result: { command: 'enroll', startedAt: AT, durationMs: 0, interrupted: false, devices: [] },
  at: AT,
};
const device: RunEvent = { type: 'device-started', device: 'br-1', at: AT };

function listener(): Reporter & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    onEvent: ({ type }) => heard.push(type),
    finish: async () => {
      heard.push('finish');
    },
  };
}

describe('multiplex', () => {
  it('isolates a reporter that throws and names it once', async () => {
    const faults: ReporterFault[] = [];
    const error = new Error('disk full');
    const broken: Reporter = {
      onEvent: () => {
        throw error;
      },
      finish: async () => {
        throw new Error('never asked');
      },
    };
    const good = listener();
    const reporter = multiplex([broken, good], (fault) => faults.push(fault));

    reporter.onEvent(started);
    reporter.onEvent(device);
    reporter.onEvent(finished);
    await reporter.finish?.();

    expect(faults).toEqual([{ index: 0, error }]);
    expect(good.heard).toEqual(['run-started', 'device-started', 'run-finished', 'finish']);
  });

  it('catches a finish that rejects and still finishes the others', async () => {
    const faults: ReporterFault[] = [];
    const error = new Error('no such folder');
    const good = listener();
    const reporter = multiplex([{ onEvent: () => {}, finish: () => Promise.reject(error) }, good], (fault) =>
      faults.push(fault),
    );

    await reporter.finish?.();

    expect(faults).toEqual([{ index: 0, error }]);
    expect(good.heard).toEqual(['finish']);
  });

  it('passes nothing after the run has finished', () => {
    const good = listener();
    const reporter = multiplex([good], () => {});

    reporter.onEvent(finished);
    reporter.onEvent(device);

    expect(good.heard).toEqual(['run-finished']);
  });
});
