/**
 * Every way a device can fail, as a stable code. `retry` says whether trying the same device again may help
 * without anybody changing anything. `hint` is the next thing to do. docs/errors.md holds the same codes.
 */
export const ERRORS = {
  unreachable: {
    title: 'no SSH connection',
    retry: true,
    hint: 'check the address, the route and the access-class; a router whose vty lines are full refuses for two minutes',
  },
  'host-key-unknown': {
    title: 'the host key is not in known_hosts',
    retry: false,
    hint: 'compare the fingerprint with the router’s console, then add it to known_hosts or run once with --accept-new-host-keys',
  },
  'host-key-changed': {
    title: 'the host key is not the one in known_hosts',
    retry: false,
    hint: 'somebody may stand between you and the router; if its key was really replaced, remove the old line from known_hosts',
  },
  'algorithms-refused': {
    title: 'no common SSH algorithm',
    retry: false,
    hint: 'an old release may need ssh: { algorithms: auto } or legacy for this device or its group',
  },
  'ssh-too-weak': {
    title: 'the SSH host key or group is too short',
    retry: false,
    hint: 'give the router a key of 2048 bits (crypto key generate rsa label SSH modulus 2048, ip ssh rsa keypair-name SSH) and larger groups (ip ssh dh min size 2048), or set ssh: { algorithms: legacy } for this device',
  },
  'ssh-downgrade': {
    title: 'the device asks for weaker SSH than the last time',
    retry: false,
    hint: 'somebody may stand between you and the router; if its release or configuration was really put back, remove the file named in the detail, or set ssh.algorithms for this device',
  },
  'login-refused': {
    title: 'user name or password refused',
    retry: false,
    hint: 'check the credentials; they were tried once, to keep the account from being locked',
  },
  'jump-host-refused': {
    title: 'a jump host let nobody through',
    retry: false,
    hint: 'check the credentials of the jump host in the inventory, and that it allows forwarding to the device (AllowTcpForwarding, PermitOpen)',
  },
  'lockout-guard': {
    title: 'not tried: its password was refused on other devices',
    retry: false,
    hint: 'check the credential that these devices share, then run again; --lockout-guard sets after how many refusals the rest is left alone, 0 turns it off',
  },
  'budget-exceeded': {
    title: 'not started: the run was stopped before its turn',
    retry: true,
    hint: 'look at the failures first; then run again: what is done is not done again. See --max-fail and --max-same-cause',
  },
  'enable-refused': {
    title: 'privileged mode refused',
    retry: false,
    hint: 'check ssh.enable in the inventory, or give the user privilege 15',
  },
  'unsupported-release': {
    title: 'not a router or release that can be served',
    retry: false,
    hint: 'see what the device answered to show version in its transcript',
  },
  'output-unreadable': {
    title: 'the router’s output could not be read',
    retry: false,
    hint: 'send the transcript to the developers; nothing was guessed from it',
  },
  'plan-conflict': {
    title: 'the router holds something that must not be touched',
    retry: false,
    hint: 'resolve the conflict on the router or in the inventory, then run again',
  },
  'changed-since-plan': {
    title: 'not what the plan was made from',
    retry: false,
    hint: 'see the differences in the detail; make the plan anew with trustfleet plan, read it, and carry that out',
  },
  'clock-not-trusted': {
    title: 'the router’s clock cannot be trusted',
    retry: true,
    hint: 'check NTP on the router (show ntp associations) and this machine’s own clock',
  },
  'command-refused': {
    title: 'the router refused a command',
    retry: false,
    hint: 'compare the line with the release’s command reference; a template of your own can replace it',
  },
  'keypair-conflict': {
    title: 'the key pair cannot be used',
    retry: false,
    hint: 'choose another key label in the inventory; an existing key pair is never replaced',
  },
  'ca-unreachable': {
    title: 'the router could not fetch the CA certificate',
    retry: true,
    hint: 'from the router: ping the CA and try its port; check the URL, vrf and source interface',
  },
  'fingerprint-mismatch': {
    title: 'the CA showed another fingerprint than the pinned one',
    retry: false,
    hint: 'do not accept it: somebody may answer in the CA’s place; compare the fingerprints with the CA’s operator',
  },
  'fingerprint-unreadable': {
    title: 'no fingerprint could be compared with the pin',
    retry: false,
    hint: 'ask the CA’s operator for a fingerprint that the router prints (SHA1; MD5 where it says crypto ca) and pin that as well, never one that is only shown here; or let this machine reach the CA',
  },
  'ca-certificate-unusable': {
    title: 'the file with the CA certificate cannot be used',
    retry: false,
    hint: 'check certificate: of the authority in the inventory: a PEM, DER or PKCS#7 file that holds the pinned certificate',
  },
  'request-unfit': {
    title: 'the router’s request is not what was asked for',
    retry: false,
    hint: 'it was handed to nobody: compare the trustpoint’s lines and key pair on the router with the inventory, then run again',
  },
  'answer-unfit': {
    title: 'what came from the CA is no certificate for this router',
    retry: false,
    hint: 'the router was given nothing of it: have the CA’s operator sign the request once more, put the answer in the place of the old one, and run again',
  },
  'courier-failed': {
    title: 'the request could not be taken to the CA',
    retry: true,
    hint: 'check the directory or the command under submit: of the trustpoint’s method, then run again: the router’s key pair stays as it is',
  },
  'pkcs12-unusable': {
    title: 'the PKCS#12 file cannot be imported',
    retry: false,
    hint: 'see the detail; mend the file, its passphrase or the inventory, then run again: nothing was changed',
  },
  'tftp-failed': {
    title: 'a file did not come over TFTP',
    retry: true,
    hint: 'see the detail for what was asked and refused; check the host, listen and port of the trustpoint’s method, and that the router reaches that address on UDP port 69',
  },
  'challenge-unavailable': {
    title: 'no challenge password to be had',
    retry: true,
    hint: 'see the detail: the source was full, refused the account or had none for this device',
  },
  'device-in-use': {
    title: 'another run is at work on the device',
    retry: true,
    hint: 'wait until the other run has ended (trustfleet status shows it), then run again: enroll --last failed',
  },
  'state-unwritable': {
    title: 'the journal in the state directory could not be written',
    retry: false,
    hint: 'make room on the disk of the state directory, or name another one with --state; then run again: it reads the router and continues',
  },
  'challenge-outstanding': {
    title: 'an earlier challenge password of the device may be unspent',
    retry: true,
    hint: 'run again when it has expired; --forget-challenge <device> asks for another one before that',
  },
  'unexpected-question': {
    title: 'the router asked something nobody planned for',
    retry: false,
    hint: 'read the question in the transcript; it was not answered and the dialogue was left',
  },
  'request-rejected': {
    title: 'the CA rejected the request',
    retry: true,
    hint: 'an old, used or missing challenge password is the usual cause (NDES: event 29); the CA’s log names others',
  },
  'grant-refused': {
    title: 'the request could not be told apart at the certificate server',
    retry: false,
    hint: 'nothing was granted: compare the requests on the certificate server (crypto pki server <label> info requests) with what the router printed, and remove those that nobody made',
  },
  'request-unanswered': {
    title: 'the CA did not answer the request',
    retry: true,
    hint: 'check that the router reaches the CA, then run again: it continues where this run stopped',
  },
  'verification-failed': {
    title: 'the certificate is not what was asked for',
    retry: false,
    hint: 'see the findings; the certificate was left as it is',
  },
  'health-failed': {
    title: 'a health command says that something is wrong',
    retry: false,
    hint: 'see the commands and their output in the detail, and how the router was left; the startup configuration was not written',
  },
  'guard-pending': {
    title:
      'the guard of an earlier attempt, or somebody’s rollback or reload, is still running on the router',
    retry: true,
    hint: 'wait until it has run out, then run again: enroll --last failed; what was done meanwhile would be undone',
  },
  'guard-expired': {
    title: 'the guard on the router was no longer there',
    retry: false,
    hint: 'the router went back by itself, or somebody took the guard off: set a longer one in the inventory (guard), then run again',
  },
  'not-saved': {
    title: 'the configuration could not be saved',
    retry: true,
    hint: 'look at NVRAM space on the router (dir nvram:), then write memory by hand',
  },
  'reload-announced': {
    title: 'the router is about to reload',
    retry: true,
    hint: 'nothing more was begun; run again when the router is back, or after reload cancel',
  },
  timeout: {
    title: 'the router did not answer in time',
    retry: true,
    hint: 'raise timeouts in the inventory for slow links; see the transcript for the last line heard',
  },
  'connection-lost': {
    title: 'the connection broke in the middle',
    retry: true,
    hint: 'run again: it reads the router’s state and continues from there',
  },
  interrupted: {
    title: 'stopped by the operator',
    retry: true,
    hint: 'run again: it continues where this run stopped',
  },
  internal: {
    title: 'a fault in trustfleet itself',
    retry: false,
    hint: 'please report it with the transcript',
  },
} as const satisfies Record<string, { title: string; retry: boolean; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A failure of one device: a code to group by, one line for the table, detail for a person, a hint what to do next. */
export class DeviceError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint: string;

  constructor(
    code: ErrorCode,
    message: string,
    options: { detail?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DeviceError';
    this.code = code;
    this.detail = options.detail ?? '';
    this.hint = options.hint ?? ERRORS[code].hint;
  }
}

/**
 * Whatever was thrown, as a DeviceError; what is none becomes `internal`. An abort becomes the DeviceError that the
 * signal was aborted with, `interrupted` when it was none.
 */
export function toDeviceError(thrown: unknown): DeviceError {
  if (thrown instanceof DeviceError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return thrown.cause instanceof DeviceError
      ? thrown.cause
      : new DeviceError('interrupted', 'stopped before it was done', { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DeviceError('internal', message, {
    detail: thrown instanceof Error ? (thrown.stack ?? '') : '',
    cause: thrown,
  });
}

/** One thing wrong with what the user gave us, with its place. */
export interface InputProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the key: `devices.br-0001.trustpoints[0]`. */
  readonly key?: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The input is wrong and nothing was run: exit code 3. Holds every problem found. */
export class InputError extends Error {
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(formatInputProblem).join('\n'));
    this.name = 'InputError';
    this.problems = problems;
  }
}

/** `inventory.yaml:12:5 devices.br-1.host: …` */
export function formatInputProblem({ file, line, column, key, message, hint }: InputProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const text = key === undefined ? `${place} ${message}` : `${place} ${key}: ${message}`;
  return hint === undefined ? text : `${text} (${hint})`;
}
