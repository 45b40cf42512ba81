import path from 'node:path';
import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import type { CertificateSummary } from '../domain/result.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { forecastRenewals, type HeldCertificate } from '../enrollment/forecast.ts';
import { calendarJson, drawCalendar } from '../report/calendar.ts';
import { listRuns, readRun } from '../report/saved-run.ts';
import { openTerminal } from '../report/terminal.ts';
import { RUNS_FOLDER } from '../run/state/store.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { inFolder } from './io.ts';
import { readCertificates } from './read-certificates.ts';
import { capacitiesFor, ordersFrom } from './renew-orders.ts';
import { resultTarget } from './result-file.ts';
import { loadSelection } from './selection.ts';
import { redact } from './thrown.ts';

const MONTHS = 24;
const DAY_MS = 86_400_000;

/** Of each device that could be read, what it holds. */
export type Held = ReadonlyMap<string, readonly CertificateSummary[]>;

/** Shows when the fleet's certificates end and when they will be renewed. Changes nothing on any router. */
export async function showCalendar(context: CommandContext): Promise<ExitCode> {
  const { options, io } = context;
  const look = { env: io.env, redact, color: options.color };
  const stderr = openTerminal(io.stderr, look);
  const target = options.json === undefined ? undefined : await resultTarget(options.json, io);
  const fleet = await loadSelection(options, io, stderr);
  const { devices, limits } = fleet;
  const { held, interrupted } = options.offline
    ? {
        held: await lastSeen(path.join(inFolder(io, options.state), RUNS_FOLDER), devices),
        interrupted: false,
      }
    : await readCertificates(fleet, options, io, stderr);
  const facts = foresee(devices, limits, held, context);
  await target?.write(redact(calendarJson(facts)));
  const terminal = target?.takesStdout === true ? stderr : openTerminal(io.stdout, look);
  terminal.write(drawCalendar(facts, terminal.columns(), terminal.style));
  if (interrupted) return 130;
  return facts.unread.length > 0 ? 1 : 0;
}

function foresee(
  devices: readonly Device[],
  limits: readonly FleetLimit[],
  held: Held,
  { options, io }: CommandContext,
): Parameters<typeof drawCalendar>[0] {
  const now = io.now();
  const certificates = devices.flatMap((device) => certificatesOf(device, held.get(device.name) ?? []));
  const forecast = forecastRenewals(certificates, {
    now,
    days: daysAhead(now),
    capacities: capacitiesFor({ devices, limits }),
    ...ordersFrom(options),
  });
  const unread = devices.filter(({ name }) => !held.has(name)).map(({ name }) => name);
  return { forecast, certificates: certificates.length, devices: devices.length, unread };
}

function certificatesOf(device: Device, held: readonly CertificateSummary[]): readonly HeldCertificate[] {
  return held.flatMap(({ trustpoint: name, serial, notBefore, notAfter }) => {
    const trustpoint = device.trustpoints.find((one) => one.name === name);
    if (trustpoint === undefined) return [];
    return [
      {
        device: device.name,
        trustpoint: name,
        serial,
        notBefore,
        notAfter,
        // What routers renew by themselves no run of ours makes room for.
        authority: trustpoint.autoEnroll === undefined ? trustpoint.authority.name : '',
        rules: rulesFor(trustpoint),
        zone: device.zone ?? 'UTC',
      },
    ];
  });
}

/** A router that renews by itself does so at its percentage, in no window. */
function rulesFor({ renew, autoEnroll }: Trustpoint): HeldCertificate['rules'] {
  if (autoEnroll?.percent === undefined) return renew;
  const before = { kind: 'percent-of-life-left', percent: 100 - autoEnroll.percent } as const;
  return { before, spreadMs: 0, windows: [] };
}

/** From today to the last day of the 24th month. */
function daysAhead(now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return (Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS, 1) - today) / DAY_MS;
}

/** What earlier runs saw of the devices, the latest sight of each. Throws InputError when there are no runs. */
async function lastSeen(runs: string, devices: readonly Device[]): Promise<Held> {
  const ids = await listRuns(runs);
  if (ids.length === 0) {
    const hint = 'leave --offline out to ask the routers';
    throw new InputError([{ file: runs, key: '--offline', message: 'holds no runs', hint }]);
  }
  const missing = new Set(devices.map(({ name }) => name));
  const held = new Map<string, readonly CertificateSummary[]>();
  for (const id of ids.toReversed()) {
    if (missing.size === 0) break;
    const { result } = await readRun(path.join(runs, id));
    for (const { device, certificates, release } of result.devices) {
      // Without a release it was never read.
      if (release === undefined || !missing.delete(device)) continue;
      held.set(device, certificates);
    }
  }
  return held;
}
