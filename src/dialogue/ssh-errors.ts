import { DeviceError } from '../domain/errors.ts';
import type { ServerLists } from './kexinit.ts';
import { type Allowance, neededAllowance, type Offer } from './ssh-algorithms.ts';
import type { Login } from './ssh-login.ts';
import { NeedsWeaker } from './ssh-strength.ts';

/** How far a connection has come. */
export type SshStage = 'connecting' | 'handshake' | 'login' | 'shell' | 'open';

export interface SshSituation {
  readonly host: string;
  readonly port: number;
  readonly stage: SshStage;
  readonly login: Login;
  readonly offered: Offer;
  readonly allowed: Allowance;
  /** The server's lists, when they were heard. */
  readonly theirs: ServerLists | undefined;
  /** Why the way to the host broke, when it did. */
  readonly wayLost: DeviceError | undefined;
}

type SshError = Error & { readonly level?: string; readonly code?: string | number };

/** RFC 4253 section 11.1. */
const KEY_EXCHANGE_FAILED = 3;

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection was reset',
};

const REFUSED_HINT =
  'a router refuses when SSH is off, an access-class denies this address or all vty lines are taken; ' +
  'after failed logins its lines stay taken for two minutes';

/** What ssh2 or the socket reported, by name. `undefined` stands for a connection that simply ended. */
export function sshFailure(thrown: unknown, situation: SshSituation): DeviceError {
  if (thrown instanceof DeviceError) return thrown;
  const { stage, login, wayLost } = situation;
  // A try that was under way when the jump host went was perhaps counted.
  if (wayLost !== undefined && !(stage === 'login' && login.attempted)) return wayLost;
  const error = thrown instanceof Error ? (thrown as SshError) : undefined;
  const place = `${situation.host}:${situation.port}`;
  if (stage === 'open' || stage === 'shell') {
    return failure('connection-lost', brokenBecause(error), error);
  }
  if (stage === 'login') {
    const refused = (message: string): DeviceError => failure('login-refused', message, error, login.account);
    if (login.problem !== undefined) return refused(login.problem);
    if (error?.level === 'client-authentication') return refused('the server refused the login');
    // It may have been counted as a failed try: never to be repeated blindly.
    if (login.attempted) return refused(`the server ended the connection at the login${said(error)}`);
    return failure(
      'connection-lost',
      `the server ended the connection before the login${said(error)}`,
      error,
    );
  }
  if (/no matching/i.test(error?.message ?? '') || error?.code === KEY_EXCHANGE_FAILED) {
    return algorithmsRefused(error, situation);
  }
  const reason =
    NETWORK[String(error?.code)] ?? error?.message ?? 'the connection ended during the handshake';
  return new DeviceError('unreachable', `${place}: ${reason}`, {
    ...(error === undefined ? {} : { cause: error }),
    ...(error?.code === 'ECONNREFUSED' ? { hint: REFUSED_HINT } : {}),
  });
}

/** Nothing came in time. */
export function sshTimeout({ host, port, stage }: SshSituation, timeoutMs: number): DeviceError {
  const seconds = `${timeoutMs / 1000} s`;
  if (stage === 'connecting' || stage === 'handshake') {
    return new DeviceError('unreachable', `${host}:${port}: no answer within ${seconds}`);
  }
  return new DeviceError('timeout', `${host}:${port}: the login was not finished within ${seconds}`);
}

function failure(
  code: 'connection-lost' | 'login-refused',
  message: string,
  cause: Error | undefined,
  detail?: string,
): DeviceError {
  return new DeviceError(code, message, {
    ...(detail === undefined ? {} : { detail }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function brokenBecause(error: SshError | undefined): string {
  if (error?.level === 'client-timeout') return 'the device showed no sign of life (see ssh.keepalive)';
  return error?.message ?? 'the device ended the session';
}

function said(error: Error | undefined): string {
  return error === undefined ? '' : `: ${error.message}`;
}

/** Names of the lists as ours are kept, and in messages. */
const LISTS = [
  { list: 'kex', ours: 'kex', name: 'key exchange' },
  { list: 'hostKey', ours: 'serverHostKey', name: 'host key' },
  { list: 'cipher', ours: 'cipher', name: 'cipher' },
  { list: 'mac', ours: 'hmac', name: 'MAC' },
] as const;

function algorithmsRefused(
  error: SshError | undefined,
  { offered, theirs, allowed }: SshSituation,
): DeviceError {
  const lists = LISTS.map(({ list, ours, name }) => ({ name, own: offered[ours], other: theirs?.[list] }));
  const failed = lists.find(
    ({ own, other }) => other !== undefined && !other.some((name) => own.includes(name)),
  );
  const message =
    failed === undefined
      ? 'no common algorithm'
      : `no common ${failed.name} algorithm: the device offers ${failed.other?.join(', ') || 'none'}`;
  const detail = lists.flatMap(({ name, own, other }) => [
    `${name}, ours: ${own.join(', ')}`,
    ...(other === undefined ? [] : [`${name}, theirs: ${other.join(', ')}`]),
  ]);
  const options = { detail: detail.join('\n'), ...(error === undefined ? {} : { cause: error }) };
  const needed = theirs === undefined ? undefined : neededAllowance(theirs, allowed);
  return needed === undefined
    ? new DeviceError('algorithms-refused', message, options)
    : new NeedsWeaker('algorithms-refused', message, needed, options);
}
