// The small values that inventory keys hold. Every check ends in a sentence; a hint may follow behind a line end.
import { isIPv4, isIPv6 } from 'node:net';
import * as z from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { withHint } from './problems.ts';
import {
  ADDRESS_PATTERN,
  CONFIG_TEXT_PATTERN,
  CONFIG_WORD_PATTERN,
  DOMAIN_PATTERN,
  DURATION_PATTERN,
  HOST_PATTERN,
  LINE_PATTERN,
  NAME_PATTERN,
  POSITIVE_DURATION_PATTERN,
} from './schema-patterns.ts';

/** Says what is wrong with a text, or undefined when nothing is. */
type Check = (value: string) => string | undefined;

/** Timers of the runtime hold no more than 24.8 days. */
const LONGEST_TIMER = 24 * 86_400_000;

/** A text. Numbers are taken as they were written (the tree keeps those that a number would spoil as text). */
function text(check: Check, meta: { pattern?: string; format?: string; maxLength?: number } = {}) {
  const checked = z.string().superRefine((value, context) => {
    const problem = value === '' ? 'is empty' : check(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
  return z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    checked.meta({ minLength: 1, ...meta, ...numbersLike(meta.pattern) }),
  );
}

/** For the JSON Schema: a number is as good as its digits, wherever the text may consist of them. */
function numbersLike(pattern = ''): { type?: ['string', 'number']; minimum?: 0 } {
  const form = new RegExp(pattern);
  if (!form.test('7')) return {};
  return { type: ['string', 'number'], ...(form.test('-7') ? {} : { minimum: 0 }) };
}

/** One line of anything that goes nowhere near a router's command line. */
export const Line = text(oneLine, { pattern: LINE_PATTERN });

/** Text that ends up in a configuration line or in a request. */
export const ConfigText = text(configText, { pattern: CONFIG_TEXT_PATTERN });

/** One word of a configuration line: a key label, a VRF, a zone name. */
export const ConfigWord = text(
  (value) =>
    configText(value) ??
    (/^[!-~]+$/.test(value) && !value.includes('"')
      ? undefined
      : 'must be one word of plain letters, digits and signs'),
  { pattern: CONFIG_WORD_PATTERN },
);

/** A name that commands, files and patterns can carry: device, group, tag, authority, trustpoint. */
export const NAME = new RegExp(NAME_PATTERN);
export const NAME_SENTENCE =
  'a name holds letters, digits, dots, dashes and underscores, and begins with a letter or digit';
export const Name = text((value) => (NAME.test(value) ? undefined : NAME_SENTENCE), {
  pattern: NAME_PATTERN,
});

const DOMAIN = new RegExp(DOMAIN_PATTERN);
const LONGEST_DOMAIN = 253;
const DOMAIN_SENTENCE = 'is no DNS name: expected words of letters, digits and dashes with dots between them';
const isDnsName = (value: string): boolean => value.length <= LONGEST_DOMAIN && DOMAIN.test(value);
export const Domain = text((value) => (isDnsName(value) ? undefined : DOMAIN_SENTENCE), {
  pattern: DOMAIN_PATTERN,
  maxLength: LONGEST_DOMAIN,
});

/** An address or a DNS name, without a port. */
export const Address = text(addressProblem, { pattern: ADDRESS_PATTERN });

export function addressProblem(value: string): string | undefined {
  if (isIPv4(value) || isIPv6(value.replace(/^\[(.*)\]$/, '$1'))) return undefined;
  if (/^[\w.-]+:\d+$/.test(value)) return withHint('holds a port', 'write the port under its own key, port:');
  if (/^[\d.]+$/.test(value)) return 'is no IPv4 address';
  return isDnsName(value) ? undefined : 'is neither an IP address nor a DNS name';
}

/** A device's host: like an address, and it may hold ranges (checked where they are expanded). */
export const Host = text((value) => (/\[.*\]/.test(value) ? undefined : addressProblem(value)), {
  pattern: HOST_PATTERN,
});

/** `30s`, `5m`, `2h`, `30d`; checked here, turned into milliseconds where it is used. */
export function duration({ zero = false, timer = false }: { zero?: boolean; timer?: boolean } = {}) {
  return text((value) => durationProblem(value, zero, timer), {
    pattern: zero ? DURATION_PATTERN : POSITIVE_DURATION_PATTERN,
  });
}

function durationProblem(value: string, zero: boolean, timer: boolean): string | undefined {
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined) {
    return withHint('is no duration', 'write a number and a unit: 90s, 5m, 2h, 30d or 1w');
  }
  if (milliseconds === 0 && !zero) return 'must be longer than nothing';
  if (timer && milliseconds > LONGEST_TIMER) return 'is too long: 24d at most';
  return undefined;
}

export function integer(from: number, to: number) {
  const error = `expected a whole number from ${from} to ${to}`;
  return z
    .int({ error: (issue) => (typeof issue.input === 'number' ? error : undefined) })
    .min(from, { error })
    .max(to, { error });
}

/** Only true and false: `yes` and `on` are words in YAML 1.2. */
export const Flag = z.boolean({
  error: ({ input }) =>
    typeof input === 'string' && /^(?:yes|no|on|off|y|n)$/i.test(input)
      ? withHint(`expected true or false, found the word ${input}`, 'YAML 1.2 knows only true and false')
      : undefined,
});

/** A program and its arguments, run without a shell. */
const ARGV_HINT = 'write a list: [program, argument, argument]';
export const Argv = z
  .array(
    text((value) => (value.includes('\0') ? 'holds a NUL' : undefined)),
    {
      error: ({ input }) =>
        typeof input === 'string'
          ? withHint('expected a list, found text: no shell splits it', ARGV_HINT)
          : undefined,
    },
  )
  .min(1, { error: withHint('names no program', ARGV_HINT) });

/** A URL of one of the schemes; the pattern is for the JSON Schema. */
export function url(check: (parsed: URL, written: string) => string | undefined, pattern: string) {
  return text(
    (value) => {
      const problem = configControl(value);
      if (problem !== undefined) return problem;
      if (/\s/.test(value)) return 'holds a blank';
      const parsed = URL.canParse(value) ? new URL(value) : undefined;
      if (parsed === undefined) {
        return withHint('is no URL', 'write it whole, with http:// or https:// in front');
      }
      if (parsed.username !== '' || parsed.password !== '') return 'holds a user name or a password';
      return check(parsed, value);
    },
    { format: 'uri', pattern },
  );
}

/** Says why a text cannot stand in one line of configuration, or undefined. */
export function configText(value: string): string | undefined {
  const control = configControl(value);
  if (control !== undefined) return control;
  if (value.includes('?')) {
    return withHint(
      'holds a question mark',
      'IOS takes ? as a call for help; it cannot stand in a configuration line',
    );
  }
  return value.trim() === value ? undefined : 'begins or ends with a blank';
}

function configControl(value: string): string | undefined {
  if (/[\r\n\u0085\u2028\u2029]/.test(value)) return 'holds a line break';
  return /\p{Cc}/u.test(value) ? 'holds a control character' : undefined;
}

function oneLine(value: string): string | undefined {
  return configControl(value);
}
