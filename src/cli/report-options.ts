import type { OptionSpec } from './options.ts';

/** What a run shows while it is at work, and the files it writes at its end. */
export const REPORT_OPTIONS = {
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
} as const satisfies Record<string, OptionSpec>;
