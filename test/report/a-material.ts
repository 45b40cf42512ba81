import type { DeviceResult } from '../../src/domain/result.ts';
import type { Labels } from '../../src/report/labels.ts';
import type { ReportMaterial } from '../../src/report/material.ts';
import { RunHistory } from '../../src/report/run-history.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { aResult } from '../run/a-device.ts';
import { aCertificate, aFailure, aRun, at } from './a-run.ts';

/** What an attacker who owns a router or a subject name would try. */
export const HOSTILE = '<script>alert(1)</script>"\'&]]>\u202e=1+1';

export function aMaterial(
  more: Partial<ReportMaterial> = {},
  events: readonly RunEvent[] = [],
): ReportMaterial {
  const history = new RunHistory();
  for (const event of events) history.hear(event);
  return {
    run: { id: '20261121T020000Z-enroll-1f3a', version: '0.1.0' },
    result: aRun(someDevices()),
    labels: someLabels(),
    history,
    transcriptOf: async () => undefined,
    ...more,
  };
}

export function someLabels(): Labels {
  return new Map([
    ['br-0001', { site: 'Lyon', group: 'emea branch' }],
    ['br-0002', { site: 'Köln', group: 'emea branch' }],
  ]);
}

/** One of each outcome, in two batches. */
export function someDevices(): readonly DeviceResult[] {
  return [
    aResult('br-0001', 'verified', {
      batch: 1,
      release: 'IOS-XE 17.9.4',
      certificates: [
        aCertificate({
          key: 'rsa 2048',
          chain: [
            {
              serial: '01',
              subject: 'CN=Branch CA',
              issuer: 'CN=Root',
              notBefore: at(0),
              notAfter: new Date('2031-01-01T00:00:00Z'),
              sha256: 'CC',
            },
          ],
        }),
      ],
      steps: [
        { step: 'connect', outcome: 'done', startedAt: at(0), durationMs: 1500 },
        { step: 'enroll', trustpoint: 'BRANCH', outcome: 'done', startedAt: at(2), durationMs: 20_250 },
      ],
      findings: [
        { check: 'ca-pinned', trustpoint: 'BRANCH', status: 'pass', expected: 'AA', actual: 'AA' },
        { check: 'subject-as-asked', trustpoint: 'BRANCH', status: 'note', expected: 'O=x', actual: 'none' },
      ],
    }),
    { ...aFailure('br-0002', 'login-refused', 'Permission denied for netops'), batch: 1, attempts: 2 },
    aResult('br-0003', 'pending', { batch: 2 }),
    aResult('br-0004', 'interrupted', { batch: 2 }),
    aResult('br-0005', 'skipped', { batch: 2, notes: ['not started: the failure budget is used up'] }),
    aResult('br-0006', 'unchanged', { batch: 2 }),
  ];
}

export function twoBatches(): readonly RunEvent[] {
  const batch = (index: number) => ({ index, of: 2 });
  return [
    { type: 'batch-started', batch: batch(1), devices: ['br-0001', 'br-0002'], at: at(0) },
    { type: 'challenge-slots', authority: 'branch-ca', used: 5, capacity: 5, waiting: 7, at: at(10) },
    { type: 'batch-finished', batch: batch(1), at: at(50) },
    { type: 'batch-started', batch: batch(2), devices: ['br-0003'], at: at(60) },
    { type: 'challenge-slots', authority: 'branch-ca', used: 1, capacity: 5, waiting: 0, at: at(70) },
    { type: 'batch-finished', batch: batch(2), stopped: 'the failure budget is used up', at: at(120) },
  ];
}
