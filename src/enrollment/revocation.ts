import { crlUrls, type Revocation, readRevocation } from '../pki/crl.ts';
import { recallCertificate } from '../pki/recall.ts';
import { nodeTransport } from '../scep/index.ts';
import type { TrustpointView } from './observation.ts';

/** A list of a large CA has a line of some forty bytes for each certificate that it revoked. */
const LARGEST_LIST = 64 * 1024 * 1024;
const PATIENCE_MS = 30_000;

type List = { readonly bytes: Uint8Array } | { readonly unseen: string };

/** The CAs' lists of revoked certificates, as this machine sees them. One serves a whole run: a list is fetched once. */
export class RevocationLookup {
  readonly #lists = new Map<string, Promise<List>>();

  /** What the lists that the certificate names say of it; undefined when there is none. Rejects for nothing. */
  async look(
    { identity, authorities }: TrustpointView,
    clock: { readonly now: Date; readonly maxSkewMs: number },
  ): Promise<Revocation | undefined> {
    if (identity?.der === undefined) return undefined;
    const certificate = recallCertificate(identity.der);
    const trusted = authorities.flatMap(({ kind, der }) =>
      kind === 'ca' && der !== undefined ? [recallCertificate(der)] : [],
    );
    const problems: string[] = [];
    for (const url of urlsOf(identity.der)) {
      const list = await this.#fetch(url);
      const said: Revocation =
        'unseen' in list
          ? { status: 'unknown', why: list.unseen }
          : readRevocation(list.bytes, certificate, trusted, clock);
      if (said.status !== 'unknown') return said;
      problems.push(`${url}: ${said.why}`);
    }
    return { status: 'unknown', why: problems.join('; ') || 'the certificate names no list over http' };
  }

  #fetch(url: string): Promise<List> {
    const known = this.#lists.get(url);
    if (known !== undefined) return known;
    const list = fetchList(url);
    this.#lists.set(url, list);
    return list;
  }
}

function urlsOf(der: Uint8Array): readonly string[] {
  try {
    return crlUrls(der);
  } catch {
    return [];
  }
}

/** One device that is stopped must not keep the list from the others, so no device's signal ends it. */
async function fetchList(url: string): Promise<List> {
  const get = nodeTransport({ timeoutMs: PATIENCE_MS, maxAnswer: LARGEST_LIST });
  try {
    const { status, body } = await get({ method: 'GET', url, headers: {} });
    return status === 200 ? { bytes: body } : { unseen: `it was answered with status ${status}` };
  } catch (thrown) {
    return { unseen: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
