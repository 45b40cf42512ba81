import { readChallengeFile } from '../challenge/challenge-file.ts';
import { endOf } from '../challenge/daily.ts';
import { knockAtNdes, visitNdes } from '../challenge/ndes-probe.ts';
import { DeviceError, InputError } from '../domain/errors.ts';
import type { Authority, NdesChallengeSpec } from '../domain/trustpoint.ts';
import type { ChallengeFacts, ChallengeFileFacts, NdesFacts } from './facts.ts';
import { tried } from './tried.ts';
import type { Wants } from './wants.ts';

export interface ChallengeLookOptions {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Consent to log in at an admin page, which makes a password. The account's secret must be open. */
  readonly visit: boolean;
  /** What keeps the secret of this authority's challenge from being had, in a sentence. */
  readonly secretProblem?: string;
  /** Passwords of this authority that earlier runs may have left unspent. */
  readonly unspent: number;
  /** PEM of a root for https admin pages. */
  readonly ca?: string;
}

/** Looks at where challenge passwords come from. None is made unless `visit` says so. Rejects only with the signal's reason. */
export async function lookAtChallenge(
  { authority, users }: Pick<Wants, 'authority' | 'users'>,
  options: ChallengeLookOptions,
): Promise<ChallengeFacts> {
  const { challenge } = authority;
  const secret = options.secretProblem === undefined ? {} : { secretProblem: options.secretProblem };
  switch (challenge.kind) {
    case 'none':
    case 'command':
      return { kind: challenge.kind };
    case 'static':
      return { kind: 'static', ...secret };
    case 'daily':
      return { kind: 'daily', notAfter: endOf(challenge.until, options.now()), ...secret };
    case 'file': {
      const read = await tried(options.signal, () => readFor(challenge.path, users, options.now()));
      return { kind: 'file', read };
    }
    case 'ios-cs':
      return { kind: 'ios-cs', device: challenge.device, server: challenge.server, unspent: options.unspent };
    case 'ndes':
      return { ...(await lookAtNdes(authority, challenge, users[0], options)), ...secret };
  }
}

async function readFor(file: string, users: Wants['users'], now: Date): Promise<ChallengeFileFacts> {
  try {
    const entries = await readChallengeFile(file);
    const wanted = users.map(({ device, trustpoint }) => ({
      device: device.name,
      entry: entries.find(
        (one) => one.device === device.name && (one.trustpoint ?? trustpoint.name) === trustpoint.name,
      ),
    }));
    return {
      entries: entries.length,
      missing: wanted.filter(({ entry }) => entry === undefined).map(({ device }) => device),
      expired: wanted
        .filter(({ entry }) => entry?.expires !== undefined && entry.expires <= now)
        .map(({ device }) => device),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Error(
      error.problems
        .map(({ line, message }) => (line === undefined ? message : `line ${line}: ${message}`))
        .join('; '),
    );
  }
}

async function lookAtNdes(
  authority: Authority,
  spec: NdesChallengeSpec,
  user: Wants['users'][number] | undefined,
  { now, signal, visit, unspent, ca, secretProblem }: ChallengeLookOptions,
): Promise<NdesFacts> {
  const url = new URL(spec.url);
  const root = ca === undefined ? {} : { ca };
  const probe = await orError(signal, () => knockAtNdes(authority.name, spec, { signal, ...root }));
  const mayVisit = visit && secretProblem === undefined && user !== undefined && !('error' in probe);
  return {
    kind: 'ndes',
    page: `${url.origin}${url.pathname}`,
    wanted: spec.auth,
    allowInsecure: spec.allowInsecure,
    capacity: spec.capacity,
    validityMs: spec.validityMs,
    unspent,
    probe,
    ...(mayVisit
      ? { visit: await orError(signal, () => visitNdes(authority, spec, user, { now, signal, ...root })) }
      : {}),
  };
}

async function orError<Value>(
  signal: AbortSignal,
  act: () => Promise<Value>,
): Promise<Value | { readonly error: DeviceError }> {
  signal.throwIfAborted();
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DeviceError) return { error };
    throw error;
  }
}
