import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import type { OptionName, OptionValues } from './options.ts';

/** What a command is given to work with. */
export interface CommandContext {
  readonly options: OptionValues;
  /** Names of those that the command line gave, in the place of environment and defaults. */
  readonly given?: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly io: Io;
}

export interface CommandModule {
  /** Throws InputError when the input is wrong; whatever else it throws is a fault of trustfleet. */
  readonly run: (context: CommandContext) => Promise<ExitCode>;
}

/** One command: the parser, the help and docs/cli.md come from it. */
export interface CommandSpec {
  readonly name: string;
  /** As commander takes them: `[code]`. */
  readonly args?: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A paragraph that teaches. */
  readonly about: string;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly options: readonly OptionName[];
  readonly exits: readonly ExitCode[];
  /** Loaded when the command runs: what one command needs costs the others no time. */
  readonly load: () => Promise<CommandModule>;
}

const ALL: readonly OptionName[] = ['color', 'debug'];
const SELECT: readonly OptionName[] = ['inventory', 'limit', 'group', 'tag'];
const CONSENTS: readonly OptionName[] = [
  'replaceCa',
  'adoptTrustpoint',
  'shareKey',
  'replaceSelfsigned',
  'reissue',
];
const REPORTS: readonly OptionName[] = ['html', 'junit', 'csv', 'metrics'];
/** A plan reads all it can. */
const BUDGET: readonly OptionName[] = ['maxFail', 'maxSameCause'];
const RUN: readonly OptionName[] = [
  'state',
  'concurrency',
  'startRate',
  'maxFail',
  'maxSameCause',
  'retries',
  'retryAfter',
  'lockoutGuard',
  'acceptNewHostKeys',
  'json',
  ...REPORTS,
  'progress',
];

const BATCHES: readonly OptionName[] = ['batch', 'canaryBy', 'batchPause', 'batchAsk', 'batchCheck'];

/** In the order in which a fleet is brought up. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'write an inventory to begin with',
    about:
      'Writes a small inventory with comments. Fill in your CA, its fingerprint and your routers, then run check. Passwords do not belong into it: it names environment variables or files that hold them.',
    examples: [['trustfleet init', 'writes inventory.yaml']],
    options: ['inventory', 'force', ...ALL],
    exits: [0, 3],
    load: () => import('./init.ts'),
  },
  {
    name: 'check',
    summary: 'find what is wrong with the inventory, without any network',
    about:
      'Reads the inventory, renders the configuration of every device and looks whether the secrets can be had. Every problem is listed with file, line and column; nothing is connected and no secret is read from a prompt or a command.',
    examples: [
      ['trustfleet check', 'checks inventory.yaml'],
      ['trustfleet check --inventory emea.yaml', 'checks another file'],
    ],
    options: ['inventory', ...ALL],
    exits: [0, 3],
    load: () => import('./check.ts'),
  },
  {
    name: 'render',
    summary: 'show what would be typed, without any network',
    about:
      'Prints, for each device, the lines and commands that enroll would type on a router that has none of it yet, the questions the router may ask, and their answers. Secrets are masked. Comments begin with an exclamation mark, as IOS takes them. On a real router, lines that are there already are not typed again.',
    examples: [
      ['trustfleet render --limit br-0001', 'one device'],
      ['trustfleet render --out rendered', 'one file per device, to be compared or reviewed'],
    ],
    options: [...SELECT, 'out', 'json', ...ALL],
    exits: [0, 3],
    load: () => import('./render.ts'),
  },
  {
    name: 'doctor',
    summary: 'find out whether the CA is fit for this fleet',
    about:
      'Looks at each CA of the selected devices from this machine, as routers will: name, port and web server, the certificates with all fingerprints ready to be pinned, what the CA says it can do, whether the pins match, what ends when, whether a request as long as a router’s gets through and the weakest release is understood, the challenge source, and the clocks. It asks for no certificate and logs in nowhere, except at an NDES admin page with --challenge. Releases and clocks of routers come from earlier runs. No router is connected. Ends with 1 when a check failed; warnings are for you to judge. docs/doctor.md says more.',
    examples: [
      ['trustfleet doctor', 'every CA of the inventory'],
      [
        'trustfleet doctor --group emea --release 12.4',
        'a group that has routers with 12.4, which no run has seen',
      ],
      ['trustfleet doctor --challenge', 'try the account at the NDES admin page, too'],
      ['trustfleet doctor --json doctor.json', 'for programs, to be looked at daily'],
    ],
    options: [...SELECT, 'release', 'challenge', 'state', 'json', ...ALL],
    exits: [0, 1, 3, 130],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'plan',
    summary: 'log in, change nothing, and tell what enroll would do',
    about:
      'Logs in to each device, types nothing but show commands, and tells what it is, what would be done and why, what the router will ask and what is answered, how its running configuration changes, and what may go wrong. --out saves the plan, and enroll --plan carries out exactly that: a device that has changed since is refused. Ends with 2 when there is work.',
    examples: [
      ['trustfleet plan', 'the whole fleet'],
      ['trustfleet plan --limit br-0001 --diff', 'one device, with the lines that change'],
      ['trustfleet plan --out plan.json', 'a plan to be read, approved and carried out'],
      ['trustfleet plan --for renew --before 30d', 'what a renewal would do'],
    ],
    options: [
      ...SELECT,
      'last',
      'for',
      'before',
      'ignoreWindows',
      'out',
      'diff',
      'details',
      ...RUN.filter((name) => !REPORTS.includes(name) && !BUDGET.includes(name)),
      'allowOverwriteNvram',
      ...CONSENTS,
      'retire',
      ...ALL,
    ],
    exits: [0, 1, 2, 3, 130],
    load: () => import('./plan.ts'),
  },
  {
    name: 'enroll',
    summary: 'give devices their certificates',
    about:
      'Brings each device to the state the inventory asks for: clock, trustpoint, key pair, CA certificate (accepted only if its fingerprint is the pinned one), certificate, saved configuration; then verifies all of it. What is true already is not done again, so it can be stopped and run again at any time. One device’s failure does not stop the others. Ctrl-C starts no further device and lets those in work leave their dialogue; Ctrl-C again leaves at once.',
    examples: [
      ['trustfleet enroll --limit br-0001', 'begin with one device'],
      ['trustfleet enroll --group emea --concurrency 100', 'a group, 100 at once'],
      ['trustfleet enroll --json result.json', 'keep the result for programs'],
      ['trustfleet enroll --limit br-0007 --replace-ca br-0007', 'one device may lose its old CA'],
      [
        'trustfleet enroll --plan plan.json',
        'exactly what was planned, and only where nothing changed since',
      ],
      ['trustfleet enroll --resume', 'go on where a run was stopped or killed'],
      ['trustfleet enroll --last failed', 'only those that failed'],
    ],
    options: [
      ...SELECT,
      'plan',
      'planMaxAge',
      'resume',
      'last',
      ...RUN,
      'wait',
      ...BATCHES,
      'allowOverwriteNvram',
      ...CONSENTS,
      'forgetChallenge',
      ...ALL,
    ],
    exits: [0, 1, 3, 4, 5, 130],
    load: () => import('./enroll.ts'),
  },
  {
    name: 'renew',
    summary: 'renew certificates that end soon',
    about:
      'Reads each device’s certificates and renews those that are due, with the certificate they replace, as long as that is valid. Says for every certificate why it was renewed or not. Meant to run daily: when nothing is due, nothing is changed. Windows, the spread and what a CA takes in one run are the inventory’s; docs/renewal.md has the rules.',
    examples: [
      ['trustfleet renew', 'by the inventory’s own rule'],
      ['trustfleet renew --before 30d', 'whatever ends within 30 days'],
      ['trustfleet renew --calendar', 'what ends when in the next 24 months'],
      ['trustfleet renew --limit br-0007 --retire br-0007', 'remove what a roll of keys has replaced'],
    ],
    options: [
      ...SELECT,
      'last',
      'before',
      'ignoreWindows',
      'retire',
      'calendar',
      'offline',
      ...RUN,
      'wait',
      ...BATCHES,
      'allowOverwriteNvram',
      'forgetChallenge',
      ...ALL,
    ],
    exits: [0, 1, 3, 4, 5, 130],
    load: () => import('./renew.ts'),
  },
  {
    name: 'verify',
    summary: 'check the certificates on the devices, changing nothing',
    about:
      'Logs in, types nothing but show commands, and compares what the router holds with the inventory: the pinned CA, the chain, the key, the names, the validity by both clocks, and the saved configuration. Every check is listed; one that could not be made counts as not passed.',
    examples: [
      ['trustfleet verify', 'the whole fleet'],
      ['trustfleet verify --limit br-0001', 'one device, with every check and what was seen'],
    ],
    options: [...SELECT, 'last', ...RUN, ...ALL],
    exits: [0, 1, 3, 4, 5, 130],
    load: () => import('./verify.ts'),
  },
  {
    name: 'report',
    args: '[run]',
    summary: 'make reports of a run that is over, and the proof for an auditor',
    about:
      'Makes the same files as enroll, renew and verify do at their end, from what the state directory keeps of a run: the last one unless another is named. Without any file it prints what the run said at its end. A run that was killed is told as far as it came. --proof gathers the evidence of a run and signs it; --check-proof needs neither inventory nor state directory. Nothing is connected.',
    examples: [
      ['trustfleet report', 'the last run, once more'],
      ['trustfleet report --list', 'which runs there are'],
      ['trustfleet report --html report.html', 'the page of the last run'],
      ['trustfleet report --proof run.tar --sign-key audit.pem', 'the evidence, signed'],
      ['trustfleet report --check-proof run.tar --verify-key audit.pub.pem', 'what an auditor runs'],
    ],
    options: [
      'state',
      'list',
      ...REPORTS,
      'proof',
      'signKey',
      'signPassphrase',
      'checkProof',
      'verifyKey',
      ...ALL,
    ],
    exits: [0, 1, 3],
    load: () => import('./report.ts'),
  },
  {
    name: 'status',
    summary: 'how every router stands, since when, and what to do next',
    about:
      'Tells for every router of the inventory how it stands by the last run that had it: verified, pending at the CA, failed and why, half-done because a run was killed, skipped, in work now, or never run; since when, and what to do next. Routers that the state directory knows and the inventory does not are listed too, and challenge passwords that may be unspent. Nothing is connected: verify asks the routers themselves. It ends with 0 however the routers stand; programs read --json.',
    examples: [
      ['trustfleet status', 'the whole fleet'],
      ['trustfleet status --limit br-0007', 'one router'],
      ['trustfleet status --json', 'for programs'],
    ],
    options: [...SELECT, 'state', 'json', 'rebuild', ...ALL],
    exits: [0, 3],
    load: () => import('./status.ts'),
  },
  {
    name: 'lab',
    summary: 'start virtual routers and a CA to try everything on',
    about:
      'Starts virtual IOS routers, each with a real SSH server on a port of its own, and a SCEP CA with the admin page of an NDES, all on loopback. Writes an inventory, known hosts and passwords for them into a folder, says what to type next, and runs until Ctrl-C. Keys are made anew at each start; nothing in it is worth protecting.',
    examples: [
      ['trustfleet lab', 'five routers and an NDES-like CA, files in ./lab'],
      ['trustfleet lab --routers 200 --ca generic', 'a fleet, with a CA that takes one fixed challenge'],
      ['trustfleet lab --release 12.4:3,15.7:5,17.9:4', 'a fleet of several releases'],
      ['trustfleet lab --fault br-0002:syslog-storm', 'one router that logs at the worst moments'],
    ],
    options: [
      'dir',
      'routers',
      'release',
      'fault',
      'ca',
      'tiers',
      'approval',
      'nextCa',
      'seed',
      'scenario',
      ...ALL,
    ],
    exits: [0, 3],
    load: () => import('./lab.ts'),
  },
  {
    name: 'demo',
    summary: 'watch the main job on a lab of twelve routers',
    about:
      'Starts a lab, enrolls its fleet, renews the one certificate that is due, enrolls again to show that nothing changes, and proves the result from the routers’ and the CA’s own state. One router is refused on purpose: somebody answers in its CA’s place. Takes less than a minute and leaves nothing behind.',
    examples: [['trustfleet demo', 'needs nothing but this program']],
    options: [...ALL],
    exits: [0, 1],
    load: () => import('./demo.ts'),
  },
  {
    name: 'transcript',
    args: '<action> <file>',
    summary: 'read a saved session, or find out what went wrong in it',
    about:
      'A run keeps every session as a transcript: <state>/transcripts/<run>/<device>.txt. show prints one with its prompts, questions, answers and decisions marked. lint says what ended the session (a question that nobody planned for is named), whether anything in it looks like a secret, and whether anything was typed that nothing called for; it ends with 1 when there is something to say. Nothing is connected.',
    examples: [
      ['trustfleet transcript show br-0001.txt', 'the conversation, to be read'],
      ['trustfleet transcript lint br-0001.txt', 'what went wrong'],
      [
        'trustfleet transcript lint br-0001.txt --test-case case.txt',
        'and a script that replays it without the router',
      ],
    ],
    options: ['testCase', 'json', ...ALL],
    exits: [0, 1, 3],
    load: () => import('./transcript.ts'),
  },
  {
    name: 'explain',
    args: '[code]',
    summary: 'say what an error code means and what to do',
    about:
      'Explains the code of an error, of a refusal by the router, a check of verify, or an exit code: what happened, why, and what to do next. A line as the router printed it will do in place of its code. Without a code it lists them all.',
    examples: [
      ['trustfleet explain fingerprint-mismatch', 'an error'],
      ['trustfleet explain vrf-missing', 'what a router refused with'],
      ["trustfleet explain '% Incomplete command.'", 'the same, by its line'],
      ['trustfleet explain ca-pinned', 'a check'],
      ['trustfleet explain 4', 'an exit code'],
    ],
    options: [...ALL],
    exits: [0, 3],
    load: () => import('./explain.ts'),
  },
];
