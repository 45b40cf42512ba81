import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createJsonReport, jsonPieces, toJson } from '../../src/report/json.ts';
import { writePrivately } from '../../src/report/private-file.ts';
import { aResult } from '../run/a-device.ts';
import { aCertificate, aRun, at } from './a-run.ts';

const run = aRun([
  aResult('br-1', 'verified', { certificates: [aCertificate()] }),
  aResult('br-2', 'pending'),
]);

describe('toJson', () => {
  it('is one object with everything, dates in UTC', () => {
    expect(JSON.parse(toJson(run, { id: 'a-run', version: '1.2.3' }))).toEqual({
      schema: 1,
      trustfleet: '1.2.3',
      run: {
        id: 'a-run',
        command: 'enroll',
        startedAt: '2026-11-21T02:00:00.000Z',
        finishedAt: '2026-11-21T02:02:05.000Z',
        durationMs: 125_000,
        interrupted: false,
      },
      counts: { verified: 1, unchanged: 0, planned: 0, pending: 1, failed: 0, skipped: 0, interrupted: 0 },
      devices: JSON.parse(JSON.stringify(run.devices)),
    });
  });
});

describe('jsonPieces', () => {
  it.each([0, 1, 3])('are the text of one object, a device each, for %i devices', (size) => {
    const devices = Array.from({ length: size }, (_, index) =>
      aResult(`br-${index}`, 'failed', { notes: ['a "note"\nof lines'], certificates: [aCertificate()] }),
    );
    const pieces = [...jsonPieces(aRun(devices), { id: 'a-run', version: '1' })];
    const text = pieces.join('');
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    expect(JSON.parse(text)).toMatchObject({ counts: { failed: size }, devices: { length: size } });
    expect(pieces).toHaveLength(size + 2);
  });
});

describe('createJsonReport', () => {
  it('hands over the result once, after the run', async () => {
    const written: string[] = [];
    const report = createJsonReport({ id: 'a-run', version: '1' }, async (json) => {
      let text = '';
      for await (const piece of typeof json === 'string' ? [json] : json) text += piece;
      written.push(text);
    });

    report.onEvent({ type: 'run-finished', result: run, at: at(0) });
    expect(written).toEqual([]);
    await report.finish?.();

    expect(written).toEqual([toJson(run, { id: 'a-run', version: '1' })]);
  });
});

describe('writePrivately', () => {
  const folder = (): string => mkdtempSync(path.join(tmpdir(), 'trustfleet-json-'));

  it('leaves a file that only its owner reads, also where one was open to all', async () => {
    const file = path.join(folder(), 'result.json');
    writeFileSync(file, 'old', { mode: 0o644 });

    await writePrivately(file, '{}\n');

    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['{}\n', 0o600]);
    expect(readdirSync(path.dirname(file))).toEqual(['result.json']);
  });

  it('writes through a link and leaves it one', async () => {
    const dir = folder();
    writeFileSync(path.join(dir, 'target'), 'old');
    symlinkSync('target', path.join(dir, 'link'));

    await writePrivately(path.join(dir, 'link'), '{}\n');

    expect(readFileSync(path.join(dir, 'target'), 'utf8')).toBe('{}\n');
    expect(readdirSync(dir)).toEqual(['link', 'target']);
  });

  it('rejects and leaves nothing where it cannot write', async () => {
    await expect(writePrivately(path.join(folder(), 'no', 'result.json'), '{}')).rejects.toThrow('ENOENT');
  });
});
