import type { RouterLines } from './router-line.ts';

/** What `write memory` and `copy` answer. */
export const SAVE_LINES = {
  'startup-busy': {
    kind: 'complaint',
    pattern: /^%?\s*startup-config file open failed\b.*\bbusy\b/i,
    examples: ['startup-config file open failed (Device or resource busy)'],
    cause: 'Somebody else reads or writes the startup configuration now.',
    remedy: 'Run again in a minute; three tries were made.',
  },
  'nvram-full': {
    kind: 'complaint',
    pattern:
      /\bno space left\b|\bnot enough space\b|\bno space\b.*\bnv ?ram\b|\bnv ?ram\b.*\bno space\b|^%?\s*(?:buffer overflow|configuration buffer full)/i,
    examples: [
      '%Error opening nvram:/startup-config (No space left on device)',
      'startup-config file open failed (Not enough space)',
      "% Configuration buffer full, can't add command: certificate",
    ],
    cause: 'NVRAM is too small for the configuration: a certificate takes more than twice its size there.',
    remedy: 'Look at dir nvram:, remove old files, or turn on service compress-config.',
  },
  'nvram-not-written': {
    kind: 'complaint',
    pattern: /^%?\s*(?:error (?:writing|opening) nvram:|startup-config file open failed\b)/i,
    examples: [
      '% Error writing nvram:/startup-config',
      '%Error opening nvram:/startup-config (Device or resource busy)',
    ],
    cause: 'The startup configuration could not be written.',
    remedy: 'Look at dir nvram: and write memory by hand.',
  },
  'nvram-other-release': {
    kind: 'outcome',
    pattern: /^warning: attempting to overwrite an NVRAM configuration/i,
    examples: ['Warning: Attempting to overwrite an NVRAM configuration previously written'],
    cause: 'The startup configuration was written by another release, which may no longer read a new one.',
    remedy: 'If a downgrade is not planned, run with --allow-overwrite-nvram.',
  },
} as const satisfies RouterLines;
