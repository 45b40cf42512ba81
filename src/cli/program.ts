import { Command, CommanderError } from 'commander';
import { COMMANDS, type CommandSpec } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { helpWidth, moreHelp } from './help.ts';
import type { Io } from './io.ts';
import { buildOption, givenOptions, readOptions } from './option-values.ts';
import { OPTIONS } from './options.ts';
import { requireInputsKept } from './own-files.ts';
import { explainThrown } from './thrown.ts';
import { VERSION } from './version.ts';

/** The whole command line: parses, runs one command, says what went wrong. Resolves to the exit code, never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 3;
  const program = buildProgram(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 3;
    return explainThrown(thrown, io, { debug: argv.includes('--debug') });
  }
}

function buildProgram(io: Io, onEnd: (code: ExitCode) => void): Command {
  const program = new Command('trustfleet')
    .description('Gives a fleet of Cisco IOS / IOS-XE routers their certificates and keeps them valid.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('(trustfleet --help lists the commands)')
    .configureHelp({ optionDescription: ({ description }) => description, minWidthToWrap: 20 })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', '\nA first day: trustfleet init, check, render, then enroll --limit <one device>.');
  for (const spec of COMMANDS) addCommand(program, spec, io, onEnd);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, io: Io, onEnd: (code: ExitCode) => void): void {
  const command = program
    .command(spec.args === undefined ? spec.name : `${spec.name} ${spec.args}`)
    .summary(spec.summary)
    .description(spec.about)
    .helpOption('--help', 'print this help')
    .showHelpAfterError(`(trustfleet ${spec.name} --help tells more)`)
    .addHelpText('after', ({ error }) =>
      moreHelp(spec, helpWidth(error ? io.stderr.columns : io.stdout.columns)),
    );
  for (const name of spec.options) command.addOption(buildOption(OPTIONS[name]));
  command.action(async () => {
    const options = readOptions(command, spec, io);
    const { run } = await spec.load();
    const context = { options, given: givenOptions(command), args: command.args, io };
    await requireInputsKept(context, spec);
    onEnd(await run(context));
  });
}
