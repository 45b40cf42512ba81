import { decodeType7 } from '../config/passwords.ts';
import { LocalSecret } from '../config/running.ts';
import type { StampStyle } from '../syslog.ts';
import { type Call, type Command, InvalidArgument, Refusal } from './command.ts';

/** Leaving modes: the same in every configuration mode. */
export const LEAVE_COMMANDS: readonly Command[] = [
  { syntax: 'end', help: 'Exit to privileged EXEC mode', run: leaveConfig },
  { syntax: 'exit', help: 'Exit from the current mode', run: leaveMode },
];

/** Global configuration with an effect of its own; lines that are only kept stand in plain-lines.ts. */
export const CONFIG_COMMANDS: readonly Command[] = [
  {
    syntax: 'hostname <name:WORD>',
    no: 'hostname [<name:WORD>]',
    help: "Set system's network name",
    run: setHostname,
  },
  {
    syntax: 'ip domain name <name:WORD>',
    no: 'ip domain name [<name:WORD>]',
    help: 'Define the default domain name',
    run: setDomain,
  },
  {
    syntax: 'ip domain-name <name:WORD>',
    no: 'ip domain-name [<name:WORD>]',
    help: 'Define the default domain name',
    run: setDomain,
  },
  {
    syntax: 'ip domain-lookup',
    no: 'ip domain-lookup',
    help: 'Enable IP domain name system host name translation',
    run: setLookup,
  },
  {
    syntax: 'service timestamps log [{uptime|datetime [msec] [localtime] [show-timezone] [year]}]',
    no: 'service timestamps log [<rest:LINE>]',
    help: 'Timestamp log messages',
    run: setTimestamps,
  },
  {
    syntax: 'service sequence-numbers',
    no: 'service sequence-numbers',
    help: 'Stamp logger messages with a sequence number',
    run: setSequenceNumbers,
  },
  { syntax: 'banner motd <text:LINE>', no: 'banner motd', help: 'Set message of the day', run: setBanner },
  { syntax: 'banner login <text:LINE>', no: 'banner login', help: 'Set login banner', run: setLoginBanner },
  {
    syntax: 'username <name:WORD> [privilege <level:0-15>] [{secret|password} [{0|5|7}] <secret:WORD>]',
    no: 'username <name:WORD> [<rest:LINE>]',
    help: 'Establish user name authentication',
    run: setUser,
  },
  {
    syntax: 'enable secret [{0|5}] <secret:WORD>',
    no: 'enable secret',
    help: 'Assign the privileged level secret',
    run: setEnableSecret,
  },
];

function leaveConfig({ session }: Call): undefined {
  session.enter('exec');
}

function leaveMode({ session }: Call): undefined {
  const { name, subject } = session.mode;
  if (name === 'hex') session.enter('chain', subject);
  else session.enter(name === 'config' ? 'exec' : 'config');
  return undefined;
}

function setHostname({ router, args, negated }: Call): undefined {
  const { name = 'Router' } = args;
  if (!/^[A-Za-z][\w.-]*$/.test(name)) throw new InvalidArgument('name');
  router.config.hostname = negated ? 'Router' : name;
  return undefined;
}

function setDomain({ router, args, negated }: Call): undefined {
  router.config.domain = negated ? '' : (args.name ?? '');
  return undefined;
}

function setLookup({ router, negated }: Call): undefined {
  if (negated) router.config.set('base', 'ip domain lookup', 'no ip domain lookup');
  else router.config.remove('ip domain lookup');
  return undefined;
}

function setTimestamps({ router, words, text, negated }: Call): undefined {
  const says = (word: string): boolean => words.includes(word);
  const kind: StampStyle['kind'] = negated ? 'none' : says('datetime') ? 'datetime' : 'uptime';
  router.syslog.style = {
    kind,
    msec: says('msec'),
    localtime: says('localtime'),
    showZone: says('show-timezone'),
    year: says('year'),
  };
  router.config.set('service', 'service timestamps log', negated ? 'no service timestamps log' : text);
  return undefined;
}

function setSequenceNumbers({ router, text, negated }: Call): undefined {
  router.syslog.sequenceNumbers = !negated;
  if (negated) router.config.remove('service sequence-numbers');
  else router.config.set('service', 'service sequence-numbers', text);
  return undefined;
}

async function setBanner(call: Call): Promise<undefined> {
  call.router.config.motd = call.negated ? '' : await readBanner(call);
  return undefined;
}

async function setLoginBanner(call: Call): Promise<undefined> {
  call.router.loginBanner = call.negated ? '' : await readBanner(call);
  return undefined;
}

/** The text between two delimiters: the first character (or `^C` typed as two), and its next occurrence. */
async function readBanner({ session, args }: Call): Promise<string> {
  const { text = '' } = args;
  const delimiter = text.startsWith('^C') ? '^C' : text.charAt(0);
  const first = text.slice(delimiter.length);
  if (first.includes(delimiter)) return first.slice(0, first.indexOf(delimiter));
  session.print(`Enter TEXT message.  End with the character '${delimiter}'.`);
  const lines = [first];
  for (;;) {
    const line = await session.ask('');
    const end = line.indexOf(delimiter);
    lines.push(end < 0 ? line : line.slice(0, end));
    if (end >= 0) return lines.join('\n');
  }
}

/** What a line does not name stays: scripts give the privilege and the secret one by one. */
function setUser({ router: { config }, args, words, negated }: Call): undefined {
  const { name = '', level, secret } = args;
  if (negated) {
    config.users.delete(name);
    return undefined;
  }
  const known = config.users.get(name);
  config.users.set(name, {
    name,
    privilege: level === undefined ? (known?.privilege ?? 1) : Number(level),
    secret: secret === undefined ? known?.secret : readSecret(words, secret),
  });
  return undefined;
}

function setEnableSecret({ router, args, words, negated }: Call): undefined {
  router.config.enableSecret = negated ? undefined : readSecret(words, args.secret ?? '');
  return undefined;
}

function readSecret(words: readonly string[], text: string): LocalSecret {
  if (words.includes('5')) {
    if (!text.startsWith('$1$'))
      throw new Refusal('ERROR: The secret you entered is not a valid encrypted secret.');
    return new LocalSecret({ hash: text });
  }
  if (!words.includes('7')) return new LocalSecret({ password: text });
  const password = decodeType7(text);
  if (password === undefined) throw new Refusal(`Invalid encrypted password: ${text}`);
  return new LocalSecret({ password });
}
