/** What is typed about the terminal itself, at the beginning of a session, around a wait, and at its end. */
export const PAGER_OFF = 'terminal length 0';

/** Tried in order: some platforms take no width of 0, some none above 512. */
export const WIDE = ['terminal width 511', 'terminal width 512', 'terminal width 0'] as const;

/** Log lines come to this terminal too, until it is told otherwise. */
export const LOG_HERE = 'terminal monitor';
export const NO_LOG_HERE = 'terminal no monitor';

export const SHOW_PRIVILEGE = 'show privilege';

export const EXIT = 'exit';
