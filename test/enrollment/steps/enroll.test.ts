import { expect, it } from 'vitest';
import type { ChallengeSource } from '../../../src/challenge/source.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import { requestCertificate } from '../../../src/enrollment/steps/enroll.ts';
import type { ReplacedCertificate } from '../../../src/pki/verify.ts';
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

const SENT = `<_ Request certificate from CA? [yes/no]:\\s
> yes
< % Certificate request sent to Certificate Authority
<_ R1(config)#
> end
<_ R1#`;

const HELD: ReplacedCertificate = {
  serial: '0A',
  notAfter: new Date('2026-12-21T03:00:00Z'),
  publicKey: new Uint8Array(),
  keyWanted: 'new',
};

it('a request that was sent leaves its challenge to the CA’s answer', async () => {
  const { challenge, told } = await enrollingAt(SENT);
  expect(await challenge).toBeDefined();
  expect(told).toEqual([]);
});

it('the challenge is spent as soon as the router reports what the CA has answered', async () => {
  const { told, answered } = await enrollingAt(SENT);
  for (const act of answered) act();
  expect(told).toEqual(['spent']);
});

it('no report is believed of a router that holds a certificate: the CA may have given that once more', async () => {
  const { answered } = await enrollingAt(SENT, HELD);
  expect(answered).toEqual([]);
});

it('no report is believed before the request was sent', async () => {
  const { challenge, answered } = await enrollingAt('!');
  await expect(challenge).rejects.toMatchObject({ code: 'connection-lost' });
  expect(answered).toEqual([]);
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
async function enrollingAt(
  rest: string,
  replaces?: ReplacedCertificate,
): Promise<{
  readonly challenge: ReturnType<typeof requestCertificate>;
  readonly told: readonly string[];
  /** What is to be done when the router reports an answer. */
  readonly answered: readonly (() => void)[];
}> {
  const { session } = await openScripted([...opening('R1', TO_THE_PASSWORDS), ...parseScript(rest)]);
  const told: string[] = [];
  const answered: (() => void)[] = [];
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
    {
      kind: 'enroll',
      why: 'no certificate',
      trustpoint: 'BRANCH',
      challenge: true,
      ...(replaces === undefined ? {} : { replaces }),
    },
    {
      note: () => undefined,
      tell: (line) => told.push(line),
      onAnswer: (act) => answered.push(act),
    },
  );
  await challenge.catch((thrown: unknown) => {
    if (!(thrown instanceof DeviceError)) throw thrown;
  });
  return { challenge, told, answered };
}
