import { DeviceError } from '../domain/errors.ts';
import { type Authority, type ScepService, speaksScep } from '../domain/trustpoint.ts';
import { iosPkiClientUrl } from '../scep/index.ts';

/** As long as a router's request by GET, in characters, and as short as no server minds. */
const LONG = 4_500;
const SHORT = 8;
const TIMEOUT_MS = 5_000;
/** Not found (IIS, as 404.14 and 404.15), request-target too long, header fields too large (RFC 9110, RFC 6585). */
const TOO_LONG: ReadonlySet<number> = new Set([404, 413, 414, 431]);

/**
 * A request that was refused or not answered, with what the CA can be asked for: a web server that takes no query as long as
 * a router's request is found out by sending one that holds nothing. Others come back as they are. Never rejects.
 */
export async function explainAnswer(
  error: DeviceError,
  authority: Authority,
  signal: AbortSignal,
): Promise<DeviceError> {
  if (error.code === 'request-rejected')
    return withDetail(withDetail(error, dailyHint(authority)), eventHint(authority, REJECTED));
  if (error.code !== 'request-unanswered') return error;
  return (
    (await refusedForLength(error.message, error.detail, authority, signal)) ??
    withDetail(error, eventHint(authority, UNANSWERED))
  );
}

/**
 * The error of a router that shows its request as pending, and could not send it: only where the CA's web server takes no
 * query as long as that. Undefined where that is not so. Never rejects.
 */
export async function refusedForLength(
  message: string,
  detail: string,
  authority: Authority,
  signal: AbortSignal,
): Promise<DeviceError | undefined> {
  const refused = speaksScep(authority) ? await refusesLongQueries(authority.scep, signal) : undefined;
  if (refused === undefined) return undefined;
  const said = `The CA’s web server answers HTTP ${refused} to a query of ${LONG} characters, which is as long as a router’s request, and not to a short one.`;
  return new DeviceError('request-unanswered', message, {
    detail: `${detail}\n${said}`.trim(),
    hint: isNdes(authority) ? IIS : OTHERS,
  });
}

const IIS =
  'IIS logs it as 404.15: raise maxQueryString of the NDES applications (request filtering) to 65536, and MaxFieldLength and MaxRequestBytes of HTTP.sys to 65534; trustfleet doctor tells more';
const OTHERS =
  'raise the longest request line that the CA’s web server, and every proxy before it, take; trustfleet doctor tells more';
const REJECTED =
  'Application log of the NDES server: event 29 is a challenge that was wrong, used or too old; event 31 says why the CA would not issue (template, key length, subject).';
const UNANSWERED =
  'Application log of the NDES server: event 2 or 10 is a service that does not run or whose RA certificates have ended; event 31 a CA that it cannot reach.';

/** A CA that has changed its challenge before this machine expected it. */
function dailyHint({ challenge }: Authority): string | undefined {
  if (challenge.kind !== 'daily') return undefined;
  const { until } = challenge;
  const when =
    'midnightIn' in until ? `at midnight in ${until.midnightIn}` : `at ${until.notAfter.toISOString()}`;
  return `The CA changes its challenge ${when}. Where it has done so already, by its own clock, the value that the router sent is yesterday’s: compare both clocks (trustfleet doctor) and read the new value from the CA.`;
}

function eventHint(authority: Authority, text: string): string | undefined {
  return isNdes(authority) ? text : undefined;
}

function isNdes({ challenge, scep }: Authority): boolean {
  return challenge.kind === 'ndes' || /\/mscep(?:\.dll)?(?:\/|$)/i.test(scep?.url ?? '');
}

/** The status of a long query, where a short one gets another; undefined where length does not matter or nobody can tell. */
async function refusesLongQueries({ url }: ScepService, signal: AbortSignal): Promise<number | undefined> {
  const long = await statusOf(url, LONG, signal);
  if (long === undefined || !TOO_LONG.has(long)) return undefined;
  const short = await statusOf(url, SHORT, signal);
  return short === undefined || TOO_LONG.has(short) ? undefined : long;
}

async function statusOf(url: string, length: number, signal: AbortSignal): Promise<number | undefined> {
  const query = `operation=PKIOperation&message=${'A'.repeat(length)}`;
  try {
    const response = await fetch(`${iosPkiClientUrl(url)}?${query}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      redirect: 'manual',
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

function withDetail(error: DeviceError, text: string | undefined): DeviceError {
  if (text === undefined) return error;
  const { code, message, detail, hint } = error;
  return new DeviceError(code, message, { detail: `${detail}\n${text}`.trim(), hint, cause: error });
}
