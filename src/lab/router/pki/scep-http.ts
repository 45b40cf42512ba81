import { buildGetUrl, iosPkiClientUrl, type ScepOperation } from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import { type HttpAnswer, httpGet, NoAnswer } from './http-get.ts';
import { methodFor } from './method.ts';
import type { Trustpoint } from './trustpoint.ts';

const PROGRAM = '/pkiclient.exe';

/** The URL that requests go to as `show crypto pki trustpoints` has it: without the program, `/cgi-bin` without a path. */
export function scepUrl(enrollmentUrl: string): string {
  const url = iosPkiClientUrl(enrollmentUrl);
  return url.endsWith(PROGRAM) ? url.slice(0, -PROGRAM.length) : url;
}

/**
 * One SCEP request over HTTP for a trustpoint: its name, or the DER of a message for PKIOperation.
 * Throws NoAnswer when the trustpoint has no URL, nobody answers, or the answer is not 200.
 */
export async function scepGet(
  router: Router,
  trustpoint: Trustpoint,
  operation: ScepOperation,
  message: string | Uint8Array,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const task = operation === 'PKIOperation' ? 'enrollment' : 'authentication';
  const method = methodFor(router, trustpoint, task);
  const url = method?.kind === 'scep' ? method.url : undefined;
  if (url === undefined) throw new NoAnswer('no enrollment URL');
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const whole = buildGetUrl({ url: iosPkiClientUrl(url), operation, message, style: 'ios' });
  const answer = await httpGet(
    {
      ...router.dial(
        { host: router.config.hostAddress(host) ?? host, port: port === '' ? 80 : Number(port) },
        trustpoint.origin,
      ),
      hostHeader: hostname,
      path: whole.replace(/^http:\/\/[^/]+/i, ''),
      userAgent: operation !== 'PKIOperation',
    },
    AbortSignal.any([signal, router.stopped]),
  );
  if (answer.status !== 200) throw new NoAnswer(`HTTP ${answer.status}`);
  return answer;
}
