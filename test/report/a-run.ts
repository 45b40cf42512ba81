import type { DeviceError, ErrorCode } from '../../src/domain/errors.ts';
import { ERRORS } from '../../src/domain/errors.ts';
import type { CertificateSummary, DeviceResult, ErrorReport } from '../../src/domain/result.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { RunResult } from '../../src/run/result.ts';
import { aResult } from '../run/a-device.ts';

export const AT = new Date('2026-11-21T02:00:00Z');
export const at = (seconds: number): Date => new Date(AT.getTime() + seconds * 1000);

export function aCertificate(more: Partial<CertificateSummary> = {}): CertificateSummary {
  return {
    trustpoint: 'BRANCH',
    serial: '1A2B3C',
    subject: 'CN=br-0001.example.net',
    issuer: 'CN=Branch CA',
    notBefore: new Date('2026-11-21T00:00:00Z'),
    notAfter: new Date('2027-11-21T00:00:00Z'),
    sha1: 'AA',
    sha256: 'BB',
    ...more,
  };
}

export function anError(code: ErrorCode, message: string, more: Partial<DeviceError> = {}): ErrorReport {
  return { code, message, detail: more.detail ?? '', hint: more.hint ?? ERRORS[code].hint };
}

export function aFailure(device: string, code: ErrorCode, message: string): DeviceResult {
  return aResult(device, 'failed', {
    durationMs: 1200,
    error: { ...anError(code, message), step: 'connect' },
  });
}

export function aRun(devices: readonly DeviceResult[], more: Partial<RunResult> = {}): RunResult {
  return { command: 'enroll', startedAt: AT, durationMs: 125_000, interrupted: false, devices, ...more };
}

export function started(devices: readonly string[], command = 'enroll'): RunEvent {
  return { type: 'run-started', command, devices, at: AT };
}

export function finished(result: DeviceResult): RunEvent {
  return { type: 'device-finished', result, at: at(90) };
}
