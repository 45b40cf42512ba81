import { expect, it } from 'vitest';
import type { ChallengeSource } from '../../../src/challenge/source.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import { requestCertificate } from '../../../src/enrollment/steps/enroll.ts';
import { parseScript } from '../../dialogue/script.ts';
import { opening, openScripted, scriptedDevice, secret } from '../../ios/router.ts';
import { DEVICE, RENDERER } from '../world.ts';

const TO_THE_PASSWORDS = `> configure terminal
<_ R1(config)#
> crypto pki enroll BRANCH
< % Start certificate enrollment ..
<_ Password:\\s
>* 7C1F0A55E2D94B38
<_ Re-enter password:\\s
>* 7C1F0A55E2D94B38
`;

it('a request that was sent leaves its challenge to the CA’s answer', async () => {
  const { challenge, told } = await enrollingAt(`<_ Request certificate from CA? [yes/no]:\\s
> yes
< % Certificate request sent to Certificate Authority
<_ R1(config)#
> end
<_ R1#`);
  expect(await challenge).toBeDefined();
  expect(told).toEqual([]);
});

it('a connection that breaks after the password leaves the challenge in doubt, and says so', async () => {
  const { challenge, told } = await enrollingAt('!');
  await expect(challenge).rejects.toMatchObject({ code: 'connection-lost' });
  expect(told).toEqual([
    'in doubt',
    'nobody saw whether its challenge password was used: it may be unspent until 2026-11-21T03:00:00.000Z',
  ]);
});

it('a dialogue left at a question that nobody planned for gives the challenge back, and tells of nothing: another device may use it yet', async () => {
  const { challenge, told } = await enrollingAt(`<_ Delete everything? [yes/no]:\\s
>^ \\x03
<
<_ R1(config)#
> end
<_ R1#`);
  await expect(challenge).rejects.toMatchObject({ code: 'unexpected-question' });
  expect(told).toEqual(['released']);
});

/** Runs the step at a router that goes on like this behind the two passwords, and listens to what the source is told. */
async function enrollingAt(rest: string): Promise<{
  readonly challenge: ReturnType<typeof requestCertificate>;
  readonly told: readonly string[];
}> {
  const { session } = await openScripted([...opening('R1', TO_THE_PASSWORDS), ...parseScript(rest)]);
  const told: string[] = [];
  const source: ChallengeSource = {
    capacity: 5,
    acquire: () =>
      Promise.resolve({
        password: secret('7C1F0A55E2D94B38'),
        spent: () => told.push('spent'),
        expiresAt: new Date('2026-11-21T03:00:00Z'),
        release: () => told.push('released'),
        inDoubt: () => told.push('in doubt'),
      }),
  };
  const challenge = requestCertificate(
    {
      device: { ...DEVICE, timeouts: scriptedDevice().timeouts },
      session,
      renderer: RENDERER,
      challenges: { for: () => source },
      allowOverwriteNvram: false,
      heard: new Map(),
      consents: () => new Set(),
      now: () => new Date(),
      monotonic: () => performance.now(),
      signal: new AbortController().signal,
    },
    { kind: 'enroll', why: 'no certificate', trustpoint: 'BRANCH', challenge: true },
    () => undefined,
    (line) => told.push(line),
  );
  await challenge.catch((thrown: unknown) => {
    if (!(thrown instanceof DeviceError)) throw thrown;
  });
  return { challenge, told };
}
