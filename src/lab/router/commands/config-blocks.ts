import type { ConfigBlock } from '../config/running.ts';
import { type Call, type Command, InvalidArgument, Refusal } from './command.ts';

/** `interface` and `line`: entering the block. */
export const BLOCK_ENTRY_COMMANDS: readonly Command[] = [
  {
    syntax: 'interface <name:WORD> [<number:WORD>]',
    no: 'interface <name:WORD> [<number:WORD>]',
    help: 'Select an interface to configure',
    run: enterInterface,
  },
  {
    syntax: 'line {console 0|aux 0|vty <first:0-15> [<last:1-15>]}',
    help: 'Configure a terminal line',
    run: enterLine,
  },
];

/** `vrf definition`, and `ip vrf` as it was before. */
export const VRF_ENTRY_COMMANDS: readonly Command[] = ['vrf definition', 'ip vrf'].map((words) => ({
  syntax: `${words} <vrf:WORD>`,
  no: `${words} <vrf:WORD>`,
  help: 'VRF definition',
  run: enterVrf,
}));

/** Lines of a VRF. Address families have no mode of their own here. */
export const VRF_COMMANDS: readonly Command[] = [
  vrfLine('rd <rd:WORD>', 'rd', 'Specify route distinguisher'),
  vrfLine('description <text:LINE>', 'description', 'VRF specific description'),
  vrfLine('address-family ipv4', 'address-family ipv4', 'Address family'),
  vrfLine('address-family ipv6', 'address-family ipv6', 'Address family'),
  { syntax: 'exit-address-family', help: 'Exit from the address family', run: () => undefined },
];

/** Lines of an interface. */
export const INTERFACE_COMMANDS: readonly Command[] = [
  forwardingLine('vrf forwarding'),
  forwardingLine('ip vrf forwarding'),
  blockLine('description <text:LINE>', 'description', 'Interface specific description'),
  blockLine('ip address {<address:A.B.C.D> <mask:A.B.C.D>|dhcp}', 'ip address', 'Set the IP address'),
  blockLine('duplex {auto|full|half}', 'duplex', 'Configure duplex operation'),
  blockLine('speed {auto|10|100|1000}', 'speed', 'Configure speed'),
  { syntax: 'shutdown', no: 'shutdown', help: 'Shutdown the selected interface', run: setShutdown },
];

/** Lines of a console or vty line. */
export const LINE_COMMANDS: readonly Command[] = [
  blockLine('exec-timeout <minutes:0-35791> [<seconds:0-2147483>]', 'exec-timeout', 'Set the EXEC timeout'),
  blockLine('login [local]', 'login', 'Enable password checking'),
  blockLine('transport input <protocols:LINE>', 'transport input', 'Define which protocols to use'),
  blockLine('transport preferred <protocol:WORD>', 'transport preferred', 'Specify the preferred protocol'),
  blockLine('logging synchronous', 'logging synchronous', 'Synchronized message output'),
  blockLine('privilege level <level:0-15>', 'privilege level', 'Change privilege level for line'),
  blockLine('access-class <list:WORD> {in|out}', 'access-class', 'Filter connections'),
  blockLine('history size <lines:0-256>', 'history size', 'Set history buffer size'),
];

function blockLine(syntax: string, key: string, help: string): Command {
  return { syntax, no: `${key} [<rest:LINE>]`, help, run: (call) => setBlockLine(call, key) };
}

function vrfLine(syntax: string, key: string, help: string): Command {
  return {
    syntax,
    no: `${key} [<rest:LINE>]`,
    help,
    run: ({ router, session, text, negated }) => {
      const vrf = router.config.vrfs.get(session.mode.subject);
      if (negated) vrf?.delete(key);
      else vrf?.set(key, text);
      return undefined;
    },
  };
}

function enterVrf({ router, session, args, text, negated }: Call): undefined {
  const { vrf = '' } = args;
  const { vrfs } = router.config;
  if (negated) {
    vrfs.delete(vrf);
    return undefined;
  }
  if (!vrfs.has(vrf)) vrfs.set(vrf, new Map([['', text]]));
  session.enter('vrf', vrf);
  return undefined;
}

function forwardingLine(key: string): Command {
  return {
    syntax: `${key} <vrf:WORD>`,
    no: `${key} [<vrf:WORD>]`,
    help: 'VPN routing and forwarding parameters',
    run: (call) => {
      const { vrf = '' } = call.args;
      if (!call.negated && !call.router.config.vrfs.has(vrf))
        throw new Refusal(`% VRF ${vrf} not configured`);
      return setBlockLine(call, key);
    },
  };
}

function setBlockLine({ router, session, text, negated }: Call, key: string): undefined {
  const { name, subject } = session.mode;
  const blocks = name === 'interface' ? router.config.interfaces : router.config.ttyLines;
  const block = blocks.get(subject);
  if (negated) block?.delete(key);
  else block?.set(key, text);
  if (key === 'exec-timeout') session.execTimeoutMs = router.config.vtyExecTimeoutMs;
  return undefined;
}

function setShutdown({ router, session, negated }: Call): undefined {
  const block = router.config.interfaces.get(session.mode.subject);
  if (negated) block?.delete('shutdown');
  else block?.set('shutdown', 'shutdown');
  const state = negated ? 'up' : 'administratively down';
  router.syslog.log('LINK-3-UPDOWN', `Interface ${session.mode.subject}, changed state to ${state}`);
  return undefined;
}

function enterInterface({ router, session, args, negated }: Call): undefined {
  const typed = `${args.name ?? ''}${args.number ?? ''}`;
  const { interfaces } = router.config;
  const name = router.config.findInterface(typed) ?? newLogicalInterface(typed);
  if (name === undefined) throw new InvalidArgument('name');
  if (negated) {
    interfaces.delete(name);
    return undefined;
  }
  if (!interfaces.has(name)) interfaces.set(name, new Map());
  session.enter('interface', name);
  return undefined;
}

/** Loopbacks appear when they are named; hardware does not. */
function newLogicalInterface(typed: string): string | undefined {
  const number = /^lo[opback]*(?<number>\d+)$/i.exec(typed)?.groups?.number;
  return number === undefined ? undefined : `Loopback${number}`;
}

function enterLine({ router, session, words, args }: Call): undefined {
  const { ttyLines } = router.config;
  const { first = '0', last } = args;
  const kind = words[1] === 'console' ? 'con' : words[1];
  const name = kind === 'vty' ? vtyBlock(ttyLines, first, last) : `${kind} 0`;
  if (!ttyLines.has(name)) ttyLines.set(name, new Map());
  session.enter('line', name);
  return undefined;
}

/** A range inside a block that exists means the block. */
function vtyBlock(blocks: ReadonlyMap<string, ConfigBlock>, first: string, last = first): string {
  const holding = [...blocks.keys()].find((name) => {
    const [, from, to] = /^vty (\d+)(?: (\d+))?$/.exec(name) ?? [];
    return from !== undefined && Number(from) <= Number(first) && Number(last) <= Number(to ?? from);
  });
  return holding ?? (first === last ? `vty ${first}` : `vty ${first} ${last}`);
}
