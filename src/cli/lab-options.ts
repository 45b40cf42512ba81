import type { OptionSpec } from './options.ts';

/** The options that only the lab takes. */
export const LAB_OPTIONS = {
  dir: {
    flags: '--dir <dir>',
    type: 'text',
    default: 'lab',
    help: 'the folder for the lab’s inventory, known hosts and passwords',
  },
  routers: { flags: '--routers <n>', type: 'count', default: 5, help: 'how many virtual routers' },
  release: {
    flags: '--release <list>',
    type: 'names',
    help: 'lab: how many routers of which release, instead of --routers (12.4:3,15.7:5,17.9:4); doctor: try whether the CA understands these releases, beside those of earlier runs (12.4,17.9)',
  },
  fault: {
    flags: '--fault <router:name>',
    type: 'names',
    help: 'make one router awkward, by a name from docs/lab.md: br-0002:syslog-storm (may be repeated)',
  },
  ca: {
    flags: '--ca <kind>',
    type: 'choice',
    choices: ['ndes', 'generic', 'ios-cs'],
    default: 'ndes',
    help: 'ndes has a registration authority and one-time passwords, generic one fixed challenge; ios-cs is a certificate server on a router of the lab',
  },
  tiers: {
    flags: '--tiers <n>',
    type: 'choice',
    choices: ['1', '2', '3'],
    default: '1',
    help: 'how many CAs of the lab stand above one another; not with --ca ios-cs',
  },
  approval: {
    flags: '--approval <kind>',
    type: 'choice',
    choices: ['automatic', 'manual'],
    default: 'automatic',
    help: 'manual: requests wait for the CA’s operator; with --ca ios-cs trustfleet grants them on the router',
  },
  nextCa: {
    flags: '--next-ca',
    type: 'flag',
    help: 'the lab’s CA is near its rollover: it answers GetNextCACert',
  },
  seed: {
    flags: '--seed <n>',
    type: 'count',
    default: 1,
    help: 'the same seed gives the same clocks, sites and serial numbers; keys are always new',
  },
  scenario: {
    flags: '--scenario <name>',
    type: 'choice',
    choices: ['plain', 'demo'],
    default: 'plain',
    help: 'demo casts the routers as trustfleet demo does',
  },
} as const satisfies Record<string, OptionSpec>;
