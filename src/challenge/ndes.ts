import { formatDuration } from '../domain/duration.ts';
import { DeviceError } from '../domain/errors.ts';
import { type Fingerprint, formatFingerprint, sameFingerprint } from '../domain/fingerprint.ts';
import type { Authority, NdesChallengeSpec } from '../domain/trustpoint.ts';
import { openConnection, type Page, SocketChangedError } from './http.ts';
import type { ChallengeMint, MintOutcome } from './mint.ts';
import {
  cacheFull,
  fetchFailed,
  insecureBasic,
  loginNotOffered,
  noPermission,
  notSingle,
  thumbprintMismatch,
  unexpectedStatus,
  unknownPage,
  wrongAccount,
} from './ndes-errors.ts';
import { getWithLogin, type LoginOutcome } from './ndes-login.ts';
import { readAdminPage } from './ndes-page.ts';
import { NtlmError } from './ntlm.ts';
import { checkChallenge } from './password-text.ts';

const TIMEOUT = 30_000;
const REDIRECTS = 3;
/** Visits at the same time with an account that the service has let in: few, should its password be changed meanwhile. */
const AT_ONCE = 3;

export interface NdesOptions {
  readonly now: () => Date;
  /** PEM of the root that the page's https certificate leads to, when Node does not trust it already. */
  readonly ca?: string;
  /** For one page with its login, in milliseconds; 30 seconds unless said otherwise. */
  readonly timeoutMs?: number;
}

/**
 * Mints one-time passwords at the mscep_admin page of a Microsoft Network Device Enrollment Service. Every visit
 * mints one, whether it is used or not.
 */
export function ndesMint(authority: Authority, spec: NdesChallengeSpec, options: NdesOptions): ChallengeMint {
  let isLetIn = false;
  return {
    capacity: Math.max(1, spec.capacity),
    // A wrong password must be found wrong once, before others have tried it and locked the account. One that was right
    // a moment ago is tried by several, so that slots that come free together are filled together.
    get atOnce() {
      return isLetIn ? AT_ONCE : 1;
    },
    reuse: 'any-device',
    // Not to be stopped: a page that is under way has minted already, and the next in line can use its password.
    async mint() {
      const outcome = await visit(authority, spec, options);
      isLetIn = outcome.kind === 'minted';
      return outcome;
    },
  };
}

async function visit(
  authority: Authority,
  spec: NdesChallengeSpec,
  options: NdesOptions,
): Promise<MintOutcome> {
  const url = new URL(spec.url);
  const place = { authority: authority.name, page: `${url.origin}${url.pathname}` };
  if (spec.auth === 'basic' && url.protocol !== 'https:' && !spec.allowInsecure) {
    return { kind: 'refused', error: insecureBasic(place), final: true };
  }
  let login: LoginOutcome;
  try {
    login = await fetchPage(url, spec, options);
  } catch (error) {
    return {
      kind: 'refused',
      error: fetchFailed(place, error),
      final: false,
      perhapsMinted: !wasNeverReached(error),
    };
  }
  if (login.kind === 'not-offered') {
    return { kind: 'refused', error: loginNotOffered(place, spec, login.offers), final: true };
  }
  const { page } = login;
  if (page.status === 401) return { kind: 'refused', error: wrongAccount(place, spec), final: true };
  if (page.status !== 200) {
    return {
      kind: 'refused',
      error: unexpectedStatus(place, page.status, page.headers.location),
      final: false,
    };
  }
  return outcomeOf(page, authority, spec, place);
}

/** The request did not get to the service, or without a login. Of anything later nobody knows whether the page was made. */
function wasNeverReached(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return (
    /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
    /CERT|SIGNATURE|ERR_TLS|ERR_SSL/.test(code) ||
    thrown instanceof NtlmError ||
    thrown instanceof SocketChangedError
  );
}

/** With redirects inside the same server, as IIS sends one for a path without its last slash; the account goes nowhere else. */
async function fetchPage(
  start: URL,
  spec: NdesChallengeSpec,
  { now, ca, timeoutMs = TIMEOUT }: NdesOptions,
): Promise<LoginOutcome> {
  const connection = openConnection(start.protocol, AbortSignal.timeout(timeoutMs), ca);
  try {
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      const outcome = await getWithLogin(connection, url, spec, now());
      const next = outcome.kind === 'answered' ? redirection(outcome.page, url) : undefined;
      if (next?.origin !== start.origin || redirects === REDIRECTS) return outcome;
      url = next;
    }
  } finally {
    connection.close();
  }
}

function redirection({ status, headers: { location } }: Page, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

function outcomeOf(
  { body, headers }: Page,
  { name, fingerprints }: Authority,
  spec: NdesChallengeSpec,
  place: { authority: string; page: string },
): MintOutcome {
  const from = `NDES ${name}`;
  const page = readAdminPage(body, from, headers['content-type']);
  switch (page.kind) {
    case 'cache-full':
      return { kind: 'full', error: cacheFull(place, spec.capacity, formatDuration(spec.validityMs)) };
    case 'no-permission':
      return { kind: 'refused', error: noPermission(place, spec.username), final: false };
    case 'unknown':
      return { kind: 'refused', error: unknownPage(place, page.why), final: false };
    case 'issued': {
      const { password, thumbprint, reusable } = page;
      // Before the password is used: a page of another CA, or of somebody in its place, must not get a request going.
      // Final, because every further visit would mint one more password that nobody may use.
      const pin = thumbprint === undefined ? undefined : contradiction(thumbprint, fingerprints);
      if (thumbprint !== undefined && pin !== undefined) {
        return {
          kind: 'refused',
          error: thumbprintMismatch(place, thumbprint, pin),
          final: true,
          perhapsMinted: true,
        };
      }
      // Somebody relies on it to be good for two requests, and every further visit would make one more that is not.
      if (spec.singlePassword === true && !reusable)
        return { kind: 'refused', error: notSingle(place), final: true, perhapsMinted: true };
      const problem = problemOf(() => checkChallenge(password, from));
      if (problem !== undefined)
        return { kind: 'refused', error: problem, final: false, perhapsMinted: true };
      return {
        kind: 'minted',
        password: {
          password,
          reusable,
          // The page knows PasswordValidity better than the inventory does.
          validityMs: page.validityMs ?? spec.validityMs,
          ...(thumbprint === undefined ? {} : { notes: [formatFingerprint(thumbprint)] }),
        },
      };
    }
  }
}

/** A pin made with the same hash that is another one. Pins made with other hashes say nothing about it. */
function contradiction(thumbprint: Fingerprint, pins: readonly Fingerprint[]): Fingerprint | undefined {
  return pins.find((pin) => pin.hash === thumbprint.hash && !sameFingerprint(pin, thumbprint));
}

function problemOf(check: () => void): DeviceError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return error;
    throw error;
  }
}
