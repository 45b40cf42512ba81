import type { RouterLines } from './router-line.ts';

/** What `configure terminal revert`, `configure confirm` and `configure revert` answer. */
export const GUARD_LINES = {
  'archive-missing': {
    kind: 'complaint',
    pattern: /^%?\s*(?:please )?turn config archive on\b/i,
    examples: ['%Turn config archive on before using Rollback Confirmed Change'],
    cause: 'The router has no archive of configurations, which its rollback timer needs.',
    remedy: 'Configure one: archive, path flash:before-; or choose another guard in the inventory.',
  },
  'no-rollback-pending': {
    kind: 'complaint',
    pattern: /^%?\s*no rollback confirmed change pending\b/i,
    examples: ['%No Rollback Confirmed Change pending'],
    cause: 'No rollback timer runs: it was never set, was confirmed, or has run out.',
    remedy: 'If a run had set it, the running configuration went back: run again, with a longer guard.',
  },
} as const satisfies RouterLines;
