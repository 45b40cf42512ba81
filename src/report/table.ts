import { formatDuration } from '../domain/duration.ts';
import { calledBy } from '../domain/key-use.ts';
import type { CertificateSummary, DeviceResult } from '../domain/result.ts';
import { chosen, type DeviceResults } from '../run/result.ts';
import { cleanLine } from './columns.ts';
import { type Cell, drawGrid, type GridColumn } from './grid.ts';
import { lookOf } from './outcomes.ts';
import type { Paint, Style } from './style.ts';

/** Up to so many devices all are listed; of a larger one only those that wait for the CA. Failures have a list of their own. */
export const SMALL_FLEET = 50;
const DAY_MS = 86_400_000;
/** Days left below which a certificate is shown as a warning, and as bad news. */
const SOON = 30;
const VERY_SOON = 7;

/** A row for each certificate of each device, or one for a device without any. `now` is what days are counted from. */
export function drawResultTable(
  devices: DeviceResults,
  { width, now, style }: { readonly width: number; readonly now: Date; readonly style: Style },
): string[] {
  const listed =
    devices.length <= SMALL_FLEET
      ? chosen(devices, ({ outcome, code }) => outcome !== 'skipped' || code === undefined)
      : chosen(devices, ({ outcome }) => outcome === 'pending');
  const shown = firstOf(listed);
  if (shown.length === 0) return [];
  const severalTrustpoints =
    new Set(shown.flatMap(({ certificates }) => certificates.map(calledBy))).size > 1;
  const columns = [
    { title: 'DEVICE', least: 12, cut: 'middle' },
    { title: 'OUTCOME', least: 13 },
    ...(severalTrustpoints ? [{ title: 'TRUSTPOINT', least: 8 } as const] : []),
    { title: 'SERIAL OR CAUSE', least: 12, cut: 'middle' },
    { title: 'VALID UNTIL', least: 11 },
    { title: 'DAYS', align: 'right', least: 5 },
    { title: 'TIME', align: 'right', least: 6 },
  ] as const satisfies readonly GridColumn[];
  const rows = shown.flatMap((device) =>
    (device.certificates.length === 0 ? [undefined] : device.certificates).map((certificate, index) =>
      drawRow(device, certificate, { first: index === 0, severalTrustpoints, now, style }),
    ),
  );
  const grid = drawGrid({ columns, rows }, width, style.dim);
  const hidden = listed.length - shown.length;
  return hidden > 0 ? [...grid, style.dim(`and ${hidden} more`)] : grid;
}

function firstOf(devices: DeviceResults): readonly DeviceResult[] {
  const shown: DeviceResult[] = [];
  for (const device of devices) {
    shown.push(device);
    if (shown.length === SMALL_FLEET) break;
  }
  return shown;
}

interface RowLook {
  /** Later rows of a device do not repeat its name. */
  readonly first: boolean;
  readonly severalTrustpoints: boolean;
  readonly now: Date;
  readonly style: Style;
}

function drawRow(
  { device, outcome, error, durationMs }: DeviceResult,
  certificate: CertificateSummary | undefined,
  { first, severalTrustpoints, now, style }: RowLook,
): Cell[] {
  const { mark, paint } = lookOf(outcome, style);
  const days = certificate && Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS);
  return [
    { text: first ? cleanLine(device) : '' },
    { text: first ? `${mark} ${outcome}` : '', paint },
    ...(severalTrustpoints
      ? [{ text: cleanLine(certificate === undefined ? '' : calledBy(certificate)) }]
      : []),
    error === undefined || !first
      ? { text: cleanLine(certificate?.serial ?? '') }
      : { text: error.code, paint },
    { text: certificate?.notAfter.toISOString().slice(0, 10) ?? '' },
    { text: days?.toString() ?? '', paint: urgency(days, style) },
    { text: first ? formatDuration(durationMs) : '', paint: style.dim },
  ];
}

function urgency(days: number | undefined, style: Style): Paint {
  if (days === undefined || days >= SOON) return (text) => text;
  return days < VERY_SOON ? style.bad : style.warn;
}
