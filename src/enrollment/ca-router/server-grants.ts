import { DeviceError, toDeviceError } from '../../domain/errors.ts';
import { type Fingerprint, formatFingerprint, sameFingerprint } from '../../domain/fingerprint.ts';
import type { IosServer } from '../../domain/trustpoint.ts';
import { grantRequest, listRequests } from '../../ios/dialogues/certificate-server.ts';
import type { ServerRequest } from '../../ios/show/server-requests.ts';
import type { CaRouters } from './ca-routers.ts';

/** What became of looking for a request at its certificate server. */
export type GrantAnswer =
  | { readonly kind: 'granted'; readonly id: number }
  /** Nothing was granted, in a sentence why; a later look may find it otherwise. */
  | { readonly kind: 'left'; readonly why: string };

/** Grants requests at certificate servers, each by the fingerprint that the asking router printed. */
export interface ServerGrants {
  /**
   * Grants the one pending request of a router with these fingerprints, and no other. Throws DeviceError `grant-refused`
   * when what the server holds cannot be told apart or is not what a router asked for.
   */
  grant(at: IosServer, printed: readonly Fingerprint[], signal: AbortSignal): Promise<GrantAnswer>;
}

export function serverGrants(routers: Pick<CaRouters, 'use'>): ServerGrants {
  return {
    async grant(at, printed, signal) {
      if (printed.length === 0)
        return left('the router printed no fingerprint of its request to compare with');
      try {
        return await routers.use(at.device, signal, async ({ session, transcript }) => {
          const found = choose(await listRequests(session, at.server), printed, placeOf(at));
          if (typeof found === 'string') return left(found);
          transcript.note(
            `grant ${found.id}: its fingerprint ${formatFingerprint(found.fingerprint)} is the one that the router printed`,
          );
          await grantRequest(session, at.server, found.id);
          return { kind: 'granted', id: found.id };
        });
      } catch (thrown) {
        const error = toDeviceError(thrown);
        if (error.code === 'grant-refused' || signal.aborted) throw error;
        return left(`${placeOf(at)}: ${error.code}: ${error.message}`);
      }
    },
  };
}

/** The one request that may be granted, or why there is none. */
function choose(
  requests: readonly ServerRequest[],
  printed: readonly Fingerprint[],
  place: string,
): ServerRequest | string {
  const shown = printed.map(formatFingerprint).join(', ');
  const waiting = requests.filter(({ state }) => /^pending$/i.test(state));
  const matching = waiting.filter(({ fingerprint }) =>
    printed.some((each) => sameFingerprint(each, fingerprint)),
  );
  const [found, another] = matching;
  if (found === undefined) {
    const others = waiting.map(({ id, fingerprint }) => `${id} (${formatFingerprint(fingerprint)})`);
    const held = others.length === 0 ? 'none is pending there' : `pending there: ${others.join(', ')}`;
    return `${place} has no pending request with the fingerprint that the router printed, ${shown}; ${held}`;
  }
  if (another !== undefined) {
    const ids = matching.map(({ id }) => id).join(' and ');
    throw refused(`${place} holds more than one pending request with that fingerprint: ${ids}`, shown);
  }
  if (found.from !== 'router')
    throw refused(`${place} lists request ${found.id} as one of a ${found.from}, not of a router`, shown);
  if (
    printed.some((each) => each.hash === found.fingerprint.hash && !sameFingerprint(each, found.fingerprint))
  )
    throw refused(`the router printed two different ${found.fingerprint.hash} fingerprints`, shown);
  return found;
}

function placeOf({ device, server }: IosServer): string {
  return `certificate server ${server} of ${device}`;
}

function left(why: string): GrantAnswer {
  return { kind: 'left', why };
}

function refused(message: string, shown: string): DeviceError {
  return new DeviceError('grant-refused', message, {
    detail: `Nothing was granted. The router printed: ${shown}.`,
  });
}
