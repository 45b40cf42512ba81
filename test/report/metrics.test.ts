import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeLabel, toPrometheus } from '../../src/report/metrics.ts';
import { aResult } from '../run/a-device.ts';
import { aMaterial, HOSTILE, twoBatches } from './a-material.ts';
import { aRun } from './a-run.ts';

const SAMPLE =
  /^[a-z_]+\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*",?)*\} -?\d+(?:\.\d+)?(?:e[+-]\d+)?$/;
const COMMENT = /^# (?:HELP|TYPE) [a-z_]+ .+$/;

describe('toPrometheus', () => {
  const text = toPrometheus(aMaterial({}, twoBatches()));

  it.each([
    'trustfleet_run_info{id="20261121T020000Z-enroll-1f3a",command="enroll",version="0.1.0"} 1',
    'trustfleet_run_timestamp_seconds{command="enroll"} 1795226525',
    'trustfleet_devices{command="enroll",outcome="failed"} 1',
    'trustfleet_failures{command="enroll",code="login-refused"} 1',
    'trustfleet_device_outcome{device="br-0002",host="192.0.2.1",outcome="failed",code="login-refused"} 1',
    'trustfleet_device_labels{label_site="Lyon",label_group="emea branch",device="br-0001"} 1',
    'trustfleet_step_duration_seconds_sum{step="enroll"} 20.25',
    'trustfleet_step_duration_seconds_count{step="enroll"} 1',
    'trustfleet_certificate_not_after_timestamp_seconds{device="br-0001",trustpoint="BRANCH"} 1826755200',
    'trustfleet_certificate_days_left{device="br-0001",trustpoint="BRANCH"} 364.92',
    'trustfleet_authority_certificate_not_after_timestamp_seconds{subject="CN=Branch CA",sha256="CC"} 1924992000',
    'trustfleet_challenge_slots_capacity{authority="branch-ca"} 5',
    'trustfleet_challenge_slots_used{authority="branch-ca"} 1',
    'trustfleet_challenge_slots_waiting_max{authority="branch-ca"} 7',
  ])('says %s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  it('names each metric once, with its help and type before its samples', () => {
    const heads = [...text.matchAll(/^# TYPE (?<name>\S+)/gm)].map(({ groups }) => groups?.name);
    expect(new Set(heads).size).toBe(heads.length);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('is nothing but comments and samples, whatever a router is called', () => {
    const lines = toPrometheus(
      aMaterial({
        result: aRun([aResult(`${HOSTILE}\n\\x{"}`, 'verified', { host: '\r\n' })]),
        labels: new Map([[`${HOSTILE}\n\\x{"}`, { 'a b-c': '"\\\n', '9': 'x' }]]),
      }),
    ).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.filter((line) => !SAMPLE.test(line) && !COMMENT.test(line))).toEqual([]);
  });
});

it('says what a renewal run decided', () => {
  const reason = 'no RENEW timer is running';
  const decisions = [{ trustpoint: 'BRANCH', decision: 'auto-enroll-will-fail', reason }] as const;
  const lines = toPrometheus(aMaterial({ result: aRun([aResult('br-0001', 'unchanged', { decisions })]) }));
  expect(lines.split('\n')).toContain(
    'trustfleet_renewal_decision{device="br-0001",trustpoint="BRANCH",decision="auto-enroll-will-fail"} 1',
  );
});

describe('escapeLabel', () => {
  it('can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', 'x', '}', ',') }), (text) => {
        const escaped = escapeLabel(text);
        expect(escaped).not.toContain('\n');
        const read = escaped.replace(/\\(.)/g, (_, character: string) =>
          character === 'n' ? '\n' : character,
        );
        expect(read).toBe(text);
      }),
    );
  });
});
