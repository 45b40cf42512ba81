import type { OptionSpec } from './options.ts';

/** Which devices, by the inventory and by what earlier runs left in the state directory. */
export const SELECTION_OPTIONS = {
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
    help: 'continue the last enroll run that was killed, interrupted or stopped: those of its devices that are not finished well; each router is read first. Batches, budgets, retries, limits and the plan are as in that run unless given',
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
} as const satisfies Record<string, OptionSpec>;
