import http from 'node:http';
import https from 'node:https';
import type { Device } from '../domain/device.ts';
import type { Authority, NdesChallengeSpec, Trustpoint } from '../domain/trustpoint.ts';
import { type NdesOptions, ndesMint } from './ndes.ts';
import { fetchFailed } from './ndes-errors.ts';
import { offeredSchemes } from './ndes-login.ts';

/** How an admin page answers somebody without an account. */
export interface NdesDoor {
  readonly status: number;
  /** Ways of logging in that a 401 offers, in lower case: `negotiate`, `ntlm`, `basic`. */
  readonly schemes: readonly string[];
}

/**
 * Knocks at an mscep_admin page: name, TCP, TLS and the 401 with its ways of logging in. The account is not shown, so no
 * password is made: the web server asks for it before the service hears of the request. It is a HEAD request, so that
 * a page that is open to everybody does not send a password here either.
 *
 * Rejects with DeviceError `challenge-unavailable` when there is no answer.
 */
export async function knockAtNdes(
  authority: string,
  { url: text }: Pick<NdesChallengeSpec, 'url'>,
  { ca, timeoutMs = 10_000, signal }: Omit<NdesOptions, 'now'> & { readonly signal?: AbortSignal },
): Promise<NdesDoor> {
  const url = new URL(text);
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await head(url, {
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw fetchFailed({ authority, page: `${url.origin}${url.pathname}` }, error);
  }
}

function head(url: URL, options: { readonly signal: AbortSignal; readonly ca?: string }): Promise<NdesDoor> {
  const headers = { 'user-agent': 'trustfleet', accept: 'text/html' };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      ...options,
      method: 'HEAD',
      headers,
      agent: false,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, schemes: offeredSchemes(response) });
      response.destroy();
    });
    request.end();
  });
}

/** What a visit with the account showed, without the password that it made. */
export interface NdesVisit {
  /** One password for everybody, without an end: none was taken. */
  readonly reusable: boolean;
  /** In milliseconds, where the page tells. */
  readonly validityMs?: number;
  /** The fingerprint that the page shows; it is not at odds with a pin. */
  readonly notes: readonly string[];
}

/**
 * Visits the page as a run does for one device. It makes a password, which nobody will use: it takes a slot of the service
 * until it expires. Throws DeviceError as the challenge source does.
 */
export async function visitNdes(
  authority: Authority,
  spec: NdesChallengeSpec,
  user: { readonly device: Device; readonly trustpoint: Trustpoint },
  options: NdesOptions & { readonly signal: AbortSignal },
): Promise<NdesVisit> {
  const outcome = await ndesMint(authority, spec, options).mint(user.device, user.trustpoint, options.signal);
  if (outcome.kind !== 'minted') throw outcome.error;
  const { reusable = false, validityMs, notes = [] } = outcome.password;
  return { reusable, notes, ...(validityMs === undefined ? {} : { validityMs }) };
}
