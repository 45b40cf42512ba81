import type { Habits } from '../../src/dialogue/habits.ts';

const LOG =
  /\*?(?:\w{3} +\d+ )?\d\d:\d\d:\d\d(?:\.\d+)?: %[A-Z0-9_]+-[0-7]-[A-Z0-9_]+:.*?(?=gw1(?:\([\w-]+\))?[#>] *$|$)/;

/** A device made up for these tests; nothing here knows a real one. Quick: silences count after milliseconds. */
export const plainDevice: Habits = {
  prompt: /^gw1(?:\([\w-]+\))?[#>]/,
  looksLikeQuestion: /(?:\[[^\]]{0,40}\]:?|[Pp]assword:|\?)/,
  mayBeQuestion: /\S\s*:\s*$/,
  leave: [{ keys: '\x03', waitMs: 60 }],
  logLines: {
    find: (line) => {
      const match = LOG.exec(line);
      return match === null
        ? undefined
        : { start: match.index, end: match.index + match[0].length, kind: 'syslog' };
    },
    continues: (line) => (/^ {10,}\S/.test(line) ? line.length : undefined),
  },
  pager: { prompt: / ?--More-- ?/, answer: ' ' },
  literal: { characters: '?', key: '\x16' },
  quietMs: 25,
  reprintMs: 40,
};
