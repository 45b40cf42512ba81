import type { RenewBefore } from '../domain/trustpoint.ts';
import type { Share } from '../run/batches.ts';
import { LAB_OPTIONS } from './lab-options.ts';

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
  inventory: {
    flags: '--inventory <file>',
    type: 'text',
    default: 'inventory.yaml',
    env: 'TRUSTFLEET_INVENTORY',
    help: 'the inventory to read',
  },
  state: {
    flags: '--state <dir>',
    type: 'text',
    default: '.trustfleet',
    env: 'TRUSTFLEET_STATE',
    help: 'the state directory: the journal that --resume, --last and status read (<dir>/state.db), a folder for each run (<dir>/runs/<run>), transcripts (<dir>/transcripts/<run>/<device>.txt), and the SSH that devices with algorithms: auto need (<dir>/ssh/<device>.json)',
  },
  limit: {
    flags: '--limit <pattern>',
    type: 'text',
    help: "only these devices: names, groups and patterns with * and ?, separated by commas; ! in front takes away, & keeps only: 'br-00*,!br-0007'",
  },
  group: { flags: '--group <name>', type: 'names', help: 'only devices of this group (may be repeated)' },
  tag: { flags: '--tag <name>', type: 'names', help: 'only devices with this tag (may be repeated)' },
  resume: {
    flags: '--resume',
    type: 'flag',
    help: 'continue the last enroll run that was killed, interrupted or stopped: those of its devices that are not finished well; each router is read first',
  },
  last: {
    flags: '--last <how>',
    type: 'choice',
    choices: ['failed', 'pending', 'skipped'],
    help: 'only devices that ended so in their last run; failed includes interrupted and half-done ones',
  },
  forgetChallenge: {
    flags: '--forget-challenge <device>',
    type: 'names',
    help: 'for this device, ask for another challenge password although an earlier one may be unspent (may be repeated)',
  },
  rebuild: {
    flags: '--rebuild',
    type: 'flag',
    help: 'make a state file that is damaged anew from the logs of the runs, and keep the old one under another name',
  },
  concurrency: {
    flags: '--concurrency <n>',
    type: 'count',
    default: 50,
    env: 'TRUSTFLEET_CONCURRENCY',
    help: 'devices in work at once',
  },
  startRate: {
    flags: '--start-rate <n>',
    type: 'rate',
    default: 20,
    env: 'TRUSTFLEET_START_RATE',
    help: 'devices started per second at most',
  },
  retries: {
    flags: '--retries <n>',
    type: 'limit',
    default: 1,
    env: 'TRUSTFLEET_RETRIES',
    help: 'how often a device is tried again after a fault that may pass by itself (unreachable, connection-lost, timeout, ca-unreachable, challenge-unavailable, request-unanswered, clock-not-trusted); never after a refused login or another fingerprint',
  },
  retryAfter: {
    flags: '--retry-after <time>',
    type: 'duration',
    default: '15s',
    env: 'TRUSTFLEET_RETRY_AFTER',
    help: 'the wait before the first retry; it doubles with each one, up to 5 minutes, and is spread by half of itself either way',
  },
  batch: {
    flags: '--batch <sizes>',
    type: 'shares',
    help: 'work in batches, each beginning when the one before is done: 1,5%,25%,100% is one device, then 5 % of the fleet, then 25 %, then the rest; the last size is repeated',
  },
  canaryBy: {
    flags: '--canary-by <var=value>',
    type: 'text',
    help: 'devices with this var go first, in batches of their own: size=small; without a value, those with the value of the first device',
  },
  batchPause: {
    flags: '--batch-pause <time>',
    type: 'duration',
    help: 'wait so long between batches',
  },
  batchAsk: {
    flags: '--batch-ask',
    type: 'flag',
    help: 'ask on the terminal before each further batch',
  },
  batchCheck: {
    flags: '--batch-check <command>',
    type: 'text',
    help: 'run this command (by the shell) between batches, for 10 minutes at most; when it ends with anything but 0 the run stops. It finds the batch in TRUSTFLEET_BATCH and their number in TRUSTFLEET_BATCHES',
  },
  maxFail: {
    flags: '--max-fail <n|n%>',
    type: 'share',
    help: 'start nothing more when more devices than this failed: a number counts in the whole run, a percent in the batch in work, or in the fleet without --batch. Without it, only a batch of which every device failed ends the run',
  },
  maxSameCause: {
    flags: '--max-same-cause <n>',
    type: 'limit',
    default: 20,
    env: 'TRUSTFLEET_MAX_SAME_CAUSE',
    help: 'when so many devices in a row failed for one cause, leave alone those that it concerns: the devices of that CA, behind that jump host, or all; 0 tries all',
  },
  lockoutGuard: {
    flags: '--lockout-guard <n>',
    type: 'limit',
    default: 3,
    env: 'TRUSTFLEET_LOCKOUT_GUARD',
    help: 'after so many devices refused a login password, leave the others that share it alone; until one accepts it no more than so many try it; 0 tries all',
  },
  acceptNewHostKeys: {
    flags: '--accept-new-host-keys',
    type: 'flag',
    help: 'trust the host key of a device that is not in known_hosts and add it there (trust on first use); a changed key is refused all the same',
  },
  allowOverwriteNvram: {
    flags: '--allow-overwrite-nvram',
    type: 'flag',
    help: 'save although the startup configuration was written by another IOS release',
  },
  json: {
    flags: '--json [file]',
    type: 'optional-file',
    help: 'write the result as JSON to this file (mode 0600); without a file, or with -, to standard output, and everything for people to standard error',
  },
  html: {
    flags: '--html <file>',
    type: 'text',
    help: 'write the run as one page that works without a network: search, timeline, certificates, conversations (mode 0600)',
  },
  junit: {
    flags: '--junit <file>',
    type: 'text',
    help: 'write the run as test results for a CI server: a suite for each batch, a case for each device (mode 0600)',
  },
  csv: {
    flags: '--csv <file>',
    type: 'text',
    help: 'write a row for each device and trustpoint (mode 0600)',
  },
  metrics: {
    flags: '--metrics <file>',
    type: 'text',
    help: 'write metrics for the textfile collector of node_exporter, such as trustfleet.prom (mode 0600, or that of the file that is there)',
  },
  progress: {
    flags: '--progress <how>',
    type: 'choice',
    choices: ['auto', 'plain', 'json', 'none'],
    default: 'auto',
    env: 'TRUSTFLEET_PROGRESS',
    help: 'auto is a live view in a terminal and plain lines elsewhere; json is an event of the run in each line of standard error',
  },
  color: {
    flags: '--no-color',
    type: 'negated',
    env: 'NO_COLOR',
    help: 'no colors',
  },
  debug: { flags: '--debug', type: 'flag', help: 'print the stack when trustfleet itself fails' },
  before: {
    flags: '--before <time>',
    type: 'renew-before',
    help: 'renew what ends within this time (30d, 2w), or has less than this share of its life left (20%); the inventory says it per trustpoint otherwise',
  },
  ignoreWindows: {
    flags: '--ignore-windows',
    type: 'flag',
    help: 'renew what is due although no window of the inventory (renew.windows) is open',
  },
  calendar: {
    flags: '--calendar',
    type: 'flag',
    help: 'renew nothing: show what ends in the next 24 months and the next 30 days, and when renewals are foreseen',
  },
  offline: {
    flags: '--offline',
    type: 'flag',
    help: 'with --calendar: connect to nothing, and take what earlier runs saw of each device from the state directory',
  },
  out: {
    flags: '--out <path>',
    type: 'text',
    help: 'render: write one file per device into this folder; plan: save the plan in this file (mode 0600)',
  },
  for: {
    flags: '--for <purpose>',
    type: 'choice',
    choices: ['enroll', 'renew'],
    default: 'enroll',
    help: 'what the plan is for; renew takes --before and --ignore-windows as trustfleet renew does',
  },
  diff: {
    flags: '--diff',
    type: 'flag',
    help: 'show what changes in each running configuration, as diff -u does: + is typed, - goes',
  },
  details: {
    flags: '--details',
    type: 'flag',
    help: 'show each device with work in full; without it, when there are three of them at most',
  },
  plan: {
    flags: '--plan <file>',
    type: 'text',
    help: 'carry out this saved plan and nothing else: only its devices with work, each only if the same would be planned for it now; what it allows (--replace-ca and the like) is in the plan',
  },
  planMaxAge: {
    flags: '--plan-max-age <time>',
    type: 'duration',
    default: '24h',
    env: 'TRUSTFLEET_PLAN_MAX_AGE',
    help: 'refuse a plan that is older',
  },
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
  proof: {
    flags: '--proof <dir|file.tar>',
    type: 'text',
    help: 'write the evidence for an auditor: certificates, findings, hashes of the transcripts, chained and signed; needs --sign-key',
  },
  signKey: {
    flags: '--sign-key <file>',
    type: 'text',
    help: 'the private key (PEM: RSA, EC or Ed25519) that signs the proof',
  },
  signPassphrase: {
    flags: '--sign-passphrase <from>',
    type: 'text',
    help: 'where the passphrase of --sign-key comes from: env:NAME, file:path or prompt',
  },
  checkProof: {
    flags: '--check-proof <dir|file.tar>',
    type: 'text',
    help: 'check a proof: every hash, every certificate, the chain of entries and the signature',
  },
  verifyKey: {
    flags: '--verify-key <file>',
    type: 'text',
    help: 'the public key (PEM, or a certificate) that must have signed the proof; without it the key inside the proof is named, to be compared',
  },
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
