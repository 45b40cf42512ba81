import type { RouterLines } from './router-line.ts';

/** What the command parser and AAA answer to any command. */
export const PARSER_LINES = {
  'invalid-input': {
    kind: 'syntax',
    pattern: /^%\s*(?:invalid (?:input|command)|unrecognized command)/i,
    examples: ["% Invalid input detected at '^' marker.", '% Unrecognized command'],
    cause: 'The release does not know the word above the caret, or the user’s privilege level hides it.',
    remedy:
      'Compare the line with the release’s command reference, and the user’s level with show privilege; a template of your own can replace the line.',
  },
  'incomplete-command': {
    kind: 'syntax',
    pattern: /^%\s*incomplete command/i,
    examples: ['% Incomplete command.'],
    cause: 'The release wants another word behind the line.',
    remedy: 'Complete the line in the template; the release’s command reference names what is missing.',
  },
  'ambiguous-command': {
    kind: 'syntax',
    pattern: /^%\s*ambiguous command/i,
    examples: ['% Ambiguous command:  "sh c"'],
    cause: 'An abbreviated word of the line fits more than one command of this release.',
    remedy: 'Write the word out in the template.',
  },
  'unknown-command': {
    kind: 'syntax',
    pattern:
      /^(?:%\s*(?:unknown command|bad IP address or host ?name|unrecognized host)|translating "[^"]*")/i,
    examples: [
      '% Unknown command or computer name, or unable to find computer address',
      '% Bad IP address or host name',
      'Translating "shwo"...domain server (255.255.255.255)',
    ],
    cause: 'The first word is no command here, so the router took it for the name of a host.',
    remedy: 'Check the spelling, and whether the image has the feature that the command belongs to.',
  },
  'command-not-authorized': {
    kind: 'authorization',
    pattern: /^(?:%\s*)?command authorization failed/i,
    examples: ['Command authorization failed.'],
    cause: 'The AAA server does not let this user type this command.',
    remedy:
      'Permit the command for the user on the AAA server; trustfleet render shows every line that is typed.',
  },
  'exec-not-authorized': {
    kind: 'authorization',
    pattern: /^%\s*authorization failed/i,
    examples: ['% Authorization failed.'],
    cause: 'The AAA server knows the user and does not let it have a command line.',
    remedy: 'Give the user an EXEC (shell) right on the AAA server.',
  },
  'access-denied': {
    kind: 'authorization',
    pattern: /^%\s*(?:access denied|not authorized|permission denied)/i,
    examples: ['% Access denied'],
    cause: 'The AAA server refuses privileged mode to this user.',
    remedy: 'Check ssh.enable in the inventory and the user’s rights on the AAA server.',
  },
  'config-locked': {
    kind: 'locked',
    pattern:
      /configuration (?:mode )?(?:is )?(?:currently )?locked|config mode cannot be entered|configuration database is locked/i,
    examples: [
      'Configuration mode is locked by process 3',
      '% Config mode cannot be entered during Standby initialization',
      'the configuration database is locked by session 21 system',
    ],
    cause: 'Somebody else holds the configuration, at a terminal or over NETCONF.',
    remedy: 'See who it is with show configuration lock, then run again.',
  },
  'vrf-missing': {
    kind: 'missing',
    pattern: /^%?\s*(?:IP +routing table .* does not exist|VRF\b.*\b(?:does not exist|not configured))/i,
    examples: ['% IP  routing table MGMT does not exist', '% VRF MGMT not configured'],
    cause: 'The VRF that the line names is not on this router.',
    remedy: 'Correct vrf in the inventory, or define the VRF on the router first.',
  },
  'wrong-word': {
    kind: 'outcome',
    pattern: /^%\s*please answer '?yes/i,
    examples: ["% Please answer 'yes' or 'no'."],
    cause: 'The router asked for yes or no, heard something else and asks again.',
    remedy: 'See in the transcript what was typed behind its question.',
  },
} as const satisfies RouterLines;
