/** Log lines where nobody wants them. As on a console line, `terminal no monitor` does not stop them. */
export const LOG_FAULTS = {
  /** Behind prompts, before questions, between passwords; each begins a new line. */
  'syslog-storm': 'logs at the worst moments',
  /** No line end between a log line and the prompt: it stands behind one prompt, before the next, and so on. */
  'syslog-glued': 'logs on the line of the prompt',
  /** Two lines while the second password is waited for. */
  'syslog-in-passwords': 'logs between Password: and Re-enter password:',
} as const;
