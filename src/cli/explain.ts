import { DOCTOR_CHECKS, type DoctorCheck } from '../doctor/finding.ts';
import { ERRORS, type ErrorCode, InputError } from '../domain/errors.ts';
import { CHECKS, type CheckName } from '../domain/finding.ts';
import { didYouMean } from '../inventory/suggest.ts';
import { knownCode } from '../ios/refusals.ts';
import { ROUTER_LINES, type RouterLineCode } from '../ios/router-lines/table.ts';
import { columnsOf, wrap } from '../report/columns.ts';
import { openTerminal, type Terminal } from '../report/terminal.ts';
import type { CommandContext } from './commands.ts';
import { EXIT_CODES, type ExitCode } from './exit-code.ts';
import { CAUSES } from './explanations.ts';
import { redact } from './thrown.ts';

export async function run({ options, args, io }: CommandContext): Promise<ExitCode> {
  const terminal = openTerminal(io.stdout, { env: io.env, redact, color: options.color });
  const [typed] = args;
  const code = typed === undefined ? undefined : anyCase(typed);
  terminal.write(code === undefined ? listAll(terminal) : explainOne(code, terminal));
  return 0;
}

function explainOne(code: string, terminal: Terminal): string[] {
  if (Object.hasOwn(ERRORS, code)) return explainError(code as ErrorCode, terminal);
  const width = terminal.columns();
  if (Object.hasOwn(CHECKS, code)) {
    return wrap(`a check of verify: ${CHECKS[code as CheckName]}`, width, `${code}: `, '  ');
  }
  if (Object.hasOwn(DOCTOR_CHECKS, code)) {
    return wrap(`a check of doctor: ${DOCTOR_CHECKS[code as DoctorCheck]}`, width, `${code}: `, '  ');
  }
  if (Object.hasOwn(EXIT_CODES, code)) {
    return wrap(EXIT_CODES[Number(code) as ExitCode], width, `exit code ${code}: `, '  ');
  }
  const said = routerLine(code);
  if (said !== undefined) return explainRouterLine(said, terminal);
  const hint = didYouMean(code, allCodes()) ?? 'trustfleet explain lists them all';
  throw new InputError([{ file: 'explain', key: code, message: 'is no code', hint }]);
}

/** A code is known however its letters are written; whatever else was typed stays as it is. */
function anyCase(typed: string): string {
  return allCodes().find((code) => code.toLowerCase() === typed.toLowerCase()) ?? typed;
}

function allCodes(): readonly string[] {
  return [ERRORS, CHECKS, EXIT_CODES, ROUTER_LINES].flatMap((codes) => Object.keys(codes));
}

/** By its code, by the mnemonic of a log message, or by the line as the router printed it. */
function routerLine(text: string): RouterLineCode | undefined {
  const mnemonic = /^(?:%?(?:PKI|CRYPTO)-\d-)?(?<mnemonic>[A-Z][A-Z0-9_]+)(?: ?:.*)?$/.exec(text)?.groups
    ?.mnemonic;
  const code = [text, mnemonic ?? ''].find((name) => Object.hasOwn(ROUTER_LINES, name));
  return code === undefined
    ? knownCode(text.startsWith('PKI-') ? `%${text}:` : text)
    : (code as RouterLineCode);
}

function explainRouterLine(code: RouterLineCode, terminal: Terminal): string[] {
  const { examples, cause, remedy } = ROUTER_LINES[code];
  const { style } = terminal;
  const width = terminal.columns();
  return [
    ...wrap(`the router says “${examples[0]}”`, width, `${code}: `, '  ').map(style.strong),
    '',
    'Why:',
    ...wrap(cause, width, '  - '),
    '',
    'What to do:',
    ...wrap(remedy, width, `  ${style.marks.arrow} `),
  ];
}

function explainError(code: ErrorCode, terminal: Terminal): string[] {
  const { title, hint, retry } = ERRORS[code];
  const { style } = terminal;
  const width = terminal.columns();
  const again = retry
    ? 'Running it again may help without anybody changing anything.'
    : 'Running it again will not help before something is changed.';
  return [
    ...wrap(title, width, `${code}: `, '  ').map(style.strong),
    '',
    'Why:',
    ...CAUSES[code].flatMap((cause) => wrap(cause, width, '  - ')),
    '',
    'What to do:',
    ...wrap(hint, width, `  ${style.marks.arrow} `),
    ...wrap(again, width, `  ${style.marks.arrow} `),
  ];
}

function listAll(terminal: Terminal): string[] {
  const width = terminal.columns();
  const list = (entries: readonly (readonly [string, string])[]): string[] => {
    const widest = Math.max(...entries.map(([name]) => columnsOf(name)));
    return entries.flatMap(([name, text]) => wrap(text, width, `  ${name.padEnd(widest)}  `));
  };
  const { strong } = terminal.style;
  return [
    strong('Errors of a device'),
    ...list(Object.entries(ERRORS).map(([code, { title }]) => [code, title])),
    '',
    strong('What routers refuse with, and PKI messages of their logs'),
    ...list(Object.entries(ROUTER_LINES).map(([code, { examples }]) => [code, examples[0]])),
    '',
    strong('Checks of verify'),
    ...list(Object.entries(CHECKS)),
    '',
    strong('Checks of doctor'),
    ...list(Object.entries(DOCTOR_CHECKS)),
    '',
    strong('Exit codes'),
    ...list(Object.entries(EXIT_CODES)),
    '',
    'trustfleet explain <code> tells more about an error, or about a line that a router printed.',
  ];
}
