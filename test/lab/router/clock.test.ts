import { createSocket, type Socket } from 'node:dgram';
import { describe, expect, it } from 'vitest';

import { RouterClock } from '../../../src/lab/router/clock.ts';
import { US_RULE } from '../../../src/lab/router/summer-time.ts';
import { Typist } from './typist.ts';
import { startRouter, until } from './world.ts';

const NTP_EPOCH_OFFSET = 2_208_988_800;

/** A stratum 2 time server that says it is a certain time. */
async function timeServer(time: Date, stratum = 2): Promise<{ port: number } & AsyncDisposable> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = stratum;
    answer.set([192, 0, 2, 2], 12);
    request.copy(answer, 24, 40, 48);
    answer.writeUInt32BE(Math.floor(time.getTime() / 1000) + NTP_EPOCH_OFFSET, 40);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const frozen = (): Date => new Date('2026-01-01T00:00:00Z');

describe('a clock nobody set', () => {
  it('starts in 1993 with an asterisk, in show clock and in log lines', async () => {
    await using router = await startRouter({ clock: { start: 'unset', authoritative: false }, now: frozen });
    await using typist = await Typist.login(router);
    expect(await typist.line('show clock detail')).toBe('*00:00:00.000 UTC Mon Mar 1 1993\nNo time source\n');
    expect(router.state.log[0]).toMatch(/^\*Mar {2}1 00:00:00\.000: %PKI-2-NON_AUTHORITATIVE_CLOCK: /);
  });
});

describe('clock set', () => {
  it('takes local time of the zone, with day and month in either order, and removes the asterisk', async () => {
    await using router = await startRouter({ clock: { start: 'unset', authoritative: false }, now: frozen });
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'clock timezone JST 9', 'end');
    await typist.line('clock set 16:01:00 25 Sep 2020');
    expect(await typist.line('show clock detail')).toBe(
      '16:01:00.000 JST Fri Sep 25 2020\nTime source is user configuration\n',
    );
    expect(router.state.clock).toMatchObject({ now: new Date('2020-09-25T07:01:00Z'), authoritative: true });
    await typist.line('clock set 7:00:00 feb 1 2021');
    expect(await typist.line('show clock')).toBe('07:00:00.000 JST Mon Feb 1 2021\n');
    expect(router.state.log.join('\n')).toContain(
      'Sep 25 07:01:00.000: %SYS-6-CLOCKUPDATE: System clock has been updated from 09:00:00 JST Mon Mar 1 1993 to ' +
        '16:01:00 JST Fri Sep 25 2020, configured from console by netops on vty0 (127.0.0.1).',
    );
    expect(router.state.log.join('\n')).toContain(
      '%PKI-6-AUTHORITATIVE_CLOCK: The system clock has been set.',
    );
  });

  it.each(['clock set 16:01 25 Sep 2020', 'clock set 16:01:00 31 Feb 2020', 'clock set 16:01:00 1 Sep 2040'])(
    'refuses %j',
    async (line) => {
      await using router = await startRouter();
      await using typist = await Typist.login(router);
      expect(await typist.line(line)).toContain("% Invalid input detected at '^' marker.");
    },
  );
});

describe('summer time', () => {
  const clockAt = (instant: string): RouterClock => {
    const clock = new RouterClock({ start: new Date(instant), authoritative: true }, frozen);
    clock.zone = { name: 'EST', offsetMinutes: -300 };
    clock.summer = { ...US_RULE, name: 'EDT' };
    return clock;
  };

  it.each([
    ['2023-03-12T06:59:59Z', '01:59:59.000 EST Sun Mar 12 2023'],
    ['2023-03-12T07:00:00Z', '03:00:00.000 EDT Sun Mar 12 2023'],
    ['2023-11-05T05:59:59Z', '01:59:59.000 EDT Sun Nov 5 2023'],
    ['2023-11-05T06:00:00Z', '01:00:00.000 EST Sun Nov 5 2023'],
  ])('at %s the wall shows %s', (instant, wall) => {
    const clock = clockAt(instant);
    expect(clock.formatClock(clock.now())).toBe(wall);
  });

  it('works across the turn of the year in the south', () => {
    const clock = new RouterClock({ start: new Date('2024-01-10T00:00:00Z'), authoritative: true }, frozen);
    clock.zone = { name: 'AEST', offsetMinutes: 600 };
    clock.summer = {
      name: 'AEDT',
      start: { week: 1, day: 0, month: 9, hour: 2, minute: 0 },
      end: { week: 1, day: 0, month: 3, hour: 3, minute: 0 },
      offsetMinutes: 60,
    };
    expect(clock.formatClock(clock.now())).toBe('11:00:00.000 AEDT Wed Jan 10 2024');
  });
});

describe('NTP', () => {
  it('sets the clock from the server that the configuration names', async () => {
    await using server = await timeServer(new Date('2026-03-04T05:06:07Z'));
    await using router = await startRouter({
      clock: { start: 'unset', authoritative: false },
      ntp: {
        resolve: (address) =>
          address === '192.0.2.1' ? { host: '127.0.0.1', port: server.port } : undefined,
        syncDelayMs: 1,
      },
    });
    await using typist = await Typist.login(router);
    expect(await typist.line('show ntp status')).toBe('%NTP is not enabled.\n');
    await typist.lines('conf t', 'ntp server 192.0.2.1', 'end');
    await until(() => router.state.clock.authoritative);
    expect(await typist.line('show clock detail')).toMatch(
      /^05:06:\d\d\.\d{3} UTC Wed Mar 4 2026\nTime source is NTP\n$/,
    );
    expect(await typist.line('show ntp status')).toMatch(
      /^Clock is synchronized, stratum 3, reference is 192\.0\.2\.1\n/,
    );
    expect(await typist.line('show ntp associations')).toMatch(
      /\n\*~192\.0\.2\.1 {7}192\.0\.2\.2 +2 +\d+ +64 +1 /,
    );
  });

  it('does not follow a server that is not synchronized itself', async () => {
    await using server = await timeServer(new Date('2026-03-04T05:06:07Z'), 16);
    let asked = 0;
    await using router = await startRouter({
      clock: { start: 'unset', authoritative: false },
      running: ['ntp server 192.0.2.1'],
      ntp: {
        resolve: () => {
          asked += 1;
          return { host: '127.0.0.1', port: server.port };
        },
        syncDelayMs: 1,
      },
    });
    await using typist = await Typist.login(router);
    await until(() => asked > 0);
    expect(await typist.line('show ntp status')).toBe(
      'Clock is unsynchronized, stratum 16, no reference clock\n',
    );
    expect(router.state.clock.authoritative).toBe(false);
  });
});

describe('service timestamps', () => {
  it.each([
    ['service timestamps log datetime', /^Jan {2}1 00:00:00: %X-1-Y: z$/],
    [
      'service timestamps log datetime msec localtime show-timezone',
      /^Jan {2}1 01:00:00\.000 CET: %X-1-Y: z$/,
    ],
    ['service timestamps log datetime year', /^Jan {2}1 2026 00:00:00: %X-1-Y: z$/],
    ['service timestamps log uptime', /^00:00:0\d: %X-1-Y: z$/],
    ['no service timestamps log', /^%X-1-Y: z$/],
    ['service sequence-numbers', /^0000\d\d: Jan {2}1 00:00:00\.000: %X-1-Y: z$/],
  ])('%s', async (line, stamped) => {
    await using router = await startRouter({
      now: frozen,
      running: ['clock timezone CET 1', line],
    });
    router.log('X-1-Y', 'z');
    expect(router.state.log.at(-1)).toMatch(stamped);
  });
});
