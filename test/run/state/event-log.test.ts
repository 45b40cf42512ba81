import { appendFileSync, existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeviceResult } from '../../../src/domain/result.ts';
import { EventLog, readJsonLines } from '../../../src/run/state/event-log.ts';
import { aResult } from '../a-device.ts';

const at = new Date('2026-11-21T02:00:00Z');
const life = { notBefore: at, notAfter: new Date('2027-11-21T02:00:00Z') };

/** With a date wherever there may be one, and a text that looks like one. */
function aFullResult(device: string): DeviceResult {
  return aResult(device, 'verified', {
    steps: [{ step: 'connect', outcome: 'done', startedAt: at, durationMs: 5 }],
    findings: [
      {
        check: 'ca-pinned',
        trustpoint: 'BRANCH',
        status: 'pass',
        expected: '2026-11-21T02:00:00.000Z',
        actual: 'é',
      },
    ],
    certificates: [
      {
        trustpoint: 'BRANCH',
        serial: '1A',
        subject: 'CN=br',
        issuer: 'CN=ca',
        sha1: 'AA',
        sha256: 'BB',
        ...life,
        chain: [{ serial: '01', subject: 'CN=ca', issuer: 'CN=ca', sha256: 'CC', ...life }],
      },
    ],
    decisions: [
      { trustpoint: 'BRANCH', decision: 'outside-window', reason: 'it is day', dueAt: at, nextWindow: at },
    ],
  });
}

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

  it('gives the results of devices back as they were told, and reads each anew', () => {
    using log = new EventLog(aFile());
    for (const device of ['br-1', 'br-2']) {
      log.onEvent({ type: 'device-started', device, at });
      log.onEvent({ type: 'device-finished', result: aFullResult(device), at });
    }

    expect(log.resultOf('br-1')).toEqual(aFullResult('br-1'));
    expect(log.resultOf('br-2')).toEqual(aFullResult('br-2'));
    expect(log.resultOf('br-2')).not.toBe(log.resultOf('br-2'));
    expect(log.resultOf('br-3')).toBeUndefined();
    expect(log.fault).toBeUndefined();
  });

  it('gives them back when the file was removed meanwhile', () => {
    const file = aFile();
    using log = new EventLog(file);
    log.onEvent({ type: 'device-finished', result: aFullResult('br-1'), at });
    rmSync(file);
    expect(log.resultOf('br-1')).toEqual(aFullResult('br-1'));
  });

  it('says what became of one that somebody cut away', () => {
    const file = aFile();
    using log = new EventLog(file);
    log.onEvent({ type: 'device-finished', result: aFullResult('br-1'), at });
    truncateSync(file, 10);
    expect(log.resultOf('br-1')).toBeUndefined();
    expect(log.fault).toContain('is not complete: it was cut');
  });

  it('ends with counts in place of the devices, which were told one by one', () => {
    const file = aFile();
    using log = new EventLog(file);
    const devices = [aFullResult('br-1')];
    const run = { command: 'enroll', startedAt: at, durationMs: 5, interrupted: false };
    log.onEvent({ type: 'run-finished', result: { ...run, devices }, at });
    expect(readJsonLines(file)).toEqual([
      {
        type: 'run-finished',
        result: { ...run, startedAt: at.toISOString(), counts: expect.objectContaining({ verified: 1 }) },
        at: at.toISOString(),
      },
    ]);
  });

  it.runIf(existsSync('/dev/full'))(
    'on a full disk says that it is not complete, and disturbs nobody',
    () => {
      const log = new EventLog('/dev/full');
      log.onEvent({ type: 'device-started', device: 'br-1', at });
      expect(log.fault).toMatch(/^\/dev\/full is not complete: ENOSPC/);
      const result = aFullResult('br-1');
      log.onEvent({ type: 'device-finished', result, at });
      // What has no place on the disk is held until the end.
      expect(log.resultOf('br-1')).toBe(result);
    },
  );
});
