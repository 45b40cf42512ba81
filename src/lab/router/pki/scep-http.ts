import type { Router } from '../router.ts';
import { type HttpAnswer, httpGet, NoAnswer } from './http-get.ts';
import type { Trustpoint } from './trustpoint.ts';

/** Where requests go when the enrollment URL has no path. */
const DEFAULT_PATH = '/cgi-bin';

/** The path behind the host as IOS shows it: without `/pkiclient.exe`, `/cgi-bin` when there is none. */
export function scepPath(url: string): string {
  const { pathname } = new URL(url);
  return pathname === '/' ? DEFAULT_PATH : pathname;
}

/**
 * One SCEP request over HTTP for a trustpoint. `message` must be fit for a query already.
 * Throws NoAnswer when the trustpoint has no URL, nobody answers, or the answer is not 200.
 */
export async function scepGet(
  router: Router,
  trustpoint: Trustpoint,
  operation: 'GetCACert' | 'GetCACaps' | 'PKIOperation',
  message: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { url } = trustpoint;
  if (url === undefined) throw new NoAnswer('no enrollment URL');
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const answer = await httpGet(
    {
      ...router.dial({
        host: router.config.hostAddress(host) ?? host,
        port: port === '' ? 80 : Number(port),
      }),
      hostHeader: hostname,
      path: `${scepPath(url)}/pkiclient.exe?operation=${operation}&message=${message}`,
      userAgent: operation !== 'PKIOperation',
    },
    AbortSignal.any([signal, router.stopped]),
  );
  if (answer.status !== 200) throw new NoAnswer(`HTTP ${answer.status}`);
  return answer;
}
