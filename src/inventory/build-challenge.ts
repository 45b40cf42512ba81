import type { ChallengeSpec, DailyChallengeSpec } from '../domain/trustpoint.ts';
import { milliseconds } from './build-clock.ts';
import type { Origin } from './origin.ts';
import type { Path } from './place.ts';
import type { ChallengeInput } from './schema-authority.ts';

/** Where challenge passwords come from, as the inventory says it at `path`. */
export function buildChallenge(challenge: ChallengeInput, path: Path, origin: Origin): ChallengeSpec {
  if (challenge === 'none') return { kind: 'none' };
  const { static: value, env, daily, file, command, ndes, 'ios-cs': server } = challenge;
  if (value !== undefined) {
    return { kind: 'static', value: origin.secret(value, [...path, 'static'], 'login') };
  }
  if (env !== undefined) return { kind: 'static', value: origin.secret({ env }, [...path, 'env'], 'login') };
  if (daily !== undefined) {
    const secret = origin.secret(daily.value, [...path, 'daily', 'value'], 'login');
    return { kind: 'daily', value: secret, until: buildUntil(daily) };
  }
  if (file !== undefined) return { kind: 'file', path: origin.resolve(file) };
  if (command !== undefined) {
    return Array.isArray(command)
      ? { kind: 'command', argv: command }
      : { kind: 'command', argv: command.run, validityMs: milliseconds(command.validity) };
  }
  if (server !== undefined) return { kind: 'ios-cs', ...server };
  if (ndes === undefined) throw new Error('not checked by the schema: a challenge without a source');
  const { url, username, auth, allowInsecure, capacity, singlePassword } = ndes;
  const password = origin.secret(ndes.password, [...path, 'ndes', 'password'], 'login');
  const validityMs = milliseconds(ndes.validity);
  return {
    kind: 'ndes',
    url,
    username,
    password,
    auth,
    allowInsecure,
    capacity,
    validityMs,
    ...(singlePassword ? { singlePassword } : {}),
  };
}

function buildUntil({
  notAfter,
  zone,
}: {
  notAfter?: string | undefined;
  zone?: string | undefined;
}): DailyChallengeSpec['until'] {
  if (notAfter !== undefined) return { notAfter: new Date(notAfter) };
  if (zone !== undefined) return { midnightIn: zone };
  throw new Error('not checked by the schema: a daily challenge without an end');
}
