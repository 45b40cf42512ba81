import { describe, expect, it } from 'vitest';
import { awaitGrant, expectAnswer } from '../../../src/enrollment/steps/await-grant.ts';
import type { StepContext } from '../../../src/enrollment/steps/context.ts';
import type { Session } from '../../../src/ios/session.ts';
import { DEVICE, RENDERER } from '../world.ts';

/** What the clock that nobody can set shows. */
let ticks = 0;

const GRANTED = '%PKI-6-CERTRET: Certificate received from Certificate Authority';

describe('the wait for the CA after a renewal', () => {
  it('does not take the certificate in place for the new one when its serial number is printed with other leading zeros', async () => {
    const router = routerThatShows('00F1C3', '00F1C3', 'F1C4');
    const grant = await waitAt(router, { name: 'BRANCH', previousSerials: ['F1C3'] });
    expect(grant).toEqual({ kind: 'granted', serials: ['F1C4'] });
    expect(router.looks()).toBe(3);
  });

  it('says that the old certificate came once more when the router reports an answer and nothing has changed', async () => {
    ticks = 0;
    const router = routerThatShows('F1C3');
    router.onLook = () => {
      router.log(GRANTED);
      ticks += 11_000;
    };
    const waiting = waitAt(router, { name: 'BRANCH', previousSerials: ['00F1C3'] });
    await expect(waiting).rejects.toMatchObject({
      code: 'request-unanswered',
      message: expect.stringContaining('still shows the certificate it had before'),
      hint: expect.stringContaining('regenerate'),
    });
  });

  it('takes the first certificate that appears where there was none', async () => {
    const router = routerThatShows(undefined, '0A');
    const grant = await waitAt(router, { name: 'BRANCH', previousSerials: [] });
    expect(grant).toEqual({ kind: 'granted', serials: ['0A'] });
  });
});

it('what the CA has answered is told of as soon as the router reports it, and no failure of the router’s own', async () => {
  const router = routerThatShows();
  using expected = await expectAnswer(contextOf(router), 'BRANCH');
  let told = 0;
  expected.news.onAnswer(() => {
    told += 1;
  });
  router.log('%PKI-6-CERTFAIL: Certificate enrollment failed.');
  expect(told).toBe(0);
  router.log(GRANTED);
  expect(told).toBe(1);
});

interface FakeRouter {
  readonly session: Session;
  onLook: () => void;
  looks(): number;
  log(line: string): void;
}

/** Shows an identity certificate with the given serial numbers, look by look; the last one stays. */
function routerThatShows(...serials: readonly (string | undefined)[]): FakeRouter {
  let looks = 0;
  let listener: (line: string) => void = () => undefined;
  const router: FakeRouter = {
    onLook: () => undefined,
    looks: () => looks,
    log: (line) => listener(line),
    session: {
      hostname: 'br-0001',
      signal: undefined,
      show: async () => {
        const serial = serials[Math.min(looks, serials.length - 1)];
        looks += 1;
        router.onLook();
        return serial === undefined ? '' : listing(serial);
      },
      ask: async () => ({ text: '' }),
      configure: async () => undefined,
      converse: () => Promise.reject(new Error('nothing is typed here')),
      onSyslog: (added) => {
        listener = added;
        return () => undefined;
      },
      expectReload: () => undefined,
      foresee: () => undefined,
      tell: () => Promise.resolve(),
      close: async () => undefined,
    },
  };
  return router;
}

function listing(serial: string): string {
  return [
    'Certificate',
    '  Status: Available',
    `  Certificate Serial Number (hex): ${serial}`,
    '  Certificate Usage: General Purpose',
    '  Associated Trustpoints: BRANCH ',
  ].join('\n');
}

async function waitAt(
  router: FakeRouter,
  wanted: Parameters<typeof awaitGrant>[1],
): ReturnType<typeof awaitGrant> {
  const context = contextOf(router);
  using expected = await expectAnswer(context, wanted.name);
  return await awaitGrant(context, wanted, expected, () => undefined);
}

function contextOf({ session }: FakeRouter): StepContext {
  return {
    device: DEVICE,
    session,
    renderer: RENDERER,
    challenges: {
      for: () => {
        throw new Error('no challenge is asked for');
      },
    },
    allowOverwriteNvram: false,
    heard: new Map(),
    consents: () => new Set(),
    now: () => new Date(),
    monotonic: () => ticks,
    signal: new AbortController().signal,
  };
}
