import type { KeyObject } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as tcpConnect } from 'node:net';
import { decodeCertificate } from '../pki/decode.ts';
import {
  buildGetUrl,
  type CaCertificates,
  caChain,
  type HttpTransport,
  iosPkiClientUrl,
  nodeTransport,
  parseCaCaps,
  readCaCertificates,
  ScepClient,
  ScepError,
} from '../scep/index.ts';
import type { AuthorityFacts, ChallengeFacts, ShownCertificate } from './facts.ts';
import { pollAsRouters } from './poll.ts';
import { tried } from './tried.ts';
import type { Wants } from './wants.ts';

export interface LookOptions {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Signs the polls: see makePollKey. */
  readonly key: KeyObject;
  /** For one exchange, in milliseconds; 10 seconds by default. */
  readonly timeoutMs?: number;
  /** Finds out about the challenge source, beside everything else. */
  readonly challenge: () => Promise<ChallengeFacts>;
}

/**
 * Looks at one CA as its routers will: by the same URL, over plain HTTP, and by GET. Nothing is asked for that a CA issues
 * or counts. Rejects only with the reason of the signal.
 */
export async function lookAtAuthority(wants: Wants, options: LookOptions): Promise<AuthorityFacts> {
  const url = iosPkiClientUrl(wants.authority.scep.url);
  const [{ clock, ...scep }, challenge] = await Promise.all([
    lookAtScep(url, wants, options),
    options.challenge(),
  ]);
  return { url, ...scep, challenge, ...(clock === undefined ? {} : { clock }) };
}

type ScepFacts = Omit<AuthorityFacts, 'url' | 'challenge'>;

async function lookAtScep(url: string, wants: Wants, options: LookOptions): Promise<ScepFacts> {
  const { signal, timeoutMs = 10_000 } = options;
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const resolved = await tried(signal, async () => {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  });
  if ('failed' in resolved) return { resolved, polls: [] };
  const connected = await tried(signal, () =>
    reach(host, Number(port === '' ? 80 : port), timeoutMs, signal),
  );
  if ('failed' in connected) return { resolved, connected, polls: [] };

  const clock = new CaClock(options.now);
  const transport = clock.watch(nodeTransport({ timeoutMs }), signal);
  const caId = wants.users[0]?.trustpoint.name ?? '';
  const capabilities = await tried(signal, async () => {
    const asked = buildGetUrl({ url, operation: 'GetCACaps', message: caId });
    const { status, body } = await transport({ method: 'GET', url: asked, headers: {} });
    return { status, words: status === 200 ? [...parseCaCaps(body)] : [] };
  });
  const found = await tried(signal, async () => {
    const asked = buildGetUrl({ url, operation: 'GetCACert', message: caId });
    const { status, body } = await transport({ method: 'GET', url: asked, headers: {} });
    if (status !== 200) throw new ScepError('http-status', `the CA answered with HTTP status ${status}`);
    return readCaCertificates(body);
  });
  const facts = { resolved, connected, capabilities };
  if ('failed' in found) return { ...facts, certificates: found, polls: [], ...clock.seen() };
  const words = new Set('failed' in capabilities ? [] : capabilities.value.words);
  const client = new ScepClient({ url, transport });
  const next = words.has('GetNextCACert')
    ? {
        next: await tried(signal, async () => {
          const current = { ca: found.value, capabilities: words };
          const { all } = await client.getNextCaCertificates(current, caId);
          return all.map((der): ShownCertificate => ({ role: 'next-ca', facts: decodeCertificate(der) }));
        }),
      }
    : {};
  const certificates = await tried(signal, async () => shown(found.value));
  const asked = await pollAsRouters({
    url,
    wants,
    ca: found.value,
    capabilities: words,
    transport,
    signal,
    now: options.now,
    key: options.key,
  });
  return { ...facts, certificates, ...next, ...asked, ...clock.seen() };
}

async function reach(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<string> {
  const socket = tcpConnect({ host, port, autoSelectFamily: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
    return socket.remoteAddress ?? host;
  } finally {
    socket.destroy();
  }
}

function shown(found: CaCertificates): readonly ShownCertificate[] {
  const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
  const above = caChain(found).slice(1);
  const roleOf = (der: Uint8Array): ShownCertificate['role'] => {
    if (same(der, found.ca)) return 'ca';
    if (found.ra.some((ra) => same(der, ra))) return 'ra';
    return above.some((one) => same(der, one)) ? 'chain' : 'other';
  };
  return [
    found.ca,
    ...found.ra,
    ...found.all.filter((der) => ![found.ca, ...found.ra].some((one) => same(one, der))),
  ].map((der) => ({ role: roleOf(der), facts: decodeCertificate(der) }));
}

/** Hears what time the web server thinks it is, in the quickest of its answers. */
class CaClock {
  readonly #now: () => Date;
  #best: { readonly milliseconds: number; readonly theirs: Date; readonly ours: Date } | undefined;

  constructor(now: () => Date) {
    this.#now = now;
  }

  watch(transport: HttpTransport, signal: AbortSignal): HttpTransport {
    return async (request) => {
      const start = performance.now();
      const response = await transport({ ...request, signal });
      const milliseconds = performance.now() - start;
      const theirs = new Date(response.headers.date ?? Number.NaN);
      if (!Number.isNaN(theirs.getTime()) && milliseconds < (this.#best?.milliseconds ?? Infinity)) {
        // The header has whole seconds, cut off: half of one is the best guess at the rest.
        const ours = new Date(this.#now().getTime() - milliseconds / 2);
        this.#best = { milliseconds, theirs: new Date(theirs.getTime() + 500), ours };
      }
      return response;
    };
  }

  seen(): Pick<AuthorityFacts, 'clock'> {
    if (this.#best === undefined) return {};
    const { theirs, ours } = this.#best;
    return { clock: { theirs, ours } };
  }
}
