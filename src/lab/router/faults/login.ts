/** Misbehaviour around the login and what a user may do. */
export const LOGIN_FAULTS = {
  /** Every password is refused, also the right one. */
  'refuse-login': 'refuses every login',
  /** The session ends right behind the first prompt. */
  'close-after-login': 'closes the session after the login',
  /** A successful login meets a machine that talks, but not as IOS does. */
  nonsense: 'talks garbage instead of a command line',
  /** SSH password authentication is not offered. */
  'keyboard-only': 'takes the password by keyboard-interactive only',
  /** SSH keyboard-interactive authentication is not offered. */
  'password-only': 'takes the password by the password method only',
  /** Login banner and message of the day hold lines that look like prompts and like questions. */
  'tricky-banner': 'greets with lines such as R99#, R99> and Password:',
  /** Every user starts at `>`. */
  'privilege-1': 'gives its users privilege 1',
  /** Every user starts at `#` all the same, and may not configure. */
  'privilege-7': 'gives its users privilege 7, whose prompt ends in # as that of 15 does',
  /** `enable` asks for a user name before it asks for the password, as AAA does. */
  'enable-username': 'asks for a user name at enable',
  /** `enable` says `% No password set`. */
  'no-enable-secret': 'has no enable secret',
  /** `terminal` commands fail: the width stays at 80 and the pager on. */
  'denies-terminal': 'lets AAA deny every terminal command',
  /** `configure` fails. */
  'denies-configure': 'lets AAA deny configure',
  /** `crypto key generate` fails. */
  'denies-keygen': 'lets AAA deny crypto key generate',
  /** `write` fails; `copy running-config startup-config` does not. */
  'denies-write': 'lets AAA deny write memory',
} as const;
