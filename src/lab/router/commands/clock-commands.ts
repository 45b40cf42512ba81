import { dayNumber, monthNumber } from '../clock.ts';
import { encodeType7 } from '../config/passwords.ts';
import { type Changeover, US_RULE } from '../summer-time.ts';
import { type Call, type Command, InvalidArgument } from './command.ts';

export const CLOCK_EXEC_COMMANDS: readonly Command[] = [
  {
    syntax:
      'clock set <time:hh:mm:ss> {<day:1-31> <month:MONTH> <year:1993-2035>|<month:MONTH> <day:1-31> <year:1993-2035>}',
    help: 'Set the time and date',
    level: 15,
    run: setClock,
  },
];

export const CLOCK_CONFIG_COMMANDS: readonly Command[] = [
  {
    syntax: 'clock timezone <zone:WORD> <hours:-23-23> [<minutes:0-59>]',
    no: 'clock timezone [<rest:LINE>]',
    help: 'Configure time zone',
    run: setZone,
  },
  {
    syntax: 'clock summer-time <zone:WORD> recurring [<rule:LINE>]',
    no: 'clock summer-time [<rest:LINE>]',
    help: 'Configure summer (daylight savings) time',
    run: setSummerTime,
  },
  {
    syntax: 'ntp server [vrf <vrf:WORD>] <server:WORD> [<options:LINE>]',
    no: 'ntp server [vrf <vrf:WORD>] <server:WORD> [<options:LINE>]',
    help: 'Configure NTP server',
    run: setServer,
  },
  ...[
    ['ntp source <name:LINE>', 'ntp source', 'Configure interface for source address'],
    ['ntp authenticate', 'ntp authenticate', 'Authenticate time sources'],
    ['ntp logging', 'ntp logging', 'Enable NTP message logging'],
    ['ntp update-calendar', 'ntp update-calendar', 'Periodically update calendar with NTP time'],
  ].map(([syntax = '', key = '', help = '']) => ntpLine(syntax, key, help)),
  {
    syntax: 'ntp authentication-key <id:1-4294967295> md5 <key:WORD> [<form:0-7>]',
    no: 'ntp authentication-key <id:1-4294967295> [<rest:LINE>]',
    help: 'Authentication key for trusted time sources',
    run: keepKey,
  },
  {
    syntax: 'ntp trusted-key <id:1-4294967295>',
    no: 'ntp trusted-key <id:1-4294967295>',
    help: 'Key numbers for trusted time sources',
    run: (call) => keepNumbered(call, 'ntp trusted-key'),
  },
];

function setClock({ router, session, args }: Call): undefined {
  const { clock, syslog } = router;
  const { time = '', day = '', month = '', year = '' } = args;
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  const fields = new Date(Date.UTC(Number(year), monthNumber(month), Number(day), hour, minute, second));
  if (fields.getUTCDate() !== Number(day)) throw new InvalidArgument('day');
  const before = clock.formatSeconds(clock.now());
  const to = clock.fromLocal(fields);
  const after = clock.formatSeconds(to);
  const by = `console by ${session.user} on vty${session.line} (${session.remote})`;
  clock.set(to, 'user');
  syslog.log(
    'SYS-6-CLOCKUPDATE',
    `System clock has been updated from ${before} to ${after}, configured from ${by}.`,
  );
  return undefined;
}

function setZone({ router, args, negated }: Call): undefined {
  const { clock, config, personality } = router;
  const { zone = 'UTC', hours = '0', minutes = '0' } = args;
  if (negated) {
    clock.zone = { name: 'UTC', offsetMinutes: 0 };
    config.remove('clock timezone');
    return undefined;
  }
  const sign = hours.startsWith('-') ? -1 : 1;
  clock.zone = { name: zone, offsetMinutes: Number(hours) * 60 + sign * Number(minutes) };
  const shown = personality.showsZoneMinutes || Number(minutes) > 0 ? ` ${Number(minutes)}` : '';
  config.set('clock', 'clock timezone', `clock timezone ${zone} ${Number(hours)}${shown}`);
  return undefined;
}

function setSummerTime({ router, args, text, negated }: Call): undefined {
  const { clock, config } = router;
  if (negated) {
    clock.summer = undefined;
    config.remove('clock summer-time');
    return undefined;
  }
  const rule = args.rule === undefined ? US_RULE : parseRule(args.rule);
  clock.summer = { ...rule, name: args.zone ?? 'UTC' };
  config.set('clock', 'clock summer-time', text);
  return undefined;
}

/** `last Sun Mar 2:00 last Sun Oct 3:00 [60]` */
function parseRule(text: string): typeof US_RULE {
  const words = text.split(/\s+/);
  const start = parseChangeover(words.slice(0, 4));
  const end = parseChangeover(words.slice(4, 8));
  const offset = Number(words[8] ?? 60);
  if (start === undefined || end === undefined || !(offset >= 1 && offset <= 1440) || words.length > 9) {
    throw new InvalidArgument('rule');
  }
  return { start, end, offsetMinutes: offset };
}

function parseChangeover([week = '', day = '', month = '', time = '']: readonly string[]):
  | Changeover
  | undefined {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(':').map(Number);
  const weeks: Readonly<Record<string, number | 'last'>> = { first: 1, last: 'last', 1: 1, 2: 2, 3: 3, 4: 4 };
  const which = weeks[week.toLowerCase()];
  const found = { day: dayNumber(day), month: monthNumber(month), hour, minute };
  if (which === undefined || found.day < 0 || found.month < 0 || !(hour < 24 && minute < 60))
    return undefined;
  return { week: which, ...found };
}

function setServer({ router, args, text, negated }: Call): undefined {
  const { server = '', vrf } = args;
  if (vrf !== undefined) {
    router.requireVrf(vrf);
  }
  const key = `ntp server ${server}`;
  if (negated) {
    router.config.remove(key);
    router.ntp.remove(server);
    return undefined;
  }
  if (!/^[\w.:-]+$/.test(server)) throw new InvalidArgument('server');
  router.config.set('ntp', key, text);
  router.ntp.add(server, /\bprefer\b/.test(args.options ?? ''));
  return undefined;
}

function ntpLine(syntax: string, key: string, help: string): Command {
  return {
    syntax,
    no: `${key} [<rest:LINE>]`,
    help,
    run: ({ router, text, negated }) => {
      if (negated) router.config.remove(key);
      else router.config.set('ntp', key, text);
      return undefined;
    },
  };
}

/** The key is shown encoded, whichever way it was typed. */
function keepKey(call: Call): undefined {
  const { key = '', form, id = '' } = call.args;
  const encoded = form === undefined || form === '0' ? encodeType7(key, 4) : key;
  const text = call.negated ? '' : `ntp authentication-key ${id} md5 ${encoded} 7`;
  return keepNumbered({ ...call, text }, 'ntp authentication-key');
}

function keepNumbered({ router, args, text, negated }: Call, key: string): undefined {
  const place = `${key} ${args.id}`;
  if (negated) router.config.remove(place);
  else router.config.set('ntp', place, text);
  return undefined;
}
