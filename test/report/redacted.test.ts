import { describe, expect, it } from 'vitest';
import { redactEvents } from '../../src/report/redacted.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { digestOf, digestsOf, readOneByOne } from '../../src/run/result.ts';
import { aResult } from '../run/a-device.ts';
import { aCertificate, anError, aRun, at, finished } from './a-run.ts';

describe('redactEvents', () => {
  it('takes a secret out of every text, wherever it stands, and leaves dates and numbers', () => {
    const heard: RunEvent[] = [];
    const reporter = redactEvents({ onEvent: (event) => heard.push(event) }, (text) =>
      text.replaceAll('hunter2', '[redacted]'),
    );
    const told = (word: string): RunEvent[] => {
      const result = aResult('br-1', 'failed', {
        certificates: [aCertificate({ subject: `CN=${word}` })],
        notes: [`note ${word}`],
        error: anError('login-refused', `with ${word}`, { detail: `${word}\n${word}` }),
      });
      return [finished(result), { type: 'run-finished', result: aRun([result]), at: at(1) }];
    };

    for (const event of told('hunter2')) reporter.onEvent(event);

    expect(heard).toEqual(told('[redacted]'));
  });

  it('leaves results that are read back where they are: they were cleaned before they were written', () => {
    const read: string[] = [];
    const kept = aResult('br-[redacted]', 'verified');
    const devices = readOneByOne([digestOf(aResult('br-hunter2', 'verified'))], ({ device }) => {
      read.push(device);
      return kept;
    });
    let heard: RunEvent | undefined;
    const reporter = redactEvents({ onEvent: (event) => (heard = event) }, (text) =>
      text.replaceAll('hunter2', '[redacted]'),
    );

    reporter.onEvent({
      type: 'run-finished',
      result: { ...aRun([]), stopped: 'hunter2', devices },
      at: at(1),
    });

    expect(read).toEqual([]);
    if (heard?.type !== 'run-finished') throw new Error('nothing was heard');
    expect(heard.result.stopped).toBe('[redacted]');
    expect(digestsOf(heard.result.devices)).toEqual([digestOf(kept)]);
    expect([...heard.result.devices]).toEqual([kept]);
  });

  it('finishes what it stands in front of', async () => {
    let finishedOnce = 0;
    const reporter = redactEvents(
      {
        onEvent: () => {},
        finish: async () => {
          finishedOnce += 1;
        },
      },
      (text) => text,
    );

    await reporter.finish?.();

    expect(finishedOnce).toBe(1);
  });
});
