import { describe, expect, it } from 'vitest';
import { RunHistory } from '../../src/report/run-history.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { at } from './a-run.ts';

const batch = (index: number) => ({ index, of: 3 });
const begun = (index: number, second: number): RunEvent => ({
  type: 'batch-started',
  batch: batch(index),
  devices: ['br-1'],
  at: at(second),
});

function historyOf(...events: readonly RunEvent[]) {
  const history = new RunHistory();
  for (const event of events) history.hear(event);
  return history;
}

describe('what is known of batches', () => {
  it('is how long each took, as the run measured it, or by its stamps where an older version told no more', () => {
    const history = historyOf(
      begun(1, 0),
      { type: 'batch-finished', batch: batch(1), durationMs: 1234, at: at(-3600) },
      begun(2, 10),
      { type: 'batch-finished', batch: batch(2), at: at(15) },
      begun(3, 20),
      { type: 'batch-finished', batch: batch(3), at: at(10) },
    );
    expect(history.batches().map(({ durationMs }) => durationMs)).toEqual([1234, 5000, 0]);
  });

  it('is why no other batch followed, also when somebody said so only after its end', () => {
    const ended: RunEvent = { type: 'batch-finished', batch: batch(1), durationMs: 5, at: at(5) };
    const no: RunEvent = { type: 'run-stopped', reason: 'the tunnels are down', at: at(60) };
    expect(historyOf(begun(1, 0), ended, no).batches()[0]?.stopped).toBe('the tunnels are down');
  });

  it('is not that the run stopped while a batch was at work', () => {
    const no: RunEvent = { type: 'run-stopped', reason: '3 devices failed', at: at(3) };
    const ended: RunEvent = { type: 'batch-finished', batch: batch(1), durationMs: 5, at: at(5) };
    expect(historyOf(begun(1, 0), no, ended).batches()[0]).not.toHaveProperty('stopped');
  });
});
