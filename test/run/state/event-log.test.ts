import { appendFileSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventLog, readJsonLines } from '../../../src/run/state/event-log.ts';

const at = new Date('2026-11-21T02:00:00Z');

function aFile(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'trustfleet-log-')), 'events.jsonl');
}

describe('the log of a run', () => {
  it('holds each event as a line as soon as it was told', () => {
    const file = aFile();
    const log = new EventLog(file);
    log.onEvent({ type: 'device-started', device: 'br-1', at });
    expect(readJsonLines(file)).toEqual([
      { type: 'device-started', device: 'br-1', at: '2026-11-21T02:00:00.000Z' },
    ]);
    expect(log.fault).toBeUndefined();
  });

  it('is read without the line that a kill cut, and with what was written after it', () => {
    const file = aFile();
    appendFileSync(file, '{"type":"device-started","device":"br-1"}\n{"type":"device-fin');
    expect(readJsonLines(file)).toHaveLength(1);
    appendFileSync(file, '\n{"type":"device-started","device":"br-2"}\n');
    expect(readJsonLines(file)).toHaveLength(2);
  });

  it.runIf(existsSync('/dev/full'))(
    'on a full disk says that it is not complete, and disturbs nobody',
    () => {
      const log = new EventLog('/dev/full');
      log.onEvent({ type: 'device-started', device: 'br-1', at });
      expect(log.fault).toMatch(/^\/dev\/full is not complete: ENOSPC/);
    },
  );
});
