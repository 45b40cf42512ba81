import type { RenewBefore } from '../domain/trustpoint.ts';
import type { Share } from '../run/batches.ts';
import { LAB_OPTIONS } from './lab-options.ts';
import { PLAN_OPTIONS } from './plan-options.ts';
import { PROOF_OPTIONS } from './proof-options.ts';
import { REPORT_OPTIONS } from './report-options.ts';
import { RUN_OPTIONS } from './run-options.ts';
import { SELECTION_OPTIONS } from './selection-options.ts';

/** One option: the parser, the help and the check of docs/cli.md come from it. */
export interface OptionSpec {
  /** As commander takes it: `--limit <pattern>`. Its camel-case name is the key in {@link OPTIONS}. */
  readonly flags: string;
  readonly type: keyof ValueTypes;
  readonly default?: string | number;
  /** An environment variable that gives the value when the option is absent. */
  readonly env?: string;
  readonly choices?: readonly string[];
  readonly help: string;
}

/** What an option's text becomes. */
export interface ValueTypes {
  text: string;
  /** A whole number from 1. */
  count: number;
  /** A whole number from 0. */
  limit: number;
  /** A number above 0. */
  rate: number;
  /** May be given several times, and with commas. */
  names: readonly string[];
  flag: boolean;
  /** `--no-…`: true unless given. */
  negated: boolean;
  choice: string;
  /** A file's name, or `-` when none is given. */
  'optional-file': string;
  'renew-before': RenewBefore;
  /** `5` devices or `3%` of them. */
  share: Share;
  /** `1,5%,100%`. */
  shares: readonly Share[];
  /** Milliseconds. */
  duration: number;
}

export const OPTIONS = {
  ...SELECTION_OPTIONS,
  ...RUN_OPTIONS,
  ...REPORT_OPTIONS,
  color: {
    flags: '--no-color',
    type: 'negated',
    env: 'NO_COLOR',
    help: 'no colors',
  },
  debug: { flags: '--debug', type: 'flag', help: 'print the stack when trustfleet itself fails' },
  ...PLAN_OPTIONS,
  ...LAB_OPTIONS,
  replaceCa: {
    flags: '--replace-ca <device>',
    type: 'names',
    help: 'on this device, remove a trustpoint that trusts another CA or enrolls at another URL, with its certificates, and make it anew (may be repeated)',
  },
  adoptTrustpoint: {
    flags: '--adopt-trustpoint <device>',
    type: 'names',
    help: 'on this device, take over a trustpoint that somebody else configured: lines that would spoil the enrollment are removed (may be repeated)',
  },
  shareKey: {
    flags: '--share-key <device>',
    type: 'names',
    help: 'on this device, use a key pair that another trustpoint uses too (may be repeated)',
  },
  replaceSelfsigned: {
    flags: '--replace-selfsigned <device>',
    type: 'names',
    help: 'on this device, let the router delete the self-signed certificate of another trustpoint, of which it keeps one only (may be repeated)',
  },
  reissue: {
    flags: '--reissue <device>',
    type: 'names',
    help: 'on this device, replace a certificate in force by one with the names the inventory now asks for (may be repeated)',
  },
  retire: {
    flags: '--retire <device>',
    type: 'names',
    help: 'on this device, remove the trustpoint and the key pair that a roll of keys has replaced, when nothing uses them any more (may be repeated)',
  },
  testCase: {
    flags: '--test-case <file>',
    type: 'text',
    help: 'lint: write a script into this file that plays the router of the session (mode 0600), for a test that replays it',
  },
  list: { flags: '--list', type: 'flag', help: 'list the runs that are kept' },
  ...PROOF_OPTIONS,
  challenge: {
    flags: '--challenge',
    type: 'flag',
    help: 'log in at the NDES admin page, too: that makes one challenge password and takes a slot until it expires',
  },
  force: { flags: '--force', type: 'flag', help: 'overwrite a file that exists' },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

/** Every option's value; those a command does not take are as if they were not given. */
export type OptionValues = {
  readonly [Name in OptionName]: (typeof OPTIONS)[Name] extends
    | { default: unknown }
    | { type: 'flag' | 'negated' }
    ? ValueTypes[(typeof OPTIONS)[Name]['type']]
    : ValueTypes[(typeof OPTIONS)[Name]['type']] | undefined;
};
