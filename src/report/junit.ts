import type { DeviceResult, ErrorReport } from '../domain/result.ts';
import { chosen, countOutcomes, type DeviceResults, digestsOf, type EndedRun } from '../run/result.ts';
import type { ReportMaterial } from './material.ts';

/**
 * A run as CI servers read test results (Jenkins' junit-10 schema): a test suite for each batch, or one for the run,
 * and a test case for each device. `failed` is a failure, `interrupted` an error; `skipped` and `pending` are skipped.
 */
export function toJUnit({ run, result, history }: ReportMaterial<EndedRun>): string {
  const digests = digestsOf(result.devices);
  // Devices that no batch is known of are a suite of their own.
  const batches = [...new Set(digests.map(({ batch }) => batch))];
  const suites = batches.map((index, place) => {
    const batch = history.batches().find((each) => each.index === index);
    const of = batch === undefined ? '' : ` of ${batch.of}`;
    const name = index === undefined ? result.command : `${result.command} batch ${index}${of}`;
    return drawSuite(
      chosen(result.devices, (digest) => digest.batch === index),
      {
        name: `trustfleet ${name}`,
        id: String(place),
        startedAt: batch?.startedAt ?? result.startedAt,
        durationMs: batch?.durationMs ?? result.durationMs,
        command: result.command,
        properties: [
          ['run', run.id],
          ['trustfleet', run.version],
          ...(result.stopped === undefined ? [] : [['stopped', result.stopped] as const]),
        ],
      },
    );
  });
  const { failed, interrupted } = countOutcomes(digests);
  const head = attributes({
    name: `trustfleet ${result.command}`,
    tests: String(result.devices.length),
    failures: String(failed),
    errors: String(interrupted),
    time: seconds(result.durationMs),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly name: string;
  readonly id: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly command: string;
  readonly properties: readonly (readonly [string, string])[];
}

function drawSuite(devices: DeviceResults, suite: Suite): string {
  const { failed, interrupted, skipped, pending } = countOutcomes(digestsOf(devices));
  const head = attributes({
    name: suite.name,
    tests: String(devices.length),
    failures: String(failed),
    errors: String(interrupted),
    skipped: String(skipped + pending),
    time: seconds(suite.durationMs),
    // Without a zone, as the schema's other writers have it; the time is UTC.
    timestamp: suite.startedAt.toISOString().slice(0, 19),
    id: suite.id,
  });
  const properties = suite.properties.map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  );
  return [
    `  <testsuite${head}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...Array.from(devices, (device) => drawCase(device, suite.command)),
    '  </testsuite>',
  ].join('\n');
}

function drawCase(device: DeviceResult, command: string): string {
  const head = attributes({
    name: device.device,
    classname: `trustfleet.${command}`,
    time: seconds(device.durationMs),
  });
  const inside = verdictOf(device);
  const notes =
    device.notes.length === 0 ? '' : `<system-out>${escapeXml(device.notes.join('\n'))}</system-out>`;
  return inside + notes === ''
    ? `    <testcase${head}/>`
    : `    <testcase${head}>${inside}${notes}</testcase>`;
}

function verdictOf({ outcome, error }: DeviceResult): string {
  const element = {
    failed: 'failure',
    interrupted: 'error',
    skipped: 'skipped',
    pending: 'skipped',
  } as const;
  if (outcome === 'verified' || outcome === 'unchanged' || outcome === 'planned') return '';
  const head = attributes({ type: error?.code ?? outcome, message: error?.message ?? outcome });
  const name = element[outcome];
  return error === undefined ? `<${name}${head}/>` : `<${name}${head}>${escapeXml(inFull(error))}</${name}>`;
}

function inFull({ code, message, step, detail, hint }: ErrorReport): string {
  const where = step === undefined ? '' : ` (${step})`;
  return [`${code}: ${message}${where}`, detail, `what to do: ${hint}`]
    .filter((part) => part !== '')
    .join('\n\n');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        ` ${name}="${escapeXml(value).replace(/[\t\n\r]/g, (blank) => `&#${blank.charCodeAt(0)};`)}"`,
    )
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 has no way to write are shown as the replacement character. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
