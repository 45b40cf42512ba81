import { type Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../domain/errors.ts';
import type { CommandSpec } from './commands.ts';
import type { Io } from './io.ts';
import { OPTIONS, type OptionName, type OptionSpec, type OptionValues } from './options.ts';
import { parseOption } from './parse-option.ts';

/** An option of the table as the parser takes it. */
export function buildOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, describeOption(spec));
  if (spec.type === 'optional-file') option.preset('-');
  return spec.type === 'flag' || spec.type === 'negated'
    ? option
    : option.argParser((text: string, before: unknown) => parseOption(spec, text, before));
}

function describeOption({ help, choices, default: value, env }: OptionSpec): string {
  const facts = [
    ...(choices === undefined ? [] : [choices.join(', ')]),
    ...(value === undefined ? [] : [`default ${value}`]),
    ...(env === undefined ? [] : [`or $${env}`]),
  ];
  return facts.length === 0 ? help : `${help} (${facts.join('; ')})`;
}

/** The command line first, then the environment, then the default. Throws InputError for a wrong variable. */
export function readOptions(command: Command, { options }: CommandSpec, { env }: Io): OptionValues {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries<OptionSpec>(OPTIONS)) {
    const variable = spec.env === undefined ? undefined : env[spec.env];
    if (command.getOptionValueSource(name) === 'cli') values[name] = command.getOptionValue(name);
    else if (options.includes(name as OptionName) && spec.env !== undefined && variable) {
      values[name] = parseVariable(spec, spec.env, variable);
    } else if (spec.type === 'flag' || spec.type === 'negated') values[name] = spec.type === 'negated';
    else values[name] = defaultOf(spec);
  }
  return values as OptionValues;
}

/** Names of the options that the command line gives. */
export function givenOptions(command: Command): ReadonlySet<string> {
  return new Set(Object.keys(OPTIONS).filter((name) => command.getOptionValueSource(name) === 'cli'));
}

/** A default is written as an operator would write it. */
function defaultOf(spec: OptionSpec): unknown {
  return typeof spec.default === 'string' ? parseOption(spec, spec.default, undefined) : spec.default;
}

function parseVariable(spec: OptionSpec, name: string, text: string): unknown {
  try {
    return parseOption(spec, text, undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InputError([{ file: 'environment', key: name, message: error.message }]);
  }
}
