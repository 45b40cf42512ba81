import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { type HttpAnswer, httpGet, NoAnswer } from './http-get.ts';
import type { Method } from './method.ts';
import { type OwnNames, requestFqdn } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

/** What stands for the variables of an HTTP command. */
export interface CommandValues {
  readonly names: OwnNames | undefined;
  /** DER of the PKCS#10. */
  readonly request: Uint8Array | undefined;
  /** By number: `1`. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** `parameter 2 prompt …`: what no line of the profile says is asked for. Where and how is not known from captures. */
export async function askParameters(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<ReadonlyMap<string, string>> {
  const parameters = new Map<string, string>();
  const lines = router.config.enrollmentProfiles.get(trustpoint.profile ?? '')?.values() ?? [];
  for (const line of lines) {
    const {
      number = '',
      kind,
      text = '',
    } = /^parameter (?<number>\d) (?<kind>value|prompt) (?<text>.*)$/.exec(line)?.groups ?? {};
    if (kind === 'value') parameters.set(number, text);
    if (kind === 'prompt') parameters.set(number, (await session.ask(`${text}: `)).trim());
  }
  return parameters;
}

/**
 * Puts values where a command has `$REQ` (the request in base64), `$FQDN`, and `$P1` or `$1` (parameters). They are
 * percent-encoded, which a form needs; how IOS does it is not known from captures.
 */
export function fillIn(
  router: Router,
  trustpoint: Trustpoint,
  { request, parameters }: CommandValues,
): (command: string) => string {
  const base64 = request === undefined ? undefined : Buffer.from(request).toString('base64');
  return (command) =>
    command.replace(/\$(?:(?<word>REQ|FQDN)|P?(?<number>\d))/g, (match, word?: string, number?: string) => {
      const value =
        word === 'REQ'
          ? base64
          : word === 'FQDN'
            ? requestFqdn(router, trustpoint)
            : parameters.get(number ?? '');
      return value === undefined ? match : encodeURIComponent(value);
    });
}

/**
 * Sends an HTTP command: `GET /path?query` asks the URL's host for that path, `POST name=value&…` posts a form to the URL.
 * Throws NoAnswer when nobody answers, or not with 200.
 */
export async function runCommand(
  router: Router,
  { url, command }: Extract<Method, { kind: 'http' }>,
  fill: (command: string) => string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { verb = '', rest = '' } = /^(?<verb>GET|POST)\s+(?<rest>.*)$/i.exec(command)?.groups ?? {};
  const { hostname, port, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const filled = fill(rest);
  const isPost = verb.toUpperCase() === 'POST';
  if (verb === '') throw new NoAnswer('the command is neither GET nor POST');
  const answer = await httpGet(
    {
      ...router.dial({
        host: router.config.hostAddress(host) ?? host,
        port: port === '' ? 80 : Number(port),
      }),
      hostHeader: hostname,
      path: isPost ? pathname : filled,
      ...(isPost ? { form: filled } : {}),
      userAgent: true,
    },
    AbortSignal.any([signal, router.stopped]),
  );
  if (answer.status !== 200) throw new NoAnswer(`HTTP ${answer.status}`);
  return answer;
}
