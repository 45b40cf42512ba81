import type { Slot } from '../config/running.ts';
import type { Call, Command } from './command.ts';

/** A configuration line that is kept and shown, and has no other effect here. */
interface PlainLine {
  readonly slot: Slot;
  readonly syntax: string;
  readonly help: string;
  /** What may stand behind `no`; the key alone unless said otherwise. */
  readonly no?: string;
  /** The words by which a later line replaces an earlier one, and `no` finds it. */
  readonly key: string;
  /** Several lines may stand, told apart by their first argument. */
  readonly many?: boolean;
  /** On unless switched off: `no` leaves a line, the positive form removes it. */
  readonly preset?: boolean;
  /** Shown both switched on and off. */
  readonly always?: boolean;
}

const LINES: readonly PlainLine[] = [
  {
    slot: 'service',
    key: 'service password-encryption',
    syntax: 'service password-encryption',
    help: 'Encrypt system passwords',
  },
  {
    slot: 'service',
    key: 'service timestamps debug',
    syntax: 'service timestamps debug [<style:LINE>]',
    no: 'service timestamps debug [<style:LINE>]',
    help: 'Timestamp debug messages',
  },
  {
    slot: 'service',
    key: 'service tcp-keepalives-in',
    syntax: 'service tcp-keepalives-in',
    help: 'Keepalives on idle sessions',
  },
  {
    slot: 'logging',
    key: 'logging buffered',
    syntax: 'logging buffered [<size:4096-2147483647>] [<severity:WORD>]',
    no: 'logging buffered [<rest:LINE>]',
    help: 'Set buffered logging parameters',
  },
  {
    slot: 'logging',
    key: 'logging console',
    syntax: 'logging console [<severity:WORD>]',
    help: 'Set console logging parameters',
    preset: true,
  },
  {
    slot: 'logging',
    key: 'logging monitor',
    syntax: 'logging monitor [<severity:WORD>]',
    help: 'Set terminal line logging parameters',
    preset: true,
  },
  {
    slot: 'logging',
    key: 'logging host',
    syntax: 'logging host <host:WORD>',
    no: 'logging host <host:WORD>',
    help: 'Set syslog server',
    many: true,
  },
  { slot: 'aaa', key: 'aaa new-model', syntax: 'aaa new-model', help: 'Enable new access control model' },
  {
    slot: 'aaa',
    key: 'aaa session-id',
    syntax: 'aaa session-id <kind:WORD>',
    no: 'aaa session-id [<kind:WORD>]',
    help: 'AAA session id',
  },
  {
    slot: 'aaa',
    key: 'aaa authentication login',
    syntax: 'aaa authentication login <list:WORD> <methods:LINE>',
    no: 'aaa authentication login <list:WORD> [<methods:LINE>]',
    help: 'Authentication lists for logins',
    many: true,
  },
  {
    slot: 'aaa',
    key: 'aaa authorization exec',
    syntax: 'aaa authorization exec <list:WORD> <methods:LINE>',
    no: 'aaa authorization exec <list:WORD> [<methods:LINE>]',
    help: 'Authorization for starting an exec',
    many: true,
  },
  {
    slot: 'base',
    key: 'ip domain lookup',
    syntax: 'ip domain lookup',
    help: 'Enable IP domain name system host name translation',
    preset: true,
  },
  {
    slot: 'base',
    key: 'ip name-server',
    syntax: 'ip name-server <server:A.B.C.D> [<more:LINE>]',
    no: 'ip name-server <server:A.B.C.D>',
    help: 'Specify address of name server',
    many: true,
  },
  {
    slot: 'base',
    key: 'ip host',
    syntax: 'ip host <name:WORD> <address:A.B.C.D>',
    no: 'ip host <name:WORD> [<address:A.B.C.D>]',
    help: 'Add an entry to the ip hostname table',
    many: true,
  },
  {
    slot: 'ssh',
    key: 'ip ssh version',
    syntax: 'ip ssh version <version:1-2>',
    no: 'ip ssh version [<version:1-2>]',
    help: 'Specify protocol version to be supported',
  },
  {
    slot: 'ssh',
    key: 'ip ssh time-out',
    syntax: 'ip ssh time-out <seconds:1-120>',
    no: 'ip ssh time-out [<seconds:1-120>]',
    help: 'Specify SSH time-out interval',
  },
  {
    slot: 'ssh',
    key: 'ip ssh authentication-retries',
    syntax: 'ip ssh authentication-retries <count:0-5>',
    no: 'ip ssh authentication-retries [<count:0-5>]',
    help: 'Specify number of authentication retries',
  },
  {
    slot: 'ssh',
    key: 'ip ssh source-interface',
    syntax: 'ip ssh source-interface <name:LINE>',
    no: 'ip ssh source-interface [<name:LINE>]',
    help: 'Specify interface for source address',
  },
  {
    slot: 'ssh',
    key: 'ip ssh rsa keypair-name',
    syntax: 'ip ssh rsa keypair-name <label:WORD>',
    no: 'ip ssh rsa keypair-name [<label:WORD>]',
    help: 'Configure RSA keypair name for SSH',
  },
  { slot: 'http', key: 'ip http server', syntax: 'ip http server', help: 'Enable http server', always: true },
  {
    slot: 'route',
    key: 'ip route',
    syntax: 'ip route <route:LINE>',
    no: 'ip route <route:LINE>',
    help: 'Establish static routes',
    many: true,
  },
  {
    slot: 'route',
    key: 'access-list',
    syntax: 'access-list <entry:LINE>',
    no: 'access-list <entry:LINE>',
    help: 'Add an access list entry',
    many: true,
  },
  {
    slot: 'snmp',
    key: 'snmp-server',
    syntax: 'snmp-server <setting:LINE>',
    no: 'snmp-server <setting:LINE>',
    help: 'Modify SNMP engine parameters',
    many: true,
  },
];

/** The commands made of {@link LINES}. */
export const PLAIN_COMMANDS: readonly Command[] = LINES.map((line) => ({
  syntax: line.syntax,
  no: line.no ?? line.key,
  help: line.help,
  run: (call) => keep(line, call),
}));

function keep(
  { slot, key, many, preset, always }: PlainLine,
  { router, args, text, negated }: Call,
): undefined {
  const [first = ''] = Object.values(args);
  const place = many === true ? `${key} ${first}` : key;
  const isDefault = always === true ? false : preset === true ? text === key : negated;
  if (!isDefault) router.config.set(slot, place, text);
  else router.config.remove(place);
  return undefined;
}
