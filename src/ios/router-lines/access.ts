import type { RouterLines } from './router-line.ts';

/** What is said at a login and at `enable`. */
export const ACCESS_LINES = {
  'login-invalid': {
    kind: 'complaint',
    pattern: /^%\s*login invalid/i,
    examples: ['% Login invalid'],
    cause: 'User name or password was refused.',
    remedy: 'Check the credentials; they are tried once, to keep the account from being locked.',
  },
  'authentication-failed': {
    kind: 'complaint',
    pattern: /^%\s*authentication failed/i,
    examples: ['% Authentication failed'],
    cause: 'The AAA server refused user name or password.',
    remedy: 'Check the credentials and the account on the AAA server.',
  },
  'bad-passwords': {
    kind: 'complaint',
    pattern: /^%\s*bad passwords/i,
    examples: ['% Bad passwords'],
    cause: 'The password of the line was wrong three times, and the router hung up.',
    remedy: 'Give the lines login local or AAA, and the user a password of its own.',
  },
  'enable-error': {
    kind: 'complaint',
    pattern: /^%\s*error in authentication/i,
    examples: ['% Error in authentication.'],
    cause: 'The AAA server refused the enable secret, or did not answer.',
    remedy: 'Check ssh.enable and whether the router reaches its AAA server.',
  },
  'bad-secrets': {
    kind: 'complaint',
    pattern: /^%\s*bad secrets/i,
    examples: ['% Bad secrets'],
    cause: 'The enable secret was wrong.',
    remedy: 'Check ssh.enable in the inventory.',
  },
  'enable-secret-missing': {
    kind: 'complaint',
    pattern: /^%\s*no password set/i,
    examples: ['% No password set'],
    cause: 'The router has no enable secret, so nobody gets to privileged mode from a remote line.',
    remedy: 'Set an enable secret on the router, or give the user privilege 15.',
  },
  'line-password-missing': {
    kind: 'complaint',
    pattern: /^password required, but none set/i,
    examples: ['Password required, but none set'],
    cause: 'The vty lines want a password and have none.',
    remedy: 'Give the vty lines login local or AAA.',
  },
  'line-busy': {
    kind: 'complaint',
    pattern: /^requested line is busy/i,
    examples: ['Requested line is busy!'],
    cause: 'A console server answered, and somebody else uses that line.',
    remedy: 'Connect to the router itself, or free the line on the console server.',
  },
} as const satisfies RouterLines;
