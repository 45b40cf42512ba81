import type { ChallengeMint, MintOutcome } from '../../challenge/mint.ts';
import { checkChallenge } from '../../challenge/password-text.ts';
import { DeviceError, toDeviceError } from '../../domain/errors.ts';
import type { IosServerChallengeSpec } from '../../domain/trustpoint.ts';
import { generatePassword } from '../../ios/dialogues/certificate-server.ts';
import type { CaRouters } from './ca-routers.ts';

/**
 * Mints one-time passwords on a router with a certificate server. It knows one at a time, and every new one voids the one
 * before: so there is one at a time, and none that was perhaps made stands in anybody's way.
 */
export function serverMint(
  routers: Pick<CaRouters, 'use'>,
  { device, server, minutes }: IosServerChallengeSpec,
): ChallengeMint {
  const from = `certificate server ${server} of ${device}`;
  return {
    capacity: 1,
    atOnce: 1,
    reuse: 'any-device',
    async mint(): Promise<MintOutcome> {
      try {
        const password = await routers.use(device, NOBODY_STOPS_IT, ({ session, transcript }) =>
          // Until it was read nobody can take it out of what the router says.
          transcript.holdBack(() => generatePassword(session, { server, minutes })),
        );
        checkChallenge(password, from);
        return { kind: 'minted', password: { password, validityMs: minutes * 60_000 } };
      } catch (thrown) {
        return { kind: 'refused', error: unavailable(from, toDeviceError(thrown)), final: false };
      }
    },
  };
}

/** A password that is under way is made; the next in line can use it. The run's own signal ends the session. */
const NOBODY_STOPS_IT = new AbortController().signal;

function unavailable(from: string, error: DeviceError): DeviceError {
  if (error.code === 'challenge-unavailable' || error.code === 'interrupted') return error;
  return new DeviceError('challenge-unavailable', `${from}: ${error.code}: ${error.message}`, {
    detail: error.detail,
    hint: error.hint,
    cause: error,
  });
}
