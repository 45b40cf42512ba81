import type { Expected, Row } from './row.ts';

const ENROLLED: Expected = { end: 'verified', left: 'enrolled' };

/** Fails before anything is typed, and works without the fault. */
function refused(end: Expected['end']): Expected {
  return { end, left: 'untouched', afterwards: 'enrolled' };
}

/** The CA that the router meets is not accepted, and the right one is as soon as it is met. */
const DECEIVED: Expected = { end: 'fingerprint-mismatch', left: 'unsaved', afterwards: 'enrolled' };

/** Every named awkwardness, and how a job has to end on a router that has it. */
export const ROWS: readonly Row[] = [
  { name: 'plain', theme: 'none', expected: ENROLLED },
  { name: 'ndes', theme: 'none', ca: 'ndes', expected: ENROLLED },

  { name: 'keyboard-only', theme: 'login', faults: ['keyboard-only'], expected: ENROLLED },
  { name: 'password-only', theme: 'login', faults: ['password-only'], expected: ENROLLED },
  { name: 'tricky-banner', theme: 'login', faults: ['tricky-banner'], expected: ENROLLED },
  { name: 'privilege-1', theme: 'login', faults: ['privilege-1'], expected: ENROLLED },
  { name: 'privilege-7', theme: 'login', faults: ['privilege-7'], expected: ENROLLED },
  { name: 'enable-username', theme: 'login', faults: ['privilege-1', 'enable-username'], expected: ENROLLED },
  {
    name: 'no-enable-secret',
    theme: 'login',
    faults: ['privilege-1', 'no-enable-secret'],
    expected: { end: 'enable-refused', left: 'untouched' },
  },
  { name: 'refuse-login', theme: 'login', faults: ['refuse-login'], expected: refused('login-refused') },
  {
    name: 'close-after-login',
    theme: 'login',
    faults: ['close-after-login'],
    expected: refused('connection-lost'),
  },
  { name: 'nonsense', theme: 'login', faults: ['nonsense'], expected: refused('unsupported-release') },
  { name: 'denies-terminal', theme: 'login', faults: ['denies-terminal'], expected: ENROLLED },
  {
    name: 'denies-configure',
    theme: 'login',
    faults: ['denies-configure'],
    expected: refused('command-refused'),
  },
  {
    name: 'denies-keygen',
    theme: 'login',
    faults: ['denies-keygen'],
    expected: { end: 'command-refused', left: 'unsaved', afterwards: 'enrolled' },
  },
  {
    name: 'denies-write',
    theme: 'login',
    faults: ['denies-write', { name: 'denies', command: 'copy running-config' }],
    expected: { end: 'not-saved', left: 'granted', afterwards: 'enrolled' },
  },

  {
    name: 'slow-output',
    theme: 'terminal',
    faults: [{ name: 'slow-output', msPerChunk: 1 }],
    expected: ENROLLED,
  },
  { name: 'byte-by-byte', theme: 'terminal', faults: ['byte-by-byte'], expected: ENROLLED },
  {
    name: 'far-away',
    theme: 'terminal',
    faults: [{ name: 'far-away', roundTripMs: 20 }],
    expected: ENROLLED,
  },
  // What is typed ahead must fit into its input buffer.
  { name: 'drops-fast-paste', theme: 'terminal', faults: ['drops-fast-paste'], expected: ENROLLED },
  { name: 'long-hostname', theme: 'terminal', faults: ['long-hostname'], expected: ENROLLED },
  { name: 'bell-prompt', theme: 'terminal', faults: ['bell-prompt'], expected: ENROLLED },
  { name: 'blank-prompt', theme: 'terminal', faults: ['blank-prompt'], expected: ENROLLED },
  { name: 'prompt-timestamps', theme: 'terminal', faults: ['prompt-timestamps'], expected: ENROLLED },

  { name: 'syslog-storm', theme: 'log', faults: ['syslog-storm'], expected: ENROLLED },
  { name: 'syslog-glued', theme: 'log', faults: ['syslog-glued'], expected: ENROLLED },
  { name: 'syslog-in-passwords', theme: 'log', faults: ['syslog-in-passwords'], expected: ENROLLED },

  {
    name: 'unknown-question',
    theme: 'questions',
    faults: ['unknown-question'],
    expected: { end: 'unexpected-question', left: 'trusts', afterwards: 'enrolled' },
  },
  { name: 'asks-twice', theme: 'questions', faults: ['asks-twice'], expected: ENROLLED },
  { name: 're-asks', theme: 'questions', faults: ['re-asks'], expected: ENROLLED },

  { name: 'vty-full', theme: 'connection', faults: ['vty-full'], expected: refused('unreachable') },
  {
    name: 'idle-timeout',
    theme: 'connection',
    ca: 'manual',
    grantTimeout: '60s',
    faults: [{ name: 'idle-timeout', afterMs: 50, whilePending: true }],
    expected: { end: 'connection-lost', left: 'trusts' },
  },
  {
    name: 'close-mid-enroll',
    theme: 'connection',
    faults: ['close-mid-enroll'],
    expected: { end: 'connection-lost', left: 'trusts', afterwards: 'enrolled' },
  },
  {
    name: 'cut-login',
    theme: 'connection',
    faults: [{ name: 'cut', at: 'login' }],
    expected: refused('connection-lost'),
  },
  {
    name: 'cut-configure',
    theme: 'connection',
    faults: [{ name: 'cut', at: 'configure' }],
    expected: { end: 'connection-lost', left: 'unsaved', afterwards: 'enrolled' },
  },
  {
    name: 'cut-keygen',
    theme: 'connection',
    faults: [{ name: 'cut', at: 'keygen' }],
    expected: { end: 'connection-lost', left: 'unsaved', afterwards: 'enrolled' },
  },
  {
    name: 'cut-authenticate',
    theme: 'connection',
    faults: [{ name: 'cut', at: 'authenticate' }],
    expected: { end: 'connection-lost', left: 'unsaved', afterwards: 'enrolled' },
  },
  {
    name: 'cut-enroll',
    theme: 'connection',
    faults: [{ name: 'cut', at: 'enroll' }],
    expected: { end: 'connection-lost', left: 'granted', afterwards: 'enrolled' },
  },
  {
    name: 'cut-save',
    theme: 'connection',
    faults: [{ name: 'cut', at: 'save' }],
    expected: { end: 'connection-lost', left: 'granted', afterwards: 'enrolled' },
  },

  {
    name: 'tunnel-drops',
    theme: 'system',
    health: [{ command: 'show ip interface brief', count: 'up +up' }],
    faults: ['tunnel-drops'],
    expected: { end: 'health-failed', left: 'unsaved', afterwards: 'enrolled' },
  },
  {
    name: 'nvram-full',
    theme: 'saving',
    faults: ['nvram-full'],
    expected: { end: 'not-saved', left: 'granted', afterwards: 'enrolled' },
  },
  { name: 'nvram-busy', theme: 'saving', faults: ['nvram-busy'], expected: ENROLLED },
  {
    name: 'nvram-error',
    theme: 'saving',
    faults: ['nvram-error'],
    expected: { end: 'not-saved', left: 'granted', afterwards: 'enrolled' },
  },
  {
    name: 'saves-nothing',
    theme: 'saving',
    faults: ['saves-nothing'],
    expected: { end: 'not-saved', left: 'granted', afterwards: 'enrolled' },
  },
  {
    name: 'saves-no-certificates',
    theme: 'saving',
    faults: ['saves-no-certificates'],
    expected: { end: 'not-saved', left: 'halved', afterwards: 'enrolled' },
  },
  {
    name: 'old-nvram',
    theme: 'saving',
    faults: ['old-nvram-question'],
    expected: { end: 'not-saved', left: 'granted', afterwards: 'enrolled' },
  },
  {
    name: 'old-nvram-allowed',
    theme: 'saving',
    faults: ['old-nvram-question'],
    allowOverwriteNvram: true,
    expected: ENROLLED,
  },

  { name: 'no-token', theme: 'system', faults: ['no-token'], expected: ENROLLED },
  { name: 'clock-1993', theme: 'time', faults: ['clock-1993'], expected: ENROLLED },
  { name: 'no-ntp-sync', theme: 'time', faults: ['clock-1993', 'no-ntp-sync'], expected: ENROLLED },
  { name: 'odd-zone', theme: 'time', faults: ['odd-zone'], expected: ENROLLED },
  { name: 'ambiguous-zone', theme: 'time', faults: ['ambiguous-zone'], expected: ENROLLED },

  {
    name: 'key-of-another',
    theme: 'state',
    state: 'key-of-another',
    expected: { end: 'plan-conflict', left: 'untouched' },
  },
  {
    name: 'key-shared',
    theme: 'state',
    state: 'key-of-another',
    consents: ['share-key'],
    expected: ENROLLED,
  },
  { name: 'other-lines', theme: 'state', state: 'other-lines', expected: ENROLLED },
  {
    name: 'spoiling-lines',
    theme: 'state',
    state: 'spoiling-lines',
    expected: { end: 'plan-conflict', left: 'untouched' },
  },
  {
    name: 'adopted',
    theme: 'state',
    state: 'spoiling-lines',
    consents: ['adopt-trustpoint'],
    expected: ENROLLED,
  },
  {
    name: 'other-ca',
    theme: 'state',
    state: 'other-ca',
    expected: { end: 'plan-conflict', left: 'untouched' },
  },
  { name: 'replaced-ca', theme: 'state', state: 'other-ca', consents: ['replace-ca'], expected: ENROLLED },
  { name: 'authenticated', theme: 'state', state: 'authenticated', expected: ENROLLED },
  {
    name: 'pending',
    theme: 'state',
    state: 'pending',
    ca: 'manual',
    grantTimeout: '1s',
    expected: { end: 'pending', left: 'waits' },
  },
  { name: 'expired', theme: 'state', state: 'expired', expected: ENROLLED },

  { name: 'impostor-ca', theme: 'impostor', impostor: true, expected: DECEIVED },
  { name: 'impostor-ca-asked', theme: 'impostor', impostor: true, unpinned: true, expected: DECEIVED },
  {
    name: 'impostor-ca-insistent',
    theme: 'impostor',
    impostor: true,
    unpinned: true,
    faults: ['asks-twice', 're-asks', 'syslog-storm', 'syslog-glued'],
    expected: DECEIVED,
  },
  {
    name: 'impostor-ca-chatty',
    theme: 'impostor',
    impostor: true,
    faults: ['byte-by-byte', 'syslog-storm', 'denies-terminal', 'long-hostname'],
    expected: DECEIVED,
  },
  {
    name: 'impostor-ca-replaces',
    theme: 'impostor',
    impostor: true,
    state: 'other-ca',
    consents: ['replace-ca'],
    expected: DECEIVED,
  },

  {
    name: 'all-at-once',
    theme: 'together',
    faults: [
      'tricky-banner',
      'privilege-1',
      'byte-by-byte',
      'denies-terminal',
      'syslog-storm',
      'bell-prompt',
      'prompt-timestamps',
      're-asks',
      'long-hostname',
    ],
    expected: ENROLLED,
  },
];
