import { type Call, type Command, type Outcome, Refusal } from './command.ts';

/** Rolling back by a timer, and reloading by one. */
export const WAY_BACK_COMMANDS: readonly Command[] = [
  {
    syntax: 'configure terminal revert timer <minutes:1-120>',
    help: 'Enter configuration mode, and revert unless it is confirmed',
    level: 15,
    needs: 'rollback timer',
    run: configureWithTimer,
  },
  {
    syntax: 'configure confirm',
    help: 'Confirm replacement of running-config with a new config file',
    level: 15,
    needs: 'rollback timer',
    run: ({ router, session }) => {
      if (!router.rollback.confirm(session.user)) throw new Refusal(NOTHING_PENDING);
      return undefined;
    },
  },
  {
    syntax: 'configure revert now',
    help: 'Cancel the timer and trigger the rollback',
    level: 15,
    needs: 'rollback timer',
    run: ({ router }) => {
      const printed = router.rollback.now();
      if (printed === undefined) throw new Refusal(NOTHING_PENDING);
      return printed;
    },
  },
  {
    syntax: 'configure revert timer <minutes:1-120>',
    help: 'Reset the timer of the rollback',
    level: 15,
    needs: 'rollback timer',
    run: ({ router, args }) => {
      if (!router.rollback.rewind(Number(args.minutes))) throw new Refusal(NOTHING_PENDING);
      return undefined;
    },
  },
  {
    syntax: 'show archive config rollback timer',
    help: 'Show the rollback timer',
    needs: 'rollback timer',
    run: showTimer,
  },
  {
    syntax: 'reload in <minutes:1-999>',
    help: 'Reload after a time interval',
    level: 15,
    run: reloadIn,
  },
  {
    syntax: 'reload cancel',
    help: 'Cancel pending reload',
    level: 15,
    run: ({ router }) => {
      if (!router.reload.cancel()) throw new Refusal('%No reload is scheduled.');
      return undefined;
    },
  },
  { syntax: 'show reload', help: 'Scheduled reload information', run: showReload },
];

/** Lines below `archive`. */
export const ARCHIVE_COMMANDS: readonly Command[] = [
  archiveLine('path <url:WORD>', 'path', 'Path for backups'),
  archiveLine('write-memory', 'write-memory', 'Enable automatic backup generation during write memory'),
  archiveLine('time-period <minutes:1-525600>', 'time-period', 'Period of time to automatically archive'),
  archiveLine('maximum <files:1-14>', 'maximum', 'Maximum number of backup copies'),
];

export const ARCHIVE_ENTRY_COMMANDS: readonly Command[] = [
  {
    syntax: 'archive',
    no: 'archive',
    help: 'Archive the configuration',
    run: ({ router, session, negated }) => {
      if (negated) router.config.archive.clear();
      else session.enter('archive');
      return undefined;
    },
  },
];

/** In the words of several captures of `show archive config rollback timer`. */
const NOTHING_PENDING = '%No Rollback Confirmed Change pending';

function archiveLine(syntax: string, key: string, help: string): Command {
  return {
    syntax,
    no: `${key} [<rest:LINE>]`,
    help,
    run: ({ router, text, negated }) => {
      if (negated) router.config.archive.delete(key);
      else router.config.archive.set(key, text);
      return undefined;
    },
  };
}

function configureWithTimer({ router, session, args }: Call): undefined {
  const path = router.config.archive.get('path')?.slice('path '.length);
  if (path === undefined) throw new Refusal('%Turn config archive on before using Rollback Confirmed Change');
  // What a router says to a second timer is not known from captures.
  if (router.rollback.pending !== undefined)
    throw new Refusal('%Rollback Confirmed Change is already pending');
  const say = (text: string): void => session.interject(text);
  const file = router.rollback.begin(path, Number(args.minutes), session.user, say);
  session.print(`Rollback Confirmed Change: Backing up current running config to ${file}`);
  session.print();
  session.print('Enter configuration commands, one per line.  End with CNTL/Z.');
  session.enter('config');
  return undefined;
}

function showTimer({ router }: Call): Outcome {
  const { pending } = router.rollback;
  if (pending === undefined) return [NOTHING_PENDING];
  return [
    `Time configured(or reconfigured): ${router.clock.formatSeconds(pending.setAt)}`,
    'Timer type: absolute timer',
    `Timer value: ${pending.minutes} min`,
    `User: ${pending.user}`,
  ];
}

async function reloadIn({ router, session, args }: Call): Promise<undefined> {
  if (
    router.config.modified &&
    (await session.yesNo('System configuration has been modified. Save? [yes/no]: '))
  ) {
    session.print('Building configuration...');
    session.print(router.save(session.user) ?? '[OK]');
  }
  const minutes = Number(args.minutes);
  session.print(
    `Reload scheduled in ${minutes} minutes by ${session.user} on vty${session.line} (${session.remote})`,
  );
  session.print('Reload reason: Reload Command');
  if (!(await session.confirm('Proceed with reload? [confirm]'))) return undefined;
  router.reload.begin(minutes, `${session.user} on vty${session.line} (${session.remote})`);
  return undefined;
}

function showReload({ router }: Call): Outcome {
  const { scheduled } = router.reload;
  if (scheduled === undefined) return ['No reload is scheduled.'];
  return [
    `Reload scheduled in ${scheduled.minutes} minutes by ${scheduled.by}`,
    'Reload reason: Reload Command',
  ];
}
