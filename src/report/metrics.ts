import type { CertificateSummary, ChainCertificate, DeviceResult } from '../domain/result.ts';
import { countOutcomes, digestsOf, type EndedRun } from '../run/result.ts';
import type { ReportMaterial } from './material.ts';
import { finishedAt } from './material.ts';
import { OUTCOME_ORDER } from './outcomes.ts';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number, suffix?: string];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'summary';
  readonly samples: readonly Sample[];
}

/**
 * A run in the Prometheus text format (version 0.0.4), for the textfile collector of node_exporter. It is about the
 * devices of this run only. Samples have no time of their own: the collector refuses such files.
 */
export function toPrometheus(material: ReportMaterial<EndedRun>): string {
  const facts = gather(material.result);
  const metrics = [
    ...aboutRun(material),
    ...aboutDevices(material, facts),
    ...aboutCertificates(material, facts),
    ...aboutChallenges(material),
  ];
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(drawMetric)
    .join('');
}

type Material = ReportMaterial<EndedRun>;

/** What the samples are made of, and no more: there may be thousands of devices, each with a long story. */
interface Facts {
  readonly devices: readonly (Pick<DeviceResult, 'device' | 'host' | 'durationMs'> & {
    readonly outcome: string;
    readonly code: string;
  })[];
  /** All devices together. */
  readonly steps: ReadonlyMap<string, { readonly sum: number; readonly count: number }>;
  readonly held: readonly (Pick<CertificateSummary, 'notBefore' | 'notAfter'> & {
    /** Device and trustpoint, and with usage keys which of its certificates. */
    readonly labels: Readonly<Record<string, string>>;
  })[];
  readonly authorities: ReadonlyMap<string, Pick<ChainCertificate, 'subject' | 'notAfter'>>;
  readonly decisions: readonly Readonly<Record<'device' | 'trustpoint' | 'decision', string>>[];
}

function gather({ devices: results }: EndedRun): Facts {
  const devices: Facts['devices'][number][] = [];
  const steps = new Map<string, { sum: number; count: number }>();
  const held: Facts['held'][number][] = [];
  const authorities = new Map<string, Pick<ChainCertificate, 'subject' | 'notAfter'>>();
  const decisions: Facts['decisions'][number][] = [];
  for (const result of results) {
    const { device, host, outcome, durationMs, error } = result;
    devices.push({ device, host, outcome, durationMs, code: error?.code ?? '' });
    for (const { step, durationMs: took } of result.steps) {
      const { sum, count } = steps.get(step) ?? { sum: 0, count: 0 };
      steps.set(step, { sum: sum + took, count: count + 1 });
    }
    for (const { trustpoint, use, notBefore, notAfter, chain = [] } of result.certificates) {
      const labels = { device, trustpoint, ...(use === undefined ? {} : { use }) };
      held.push({ labels, notBefore, notAfter });
      for (const { sha256, subject, notAfter: end } of chain) {
        authorities.set(sha256, { subject, notAfter: end });
      }
    }
    for (const { trustpoint, decision } of result.decisions) decisions.push({ device, trustpoint, decision });
  }
  return { devices, steps, held, authorities, decisions };
}

function aboutRun({ run, result }: Material): readonly Metric[] {
  const { command } = result;
  const digests = digestsOf(result.devices);
  const counts = countOutcomes(digests);
  const failures = new Map<string, number>();
  for (const { outcome, code } of digests) {
    if (outcome === 'failed' && code !== undefined) failures.set(code, (failures.get(code) ?? 0) + 1);
  }
  const flag = (value: boolean): number => (value ? 1 : 0);
  return [
    gauge('run_info', 'Which run this file is about.', [[{ id: run.id, command, version: run.version }, 1]]),
    gauge('run_timestamp_seconds', 'When the run ended.', [[{ command }, inSeconds(finishedAt(result))]]),
    gauge('run_duration_seconds', 'How long the run took.', [[{ command }, result.durationMs / 1000]]),
    gauge('run_interrupted', '1 when the run was stopped by a signal.', [
      [{ command }, flag(result.interrupted)],
    ]),
    gauge('run_stopped', '1 when the failure budget or the command between batches stopped the run.', [
      [{ command }, flag(result.stopped !== undefined)],
    ]),
    gauge(
      'devices',
      'Devices of the run, by outcome.',
      OUTCOME_ORDER.map((outcome): Sample => [{ command, outcome }, counts[outcome]]),
    ),
    gauge(
      'failures',
      'Devices that failed, by error code.',
      [...failures].map(([code, count]): Sample => [{ command, code }, count]),
    ),
  ];
}

function aboutDevices({ labels }: Material, { devices, steps }: Facts): readonly Metric[] {
  return [
    gauge(
      'device_outcome',
      'How the device ended; the value is always 1.',
      devices.map(({ device, host, outcome, code }): Sample => [{ device, host, outcome, code }, 1]),
    ),
    gauge(
      'device_duration_seconds',
      'How long the device took.',
      devices.map(({ device, durationMs }): Sample => [{ device }, durationMs / 1000]),
    ),
    gauge(
      'device_labels',
      'What the inventory says of the device; the value is always 1.',
      devices.flatMap(({ device }): Sample[] => {
        const own = labels.get(device);
        return own === undefined ? [] : [[{ ...labelled(own), device }, 1]];
      }),
    ),
    {
      name: 'trustfleet_step_duration_seconds',
      help: 'How long the steps took, over all devices.',
      type: 'summary',
      samples: [...steps].flatMap(([step, { sum, count }]): Sample[] => [
        [{ step }, sum / 1000, '_sum'],
        [{ step }, count, '_count'],
      ]),
    },
  ];
}

/** Label names know letters, digits and underscores; what is the same after that comes once. */
function labelled(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => [`label_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`, value]),
  );
}

function aboutCertificates({ result }: Material, { held, authorities, decisions }: Facts): readonly Metric[] {
  const now = finishedAt(result);
  return [
    gauge(
      'certificate_not_after_timestamp_seconds',
      'When the certificate ends.',
      held.map(({ labels, notAfter }): Sample => [labels, inSeconds(notAfter)]),
    ),
    gauge(
      'certificate_not_before_timestamp_seconds',
      'When the certificate began.',
      held.map(({ labels, notBefore }): Sample => [labels, inSeconds(notBefore)]),
    ),
    gauge(
      'certificate_days_left',
      'Days from the end of the run to the end of the certificate; it does not count down between runs.',
      held.map(
        ({ labels, notAfter }): Sample => [
          labels,
          Math.round((notAfter.getTime() - now.getTime()) / 864_000) / 100,
        ],
      ),
    ),
    gauge(
      'renewal_decision',
      'What a renewal run decided about the certificate; the value is always 1.',
      decisions.map((labels): Sample => [labels, 1]),
    ),
    gauge(
      'authority_certificate_not_after_timestamp_seconds',
      'When a CA or RA certificate that routers hold ends.',
      [...authorities].map(
        ([sha256, { subject, notAfter }]): Sample => [{ subject, sha256 }, inSeconds(notAfter)],
      ),
    ),
  ];
}

function aboutChallenges({ history }: Material): readonly Metric[] {
  const each = (
    name: string,
    help: string,
    value: (slots: ReturnType<typeof history.slots>[number]) => number,
  ): Metric =>
    gauge(
      `challenge_slots_${name}`,
      help,
      history.slots().map((slots): Sample => [{ authority: slots.authority }, value(slots)]),
    );
  return [
    each('capacity', 'Challenge passwords the CA gives out at once.', ({ capacity }) => capacity),
    each(
      'used',
      'Challenge passwords that were in use when the run ended, or of which nobody saw whether they were used.',
      ({ used }) => used,
    ),
    each(
      'waiting',
      'Requests that waited for a challenge password when the run ended.',
      ({ waiting }) => waiting,
    ),
    each('used_max', 'The most challenge passwords in use at once.', ({ mostUsed }) => mostUsed),
    each('waiting_max', 'The most requests that waited at once.', ({ mostWaiting }) => mostWaiting),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `trustfleet_${name}`, help, type: 'gauge', samples };
}

function inSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function drawMetric({ name, help, type, samples }: Metric): string {
  const lines = samples.map(([labels, value, suffix = '']) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}${suffix}{${pairs.join(',')}} ${value}`;
  });
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`;
}

/** Backslash, quote and line feed are all that the format escapes; it must be UTF-8. */
export function escapeLabel(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('"', '\\"');
}
