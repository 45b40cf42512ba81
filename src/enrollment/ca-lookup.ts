import { iosPkiClientUrl, ScepClient } from '../scep/index.ts';

/** Where the router decides in the end, nobody waits long for a CA that this machine may have no way to. */
const PATIENCE_MS = 10_000;

/** What this machine saw of a CA, or why it saw nothing. */
export type Seen = { readonly certificates: readonly Uint8Array[] } | { readonly unseen: Error };

/**
 * This machine's own look at CAs. One serves a whole run: a CA that could not be reached once is not waited for again
 * by every device, unless the device depends on it.
 */
export class CaLookup {
  readonly #unseen = new Map<string, Error>();

  /**
   * The certificates that a CA shows this machine (SCEP GetCACert, with the trustpoint's name as a router sends it). Rejects
   * only with the reason of the signal.
   */
  async certificates(
    url: string,
    trustpoint: string,
    signal: AbortSignal,
    { isNeeded }: { readonly isNeeded: boolean },
  ): Promise<Seen> {
    const known = isNeeded ? undefined : this.#unseen.get(url);
    if (known !== undefined) return { unseen: known };
    try {
      const client = new ScepClient({
        url: iosPkiClientUrl(url),
        signal,
        ...(isNeeded ? {} : { timeoutMs: PATIENCE_MS }),
      });
      const { all } = await client.getCaCertificates(trustpoint);
      return { certificates: all };
    } catch (cause) {
      signal.throwIfAborted();
      const unseen = cause instanceof Error ? cause : new Error(String(cause));
      this.#unseen.set(url, unseen);
      return { unseen };
    }
  }
}
