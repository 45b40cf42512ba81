import type { CertificateSummary, DeviceResult } from '../domain/result.ts';
import { STEPS } from '../domain/step.ts';
import type { EndedRun } from '../run/result.ts';
import { type DeviceLabels, labelNames } from './labels.ts';
import { finishedAt, type ReportMaterial } from './material.ts';

const DAY_MS = 86_400_000;

type Row = Readonly<Record<string, string | number | undefined>>;

/**
 * A run for spreadsheets and change tickets (RFC 4180, UTF-8): a row for each certificate of a device, one for a device
 * without any. Nothing in it can be taken for a formula. Times are UTC.
 */
export function toCsv({ run, result, labels }: ReportMaterial<EndedRun>): string {
  const now = finishedAt(result);
  const extra = labelNames(labels);
  let names: readonly string[] = [];
  const lines: string[] = [];
  for (const device of result.devices) {
    for (const certificate of device.certificates.length === 0 ? [undefined] : device.certificates) {
      const row: Row = {
        run: run.id,
        ...aboutDevice(device),
        ...aboutCertificate(certificate, now),
        ...aboutSteps(device, certificate?.trustpoint),
        ...aboutLabels(extra, labels.get(device.device) ?? {}),
      };
      names = Object.keys(row);
      lines.push(names.map((name) => cell(row[name])).join(','));
    }
  }
  return [names.map(cell).join(','), ...lines, ''].join('\r\n');
}

function aboutDevice({
  device,
  host,
  outcome,
  error,
  release,
  batch,
  attempts,
  ...times
}: DeviceResult): Row {
  return {
    device,
    host,
    outcome,
    code: error?.code,
    message: error?.message,
    step: error?.step,
    release,
    batch,
    attempts: attempts ?? 1,
    startedAt: times.startedAt.toISOString(),
    seconds: inSeconds(times.durationMs),
  };
}

function aboutCertificate(certificate: CertificateSummary | undefined, now: Date): Row {
  const left = certificate && Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS);
  return {
    trustpoint: certificate?.trustpoint,
    use: certificate?.use,
    serial: certificate?.serial,
    subject: certificate?.subject,
    issuer: certificate?.issuer,
    notBefore: certificate?.notBefore.toISOString(),
    notAfter: certificate?.notAfter.toISOString(),
    daysLeft: left,
    sha256: certificate?.sha256,
  };
}

/** What belongs to the device, such as `connect`, counts for each of its trustpoints. */
function aboutSteps({ steps }: DeviceResult, trustpoint: string | undefined): Row {
  return Object.fromEntries(
    STEPS.map((name) => {
      const these = steps.filter(
        (each) =>
          each.step === name &&
          (each.trustpoint === undefined || trustpoint === undefined || each.trustpoint === trustpoint),
      );
      const sum = these.reduce((total, { durationMs }) => total + durationMs, 0);
      return [`${name} seconds`, these.length === 0 ? undefined : inSeconds(sum)];
    }),
  );
}

function aboutLabels(names: readonly string[], labels: DeviceLabels): Row {
  return Object.fromEntries(names.map((name) => [`label ${name}`, labels[name]]));
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** A spreadsheet runs what begins with one of these; an apostrophe in front makes it a text. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@|%\t\r\uff1d\uff0b\uff0d\uff20]/u;

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
