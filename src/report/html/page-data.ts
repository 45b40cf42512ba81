import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { CHECKS } from '../../domain/finding.ts';
import { calledBy } from '../../domain/key-use.ts';
import type { DeviceResult } from '../../domain/result.ts';
import type { EndedRun } from '../../run/result.ts';
import { finishedAt, type ReportMaterial } from '../material.ts';
import { jsonForScript } from './escape.ts';
import type { PageData, PageRow } from './page-types.ts';

const DAY_MS = 86_400_000;
/** From so many characters on a router's details are worth compressing. */
const LARGE = 2_000;
const compress = promisify(deflate);

export function pageData({ result, labels }: ReportMaterial<EndedRun>): PageData {
  const now = finishedAt(result);
  const rows = Array.from(result.devices, (device) => pageRow(device, labels.get(device.device) ?? {}, now));
  return {
    rows,
    columns: {
      site: rows.some((row) => row.labels.site !== undefined),
      batch: rows.some(({ batch }) => batch !== undefined),
      release: rows.some(({ release }) => release !== undefined),
    },
  };
}

function pageRow(device: DeviceResult, labels: PageRow['labels'], now: Date): PageRow {
  const { host, outcome, error, release, batch, attempts, durationMs } = device;
  const optional = {
    release,
    batch,
    attempts,
    code: error?.code,
    message: error?.message,
    step: error?.step,
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    device: device.device,
    host,
    outcome,
    ...Object.fromEntries(given),
    seconds: durationMs / 1000,
    labels,
    certificates: device.certificates.map(({ serial, subject, notAfter, ...of }) => ({
      trustpoint: calledBy(of),
      serial,
      subject,
      notAfter: notAfter.toISOString(),
      daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS),
    })),
  };
}

/** A router's details as an element that no browser runs: JSON, or JSON deflated (RFC 1950) and in base64. */
export async function detailElement(
  device: DeviceResult,
  place: number,
  transcript: string | undefined,
): Promise<string> {
  const checks = Object.fromEntries(device.findings.map(({ check }) => [check, CHECKS[check]]));
  const json = jsonForScript({
    result: device,
    checks,
    ...(transcript === undefined ? {} : { transcript }),
  });
  if (json.length < LARGE) return `<script type="application/json" id="router-${place}">${json}</script>\n`;
  const packed = (await compress(json)).toString('base64');
  return `<script type="text/plain" data-packed="deflate" id="router-${place}">${packed}</script>\n`;
}
