import type { OptionSpec } from './options.ts';

/** What is due, what would be done, and the plan that is carried out. */
export const PLAN_OPTIONS = {
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
} as const satisfies Record<string, OptionSpec>;
