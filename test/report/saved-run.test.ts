import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CertificateFolder } from '../../src/report/certificate-folder.ts';
import { toJson } from '../../src/report/json.ts';
import { createLabelFile } from '../../src/report/label-file.ts';
import { drawRuns } from '../../src/report/run-list.ts';
import { listRuns, readRun, transcriptReader } from '../../src/report/saved-run.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { aResult } from '../run/a-device.ts';
import { aMaterial, someDevices, someLabels, twoBatches } from './a-material.ts';
import { AT, aRun, at, finished, started } from './a-run.ts';
import { aTerminal } from './screen.ts';

const RUN = { id: '20261121T020000Z-enroll-1f3a', version: '0.1.0' };
const SUMMED_UP = { id: RUN.id, version: 'unknown' };

function aFolder(
  files: Readonly<Record<string, string>>,
  runs = mkdtempSync(path.join(tmpdir(), 'trustfleet-runs-')),
): string {
  const folder = path.join(runs, RUN.id);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

const lines = (events: readonly RunEvent[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

describe('a run that is kept', () => {
  it('is read back as it was: result, batches, slots, labels', async () => {
    const result = aRun(someDevices(), { stopped: 'enough' });
    const folder = aFolder({ 'result.json': toJson(result, RUN), 'events.jsonl': lines(twoBatches()) });
    createLabelFile(folder, someLabels()).onEvent(started([]));

    const saved = await readRun(folder);
    expect(saved.result).toEqual(result);
    expect(saved.run).toEqual(RUN);
    expect(saved.history.batches()).toEqual(aMaterial({}, twoBatches()).history.batches());
    expect(saved.history.slots()[0]).toMatchObject({ mostWaiting: 7, used: 1 });
    expect(saved.labels).toEqual(someLabels());
    expect(saved.broken).toBe(false);
    expect(statSync(path.join(folder, 'labels.json')).mode & 0o777).toBe(0o600);
  });

  it('that was killed is told as far as it came', async () => {
    const events: RunEvent[] = [
      started(['br-1', 'br-2', 'br-3']),
      { type: 'device-started', device: 'br-1', at: AT },
      { type: 'device-started', device: 'br-2', at: at(10) },
      finished(aResult('br-1')),
    ];
    const cut = '{"type":"device-finished","result":{"device":"br-2"';
    const { result, run, broken } = await readRun(aFolder({ 'events.jsonl': lines(events) + cut }));

    expect([broken, run, result.interrupted, result.durationMs]).toEqual([true, SUMMED_UP, true, 90_000]);
    expect(result.devices.map(({ device, outcome }) => [device, outcome])).toEqual([
      ['br-1', 'verified'],
      ['br-2', 'interrupted'],
      ['br-3', 'skipped'],
    ]);
  });

  it('that was killed after the clock was put back took no negative time', async () => {
    const events: RunEvent[] = [
      started(['br-1']),
      { type: 'device-started', device: 'br-1', at: at(10) },
      { type: 'step-started', device: 'br-1', step: 'connect', at: at(-3600) },
      { type: 'run-stopped', reason: 'x', at: at(-3600) },
    ];
    const { result } = await readRun(aFolder({ 'events.jsonl': lines(events) }));
    expect([result.durationMs, result.devices[0]?.durationMs]).toEqual([0, 0]);
  });

  it.each([
    [
      'a result that was cut',
      { 'result.json': toJson(aRun([]), RUN).slice(0, 90) },
      'is no JSON: it was cut, or edited',
    ],
    ['another shape', { 'result.json': '{"schema":1,"devices":[]}' }, 'is not what trustfleet writes'],
    [
      'another version’s schema',
      { 'result.json': toJson(aRun([]), RUN).replace('"schema": 1', '"schema": 2') },
      'schema',
    ],
    ['nothing', {}, 'holds neither result.json nor events.jsonl of a run'],
  ])('with %s is refused with a clear text', async (_, files, message) => {
    await expect(readRun(aFolder(files as Record<string, string>))).rejects.toThrow(message);
  });

  it('shows words that only a newer trustfleet knows', async () => {
    const newer = toJson(aRun(someDevices()), RUN).replace('"login-refused"', '"quantum-refused"');
    const { result } = await readRun(aFolder({ 'result.json': newer }));
    expect(result.devices[1]?.error?.code).toBe('quantum-refused');
  });

  it('has its transcripts where the state directory is now', async () => {
    const folder = aFolder({ 'br-1.txt': '09:30:01.204 < hello secret\n' });
    const read = transcriptReader(folder, (text) => text.replace('secret', '[redacted]'));
    expect(await read(aResult('br-1', 'verified', { transcript: '/somewhere/else/br-1.txt' }))).toContain(
      'hello [redacted]',
    );
    expect(await read(aResult('br-2', 'verified', { transcript: '../../etc/passwd' }))).toBeUndefined();
    expect(await read(aResult('br-3'))).toBeUndefined();
    writeFileSync(path.join(folder, 'br-1.attempt-2.txt'), '09:31:01.204 < again\n');
    const twice = { transcript: 'x/br-1.attempt-2.txt', earlierTranscripts: ['x/br-1.txt'] };
    expect(await read(aResult('br-1', 'verified', twice))).toBe(
      '09:30:01.204 < hello [redacted]\n\n09:31:01.204 < again\n',
    );
  });
});

describe('the list of runs', () => {
  it('is told from the heads of their results, the latest first', async () => {
    const runs = path.dirname(aFolder({ 'result.json': toJson(aRun(someDevices()), RUN) }));
    mkdirSync(path.join(runs, '20261122T020000Z-renew-aaaa'));
    writeFileSync(path.join(runs, 'a-file'), '');

    expect(await listRuns(runs)).toEqual([RUN.id, '20261122T020000Z-renew-aaaa']);
    const shown = await drawRuns(runs, aTerminal({ columns: 120 }));
    expect(shown[1]).toContain('not finished, or killed');
    expect(shown[2]).toContain('1 verified, 1 unchanged, 1 pending, 1 failed, 1 interrupted, 1 skipped');
    expect(await listRuns(path.join(runs, 'nowhere'))).toEqual([]);
  });

  it('reads no more of a result than its head', async () => {
    const devices = Array.from({ length: 200 }, (_, index) => aResult(`br-${index}`));
    const runs = path.dirname(aFolder({ 'result.json': toJson(aRun(devices), RUN) }));
    expect((await drawRuns(runs, aTerminal({ columns: 120 })))[1]).toContain('200 verified');
  });
});

describe('the certificates of a run', () => {
  const der = Buffer.from('a certificate');

  it('are kept once each, for their owner, by their hash', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'trustfleet-certificates-')), 'certificates');
    const kept = new CertificateFolder(folder);
    kept.keep(der);
    kept.keep(der);
    const [file = ''] = await listFiles(folder);
    expect(file).toMatch(/^[0-9A-F]{64}\.der$/);
    expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
    expect(await kept.read(file.slice(0, 64).toLowerCase())).toEqual(der);
    expect(kept.fault).toBeUndefined();
  });

  it('are not believed when they are not what their name says', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-certificates-'));
    const kept = new CertificateFolder(folder);
    kept.keep(der);
    const [file = ''] = await listFiles(folder);
    writeFileSync(path.join(folder, file), 'another');
    expect(await kept.read(file.slice(0, 64))).toBeUndefined();
    expect(await kept.read('../../etc/passwd')).toBeUndefined();
  });

  it('that cannot be kept disturb nobody, and are told of once', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'trustfleet-certificates-')), 'file');
    writeFileSync(file, '');
    const kept = new CertificateFolder(path.join(file, 'certificates'));
    kept.keep(der);
    expect(kept.fault).toContain('certificates could not be kept');
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

async function listFiles(folder: string): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises');
  return readdir(folder);
}
