import type { RouterLines } from './router-line.ts';

/** The last resort of the table: nothing that looks like a no is ever passed over. */
export const UNKNOWN_LINES = {
  'unknown-refusal': {
    kind: 'complaint',
    pattern: /^(?:%|\?\S|command rejected|error:|error |failed )/i,
    examples: ['% Some words nobody has seen before', 'Command rejected: interface in use'],
    cause: 'The router refuses in words that this version of trustfleet does not know.',
    remedy: 'Read the line, and send it to the developers: the next version will know it.',
  },
} as const satisfies RouterLines;
