import { describe, expect, it } from 'vitest';
import { readClock } from '../../../src/ios/show/clock.ts';
import { readNtpStatus } from '../../../src/ios/show/ntp-status.ts';
import { readTimeLines } from '../../../src/ios/show/time-lines.ts';
import { readVersion } from '../../../src/ios/show/version.ts';
import { fixture } from './fixture.ts';

describe('show version', () => {
  it('of 12.4 names release, model, serial and image', () => {
    expect(readVersion(fixture('12.4', 'show-version'))).toEqual({
      platform: 'ios',
      version: '12.4(25d)',
      hostname: 'kiruna-1',
      model: '1841',
      serial: 'FCZ1013A0RQ',
      image: 'flash:c1841-advsecurityk9-mz.124-25d.bin',
    });
  });

  it('of 15.7 is read behind the lines of exec prompt timestamp', () => {
    expect(readVersion(fixture('15.7', 'show-version'))).toMatchObject({
      platform: 'ios',
      version: '15.7(3)M8',
      hostname: 'annecy-gw',
      model: 'CISCO2911/K9',
    });
  });

  it('of IOS-XE names the release of XE', () => {
    expect(readVersion(fixture('17.9', 'show-version'))).toMatchObject({
      platform: 'ios-xe',
      version: '17.09.04a',
      model: 'ISR4331/K9',
    });
  });

  it.each([
    [
      'IOS (tm) C2600 Software (C2600-IK9O3S3-M), Version 12.3(26), RELEASE SOFTWARE (fc2)',
      'ios',
      '12.3(26)',
    ],
    [
      'Cisco IOS Software, IOS-XE Software, Catalyst 4500 L3 Switch Software (cat4500e-UNIVERSALK9-M), Version 03.03.00.SG, RELEASE SOFTWARE (fc3)',
      'ios-xe',
      '03.03.00.SG',
    ],
    [
      'Cisco IOS Software [Everest], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.6.4, RELEASE SOFTWARE (fc3)',
      'ios-xe',
      '16.6.4',
    ],
    [
      'Cisco IOS Software, Linux Software (I86BI_LINUX-ADVENTERPRISEK9-M), Version 15.4(2)T4, DEVELOPMENT TEST SOFTWARE',
      'ios',
      '15.4(2)T4',
    ],
  ])('reads %s', (line, platform, version) => {
    expect(readVersion(`${line}\n`)).toEqual({ platform, version });
  });

  it.each([
    'Cisco IOS XR Software, Version 7.3.2',
    'Cisco Adaptive Security Appliance Software Version 9.12(4)',
    'Junos: 20.4',
    '',
  ])('refuses %j as an unsupported release', (text) => {
    expect(() => readVersion(text)).toThrow(expect.objectContaining({ code: 'unsupported-release' }));
  });
});

describe('show clock detail', () => {
  it('of a clock that was never set is not authoritative', () => {
    expect(readClock(fixture('12.4', 'show-clock-detail'))).toEqual({
      authority: 'not-authoritative',
      local: new Date('1993-03-01T00:21:43.115Z'),
      zone: 'UTC',
      notUnderstood: [],
    });
  });

  it('names the source and is not confused by the prompt timestamp', () => {
    expect(readClock(fixture('15.7', 'show-clock-detail'))).toEqual({
      authority: 'authoritative',
      local: new Date('2026-05-13T09:14:09.202Z'),
      zone: 'CEST',
      source: 'NTP',
      notUnderstood: [],
    });
  });

  it('of a clock that lost NTP says so', () => {
    expect(readClock(fixture('17.9', 'show-clock-detail'))).toMatchObject({
      authority: 'lost-sync',
      zone: 'Brest',
    });
  });

  it('takes fields without leading zeros', () => {
    expect(readClock('*1:33:6.401 UTC Mon Mar 1 1993').local).toEqual(new Date('1993-03-01T01:33:06.401Z'));
  });

  it.each([
    '',
    'gibberish',
    '25:00:00.000 UTC Mon Mar 1 1993',
    '10:00:00 UTC Mon Feb 30 2024',
    '10:00:00 UTC Mon Mar 1 2024\n10:00:01 UTC Mon Mar 1 2024',
  ])('throws output-unreadable on %j', (text) => {
    expect(() => readClock(text)).toThrow(expect.objectContaining({ code: 'output-unreadable' }));
  });
});

describe('show ntp status', () => {
  it('tells synchronized, unsynchronized and not enabled apart', () => {
    expect(readNtpStatus(fixture('15.7', 'show-ntp-status'))).toEqual({
      enabled: true,
      synchronized: true,
      reference: '192.0.2.53',
      stratum: 3,
    });
    expect(readNtpStatus(fixture('12.4', 'show-ntp-status'))).toEqual({
      enabled: true,
      synchronized: false,
      stratum: 16,
    });
    expect(readNtpStatus(fixture('17.9', 'show-ntp-status'))).toEqual({
      enabled: false,
      synchronized: false,
    });
  });

  it('throws output-unreadable when no line tells the state', () => {
    expect(() => readNtpStatus('clock offset is 0.1 msec')).toThrow(
      expect.objectContaining({ code: 'output-unreadable' }),
    );
  });
});

describe('clock and ntp lines of the running configuration', () => {
  it('come with single blanks', () => {
    expect(readTimeLines(fixture('12.4', 'show-running-time'))).toEqual([
      'clock timezone MET 1',
      'clock summer-time MEST recurring last Sun Mar 2:00 last Sun Oct 3:00',
      'ntp clock-period 17179841',
      'ntp server 192.0.2.130 prefer',
    ]);
  });

  it('are unreadable with any other line among them', () => {
    expect(() => readTimeLines('clock timezone CET 1\nhostname x')).toThrow(/hostname x/);
  });
});
