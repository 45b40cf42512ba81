import { describe, expect, it } from 'vitest';
import { asJsonLines, createJsonLines } from '../../src/report/json-lines.ts';
import { aResult } from '../run/a-device.ts';
import { twoBatches } from './a-material.ts';
import { AT, aRun, at, finished, started } from './a-run.ts';
import { aTerminal } from './screen.ts';

describe('progress as JSON', () => {
  it('is an event a line, ends with counts, and carries what a person would be told', () => {
    const terminal = aTerminal({}, { redact: (text) => text.replaceAll('sesame', '[redacted]') });
    const view = createJsonLines(terminal);
    view.onEvent(started(['br-1']));
    for (const event of twoBatches()) view.onEvent(event);
    view.onEvent(finished(aResult('br-1')));
    asJsonLines(terminal, () => AT).write(['warning: "sesame"', 'and more']);
    view.onEvent({ type: 'run-finished', result: aRun([aResult('br-1')]), at: at(125) });

    const lines = terminal.stream.text.split('\n');
    expect(lines.pop()).toBe('');
    const events = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual([
      'run-started',
      ...twoBatches().map(({ type }) => type),
      'device-finished',
      'message',
      'message',
      'run-finished',
    ]);
    expect(events.at(-3)).toEqual({ type: 'message', text: 'warning: "[redacted]"', at: AT.toISOString() });
    expect(events.at(-1)).toMatchObject({ result: { command: 'enroll', counts: { verified: 1 } } });
    expect(JSON.stringify(events.at(-1))).not.toContain('br-1');
  });
});
