import { type Call, type Command, Refusal } from './command.ts';

const ENABLE_ATTEMPTS = 3;

/** EXEC commands that are neither `show` nor about time or saving. */
export const EXEC_COMMANDS: readonly Command[] = [
  { syntax: 'enable [<level:0-15>]', help: 'Turn on privileged commands', run: enable },
  {
    syntax: 'disable [<level:0-15>]',
    help: 'Turn off privileged commands',
    run: ({ session, args }) => {
      session.privilege = Number(args.level ?? 1);
      return undefined;
    },
  },
  ...['exit', 'logout', 'quit'].map((syntax) => ({
    syntax,
    help: 'Exit from the EXEC',
    run: ({ session }: Call) => {
      session.close();
      return undefined;
    },
  })),
  { syntax: 'configure [terminal]', help: 'Enter configuration mode', level: 15, run: configure },
  {
    syntax: 'terminal length <lines:0-512>',
    no: 'terminal length',
    help: 'Set number of lines on a screen',
    run: ({ session, args, negated }) => {
      session.resize({ length: negated ? 24 : Number(args.lines) });
      return undefined;
    },
  },
  {
    syntax: 'terminal width <columns:0-512>',
    no: 'terminal width',
    help: 'Set width of the display terminal',
    run: ({ session, args, negated }) => {
      session.resize({ width: negated ? 80 : Number(args.columns) });
      return undefined;
    },
  },
  {
    syntax: 'terminal {monitor|no monitor}',
    no: 'terminal monitor',
    help: 'Copy debug output to the current terminal line',
    run: ({ session, words, negated }) => {
      session.monitor = !negated && !words.includes('no');
      return undefined;
    },
  },
  {
    syntax: 'terminal {no prompt timestamp|no exec prompt timestamp}',
    help: 'Do not print timestamps before commands',
    run: () => undefined,
  },
  {
    syntax: 'clear logging',
    help: 'Clear logging buffer',
    level: 15,
    run: async ({ router, session }) => {
      if (await session.confirm('Clear logging buffer [confirm]')) router.syslog.clear();
      return undefined;
    },
  },
];

async function enable({ router, session, args }: Call): Promise<undefined> {
  const level = Number(args.level ?? 15);
  if (session.privilege >= level) {
    session.privilege = level;
    return undefined;
  }
  const secret = router.faults.has('no-enable-secret') ? undefined : router.config.enableSecret;
  if (secret === undefined) throw new Refusal('% No password set');
  // AAA takes the user's name together with the enable secret here; what it is set up to take differs by site.
  const asksName = router.faults.has('enable-username');
  for (let attempt = 0; attempt < ENABLE_ATTEMPTS; attempt += 1) {
    const isKnown = !asksName || router.config.users.has((await session.ask('Username: ')).trim());
    if (secret.matches(await session.askHidden('Password: ')) && isKnown) {
      session.privilege = level;
      return undefined;
    }
  }
  throw new Refusal(asksName ? '% Access denied\n' : '% Bad secrets\n');
}

async function configure({ session, words }: Call): Promise<undefined> {
  if (words.length === 1) {
    const source = (await session.ask('Configuring from terminal, memory, or network [terminal]? ')).trim();
    if (source !== '' && !'terminal'.startsWith(source)) throw new Refusal('?Must be "terminal"');
  }
  session.print('Enter configuration commands, one per line.  End with CNTL/Z.');
  session.enter('config');
  return undefined;
}
