import os from 'node:os';
import { TLSSocket } from 'node:tls';
import type { NdesChallengeSpec } from '../domain/trustpoint.ts';
import { channelBindings } from './channel-binding.ts';
import type { Connection, Page } from './http.ts';
import { authenticateMessage, negotiateMessage } from './ntlm.ts';
import { ntlmAccount } from './ntlm-hash.ts';

export type LoginOutcome =
  /** What the server answered to the account, a 401 included. */
  | { readonly kind: 'answered'; readonly page: Page }
  /** The server does not take the way of logging in that the inventory names; the account was not shown to it. */
  | { readonly kind: 'not-offered'; readonly offers: readonly string[] };

const HEADERS = { accept: 'text/html', 'cache-control': 'no-cache', 'user-agent': 'trustfleet' };

/**
 * Fetches one page as the account of `spec`, which is shown to the server once. Throws NtlmError, SocketChangedError
 * and what the connection throws.
 */
export async function getWithLogin(
  connection: Connection,
  url: URL,
  spec: NdesChallengeSpec,
  now: Date,
): Promise<LoginOutcome> {
  return spec.auth === 'basic'
    ? getWithBasic(connection, url, spec)
    : getWithNtlm(connection, url, spec, now);
}

async function getWithBasic(
  connection: Connection,
  url: URL,
  { username, password }: NdesChallengeSpec,
): Promise<LoginOutcome> {
  const token = Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64');
  return {
    kind: 'answered',
    page: await connection.get(url, { ...HEADERS, authorization: `Basic ${token}` }),
  };
}

/**
 * NTLM logs in a connection, not a request: its messages must all travel over one socket. The first message is sent at
 * once, without an anonymous try before it, which some proxies do not survive. A server that offers Negotiate alone
 * takes the same messages under that name.
 */
async function getWithNtlm(
  connection: Connection,
  url: URL,
  spec: NdesChallengeSpec,
  now: Date,
): Promise<LoginOutcome> {
  const negotiate = negotiateMessage();
  let scheme = 'NTLM';
  let page = await connection.get(url, { ...HEADERS, authorization: token(scheme, negotiate) });
  if (page.status === 401 && challengeOf(page, scheme) === undefined) {
    const offers = offeredSchemes(page);
    if (offers.includes('ntlm') || !offers.includes('negotiate')) return { kind: 'not-offered', offers };
    scheme = 'Negotiate';
    page = await connection.get(url, { ...HEADERS, authorization: token(scheme, negotiate) });
    if (page.status === 401 && challengeOf(page, scheme) === undefined)
      return { kind: 'not-offered', offers };
  }
  const challenge = challengeOf(page, scheme);
  if (page.status !== 401 || challenge === undefined) return { kind: 'answered', page };
  const bindings = bindingsOf(page);
  const authenticate = authenticateMessage(
    negotiate,
    challenge,
    ntlmAccount(spec.username, spec.password.reveal()),
    {
      workstation: (os.hostname().split('.')[0] ?? '').toUpperCase(),
      targetName: `HTTP/${url.hostname}`,
      ...(bindings === undefined ? {} : { channelBindings: bindings }),
      now,
    },
  );
  const headers = { ...HEADERS, authorization: token(scheme, authenticate) };
  return { kind: 'answered', page: await connection.get(url, headers, page.socket) };
}

function token(scheme: string, message: Buffer): string {
  return `${scheme} ${message.toString('base64')}`;
}

/** The server's NTLM challenge out of `WWW-Authenticate: NTLM TlRMTVNTUAAC…`. */
function challengeOf({ headers }: Page, scheme: string): Buffer | undefined {
  const pattern = new RegExp(`(?:^|,\\s*)${scheme} +([A-Za-z0-9+/]+=*)(?=\\s*(?:,|$))`, 'i');
  const found = pattern.exec(headers['www-authenticate'] ?? '')?.[1];
  return found === undefined ? undefined : Buffer.from(found, 'base64');
}

/** Lower-case names of the schemes; several header lines arrive joined by commas. */
export function offeredSchemes({ headers }: Pick<Page, 'headers'>): string[] {
  const names = (headers['www-authenticate'] ?? '').matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s|,|$)(?!\s*=)/g);
  return [...new Set([...names].map(([, name = '']) => name.toLowerCase()))];
}

function bindingsOf({ socket }: Page): Buffer | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate: Buffer | undefined = socket.getPeerCertificate().raw;
  return certificate === undefined ? undefined : channelBindings(certificate);
}
