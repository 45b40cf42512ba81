import type { TimeSource } from '../clock.ts';
import type { NtpPeer } from '../ntp.ts';
import { summerOf } from '../summer-time.ts';
import type { Call, Command, Outcome } from './command.ts';
import { isTunnelDown } from './show-ikev2.ts';
import { SHOW_KEY_COMMANDS } from './show-keys.ts';

/** `show` commands about the system: version, time, log, lines, interfaces. */
export const SHOW_SYSTEM_COMMANDS: readonly Command[] = [
  ...SHOW_KEY_COMMANDS,
  { syntax: 'show version', help: 'System hardware and software status', run: showVersion },
  { syntax: 'show clock [detail]', help: 'Display the system clock', run: showClock },
  { syntax: 'show ntp status', help: 'Status of NTP', run: showNtpStatus },
  { syntax: 'show ntp associations', help: 'NTP associations', run: showNtpAssociations },
  { syntax: 'show privilege', help: 'Show current privilege level', run: showPrivilege },
  { syntax: 'show users', help: 'Display information about terminal lines', run: showUsers },
  { syntax: 'show ip interface brief', help: 'Brief summary of IP status', run: showInterfaces },
  { syntax: 'show ip ssh', help: 'Information on SSH', run: showSsh },
  { syntax: 'show logging', help: 'Show the contents of logging buffers', run: showLogging },
  { syntax: 'show inventory', help: 'Show the physical inventory', run: showInventory },
  { syntax: 'show terminal', help: 'Display terminal configuration parameters', run: showTerminal },
];

function showVersion({ router }: Call): Outcome {
  const { personality, config, serialNumber } = router;
  return personality.versionLines({
    hostname: config.hostname,
    uptime: uptime(router.uptimeMs),
    serialNumber,
  });
}

function uptime(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  const count = (value: number, unit: string): string => `${value} ${unit}${value === 1 ? '' : 's'}`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? count(minutes, 'minute') : `${count(hours, 'hour')}, ${count(minutes % 60, 'minute')}`;
}

// `No time source` is recalled from manuals, the others are captured.
const SOURCES: Readonly<Record<TimeSource, string>> = {
  none: 'No time source',
  user: 'Time source is user configuration',
  ntp: 'Time source is NTP',
  calendar: 'Time source is hardware calendar',
};

function showClock({ router: { clock }, words }: Call): Outcome {
  const now = clock.now();
  const lines = [`${clock.mark}${clock.formatClock(now)}`];
  if (!words.includes('detail')) return lines;
  lines.push(SOURCES[clock.source]);
  if (clock.summer === undefined) return lines;
  const { start, end } = summerOf(clock.summer, now.getUTCFullYear(), clock.zone.offsetMinutes);
  // Printed as the wall clock reads just before the change.
  const at = (instant: number): string => clock.formatSeconds(new Date(instant - 1));
  return [...lines, `Summer time starts ${at(start)}`, `Summer time ends ${at(end)}`];
}

function showNtpStatus({ router: { ntp, clock } }: Call): Outcome {
  if (ntp.peers.length === 0) return ['%NTP is not enabled.'];
  const { system } = ntp;
  if (system === undefined) return ['Clock is unsynchronized, stratum 16, no reference clock'];
  return [
    `Clock is synchronized, stratum ${system.stratum + 1}, reference is ${system.address}`,
    'nominal freq is 250.0000 Hz, actual freq is 250.0000 Hz, precision is 2**10',
    `reference time is ${clock.formatClock(system.polledAt ?? clock.now())}`,
    `clock offset is ${system.offsetMs.toFixed(4)} msec, root delay is ${system.delayMs.toFixed(2)} msec`,
  ];
}

function showNtpAssociations({ router: { ntp, clock } }: Call): Outcome {
  if (ntp.peers.length === 0) return ['%NTP is not enabled.'];
  const now = clock.now().getTime();
  return [
    '',
    '  address         ref clock       st   when   poll reach  delay  offset   disp',
    ...ntp.peers.map((peer) => associationLine(peer, peer === ntp.system, now)),
    ' * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured',
  ];
}

function associationLine(peer: NtpPeer, isSystem: boolean, now: number): string {
  const when = peer.polledAt === undefined ? '-' : String(Math.round((now - peer.polledAt.getTime()) / 1000));
  const spread = peer.reach === 0 ? '15937.' : '1.090';
  return [
    `${isSystem ? '*' : ' '}~${peer.address.padEnd(15)} ${peer.reference.padEnd(15)}`,
    String(peer.stratum).padStart(3),
    when.padStart(6),
    '64'.padStart(6),
    peer.reach.toString(8).padStart(5),
    peer.delayMs.toFixed(3).padStart(6),
    peer.offsetMs.toFixed(3).padStart(7),
    spread.padStart(6),
  ].join(' ');
}

function showPrivilege({ session }: Call): Outcome {
  return [`Current privilege level is ${session.privilege}`];
}

function showUsers({ router, session }: Call): Outcome {
  return [
    '    Line       User       Host(s)              Idle       Location',
    ...router.sessions.map(({ user, line, remote }) => {
      const mark = line === session.line ? '*' : ' ';
      const tty = `${String(line + 2).padStart(3)} vty ${line}`;
      return `${mark}${tty.padEnd(14)}${user.padEnd(11)}idle                 00:00:00 ${remote}`;
    }),
    '',
    '  Interface    User               Mode         Idle     Peer Address',
    '',
  ];
}

function showInterfaces({ router }: Call): Outcome {
  const { config } = router;
  const tunnel = isTunnelDown(router) ? [...config.interfaces.keys()].at(-1) : undefined;
  return [
    'Interface                  IP-Address      OK? Method Status                Protocol',
    ...[...config.interfaces].map(([name, block]) => {
      const address = config.interfaceAddress(name);
      const isDown = block.has('shutdown');
      const method = address === undefined ? 'unset ' : 'NVRAM ';
      const status = (isDown ? 'administratively down' : 'up').padEnd(21);
      const shown = (address ?? 'unassigned').padEnd(15);
      return `${name.padEnd(26)} ${shown} YES ${method} ${status} ${isDown || name === tunnel ? 'down' : 'up  '}`;
    }),
  ];
}

function showSsh({ router: { config } }: Call): Outcome {
  const seconds = config.line('ip ssh time-out')?.split(' ').at(-1) ?? '120';
  const retries = config.line('ip ssh authentication-retries')?.split(' ').at(-1) ?? '3';
  return [
    'SSH Enabled - version 2.0',
    'Authentication methods:publickey,keyboard-interactive,password',
    `Authentication timeout: ${seconds} secs; Authentication retries: ${retries}`,
  ];
}

function showLogging({ router: { syslog, config } }: Call): Outcome {
  const { count, lines } = syslog;
  const monitor = config.line('logging monitor')?.startsWith('no') === true ? 'disabled' : 'level debugging';
  return [
    `Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns)`,
    '',
    `    Console logging: level debugging, ${count} messages logged, xml disabled,`,
    '                     filtering disabled',
    `    Monitor logging: ${monitor}, 0 messages logged, xml disabled,`,
    '                     filtering disabled',
    `    Buffer logging:  level debugging, ${count} messages logged, xml disabled,`,
    '                    filtering disabled',
    '',
    'Log Buffer (8192 bytes):',
    '',
    ...lines.flatMap((line) => line.split('\n')),
  ];
}

function showInventory({ router: { personality, serialNumber } }: Call): Outcome {
  const { pid, description } = personality.platform;
  return [
    `NAME: "${description.split(' ')[0] ?? ''} chassis", DESCR: "${description}"`,
    `PID: ${pid.padEnd(18)}, VID: V01  , SN: ${serialNumber}`,
    '',
  ];
}

function showTerminal({ session }: Call): Outcome {
  return [
    `Line ${session.line + 2}, Location: "", Type: "xterm"`,
    `Length: ${session.length} lines, Width: ${session.width} columns`,
  ];
}
