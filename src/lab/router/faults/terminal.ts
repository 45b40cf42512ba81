/** What the terminal looks like, and how fast it is. */
export const TERMINAL_FAULTS = {
  /** Output comes in pieces of 16 characters with a pause after each, 5 ms unless said otherwise. */
  'slow-output': 'sends its output slowly',
  /** Every character travels in an SSH packet of its own. */
  'byte-by-byte': 'sends one character at a time',
  /** What is typed and what is printed is under way for half of a round trip, 600 ms unless said otherwise. */
  'far-away': 'is 600 ms away',
  /** Of what comes in one piece beyond so much as old boxes hold, and nobody has read yet, nothing is kept. */
  'drops-fast-paste': 'loses characters of what is pasted without a pause',
  /** The host name has more than 20 characters, and prompts in configuration mode show no more than those. */
  'long-hostname': 'has a host name that is cut in configuration prompts',
  /** A BEL stands behind every prompt. */
  'bell-prompt': 'rings at every prompt',
  /** Blanks stand behind every prompt. */
  'blank-prompt': 'puts blanks behind every prompt',
  /** `exec prompt timestamp`: load and time stand before the output of every show command. */
  'prompt-timestamps': 'prints load and time before the output of show commands',
} as const;
