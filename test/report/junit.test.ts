import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml, toJUnit } from '../../src/report/junit.ts';
import { aResult } from '../run/a-device.ts';
import { aMaterial, HOSTILE, twoBatches } from './a-material.ts';
import { anError, aRun } from './a-run.ts';

describe('toJUnit', () => {
  it('has a suite for each batch and a case for each device', () => {
    expect(toJUnit(aMaterial({}, twoBatches()))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="trustfleet enroll" tests="6" failures="1" errors="1" time="125.000">
  <testsuite name="trustfleet enroll batch 1 of 2" tests="2" failures="1" errors="0" skipped="0" time="50.000" timestamp="2026-11-21T02:00:00" id="0">
    <properties>
      <property name="run" value="20261121T020000Z-enroll-1f3a"/>
      <property name="trustfleet" value="0.1.0"/>
    </properties>
    <testcase name="br-0001" classname="trustfleet.enroll" time="42.000"/>
    <testcase name="br-0002" classname="trustfleet.enroll" time="1.200"><failure type="login-refused" message="Permission denied for netops">login-refused: Permission denied for netops (connect)

what to do: ${HINT}</failure></testcase>
  </testsuite>
  <testsuite name="trustfleet enroll batch 2 of 2" tests="4" failures="0" errors="1" skipped="2" time="60.000" timestamp="2026-11-21T02:01:00" id="1">
    <properties>
      <property name="run" value="20261121T020000Z-enroll-1f3a"/>
      <property name="trustfleet" value="0.1.0"/>
    </properties>
    <testcase name="br-0003" classname="trustfleet.enroll" time="42.000"><skipped type="pending" message="pending"/></testcase>
    <testcase name="br-0004" classname="trustfleet.enroll" time="42.000"><error type="interrupted" message="interrupted"/></testcase>
    <testcase name="br-0005" classname="trustfleet.enroll" time="42.000"><skipped type="skipped" message="skipped"/><system-out>not started: the failure budget is used up</system-out></testcase>
    <testcase name="br-0006" classname="trustfleet.enroll" time="42.000"/>
  </testsuite>
</testsuites>
`);
  });

  it('is one suite for a run without batches, and says why the run stopped', () => {
    const text = toJUnit(aMaterial({ result: aRun([aResult('br-1')], { stopped: 'too many failed' }) }));

    expect(text).toContain('<testsuite name="trustfleet enroll" tests="1"');
    expect(text).toContain('<property name="stopped" value="too many failed"/>');
  });

  it('lets nothing that a router says become an element', () => {
    const error = anError('command-refused', HOSTILE, { detail: `${HOSTILE}\n\u001b[2J\u0000` });
    const text = toJUnit(aMaterial({ result: aRun([aResult(HOSTILE, 'failed', { error })]) }));

    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).toContain('\ufffd[2J\ufffd');
  });
});

describe('escapeXml', () => {
  it('leaves no character that XML gives a meaning or does not know, and can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|apos;)/);
        expect(escaped).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      }),
    );
  });
});

const HINT = anError('login-refused', '').hint;
