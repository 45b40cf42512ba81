import { SAME_CAUSE } from '../run/same-cause.ts';
import type { OptionSpec } from './options.ts';

/** How a fleet is worked through: how fast, in which batches, and when to stop. */
export const RUN_OPTIONS = {
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
  wait: {
    flags: '--wait <time>',
    type: 'duration',
    help: 'enroll, renew: come back so long to devices whose requests wait for the CA’s operator, without a session meanwhile: after 30s at first, then ever later, every 10 minutes in the end. Ctrl-C ends the wait; the requests stay, and a later run takes their answers',
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
    default: SAME_CAUSE,
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
} as const satisfies Record<string, OptionSpec>;
