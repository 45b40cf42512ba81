import { describe, expect, it } from 'vitest';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ChallengeSpec } from '../../src/domain/trustpoint.ts';
import { authority, device, failureOf, forever, trustpoint } from './fixtures.ts';

const NOON = new Date('2026-03-01T12:00:00Z');
const secret = (value: string) => Secret.acquired(value, 'test');

describe('the challenge sources of a run', () => {
  it('are one for each authority', () => {
    const sources = createChallengeSources({ now: () => NOON });
    const ca = authority({ kind: 'none' });
    expect(sources.for({ ...ca })).toBe(sources.for({ ...ca }));
    expect(sources.for({ ...ca, name: 'other-ca' })).not.toBe(sources.for(ca));
  });
});

describe('authorities with the same certificate server', () => {
  it('share its one slot, and the first in line is the first served', async () => {
    const minted: string[] = [];
    const sources = createChallengeSources({
      now: () => NOON,
      serverMint: ({ name }) => ({
        capacity: 1,
        atOnce: 1,
        reuse: 'any-device',
        async mint({ name: router }) {
          minted.push(`${name} ${router}`);
          return { kind: 'minted', password: { password: secret(`for-${router}`) } };
        },
      }),
    });
    const ca = authority({ kind: 'ios-cs', device: 'hub-1', server: 'CS', minutes: 60 });
    const [one, two] = ['one', 'two'].map((name) => sources.for({ ...ca, name }));
    const first = await one?.acquire(device('a'), trustpoint(), forever);
    const second = two?.acquire(device('b'), trustpoint(), forever);
    const third = one?.acquire(device('c'), trustpoint(), forever);
    expect(minted).toEqual(['one a']);
    first?.spent();
    (await second)?.spent();
    (await third)?.spent();
    expect(minted).toEqual(['one a', 'two b', 'one c']);
  });
});

describe('none', () => {
  it('gives no password', async () => {
    const challenge = await acquire({ kind: 'none' });
    expect(challenge.password).toBeUndefined();
    challenge.release();
  });
});

describe('static', () => {
  it('gives its password to every device', async () => {
    const source = createChallengeSources({ now: () => NOON }).for(
      authority({ kind: 'static', value: secret('enroll-me') }),
    );
    for (const name of ['a', 'b', 'a']) {
      const challenge = await source.acquire(device(name), trustpoint(), forever);
      expect(challenge.password?.reveal()).toBe('enroll-me');
      challenge.spent();
    }
    expect(source.capacity).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['a\u0007b', 'it holds a control character'],
    ['a\nb', 'it holds a control character'],
    ['geheimnüs', 'it holds a character that is not ASCII'],
    ['what?', 'it holds a question mark, which asks a router for help'],
    [' secret', 'it begins or ends with a blank'],
    ['', 'it is empty'],
    ['x'.repeat(129), 'it is 129 characters long, at most 128 are taken'],
  ])('refuses %j without showing it', async (value, problem) => {
    const error = await failureOf(acquire({ kind: 'static', value: secret(value) }));
    expect(error).toMatchObject({
      code: 'challenge-unavailable',
      message: `the challenge from the static challenge of branch-ca cannot be typed: ${problem}`,
    });
  });

  it('takes every other printable character', async () => {
    const value = '!"#$%&\'()*+,-./09:;<=>@AZ[\\]^_`az{|} ~';
    expect((await acquire({ kind: 'static', value: secret(value) })).password?.reveal()).toBe(value);
  });
});

describe('daily', () => {
  it('gives its password until its end, which it tells', async () => {
    const challenge = await acquire({ kind: 'daily', value: secret('today'), until: { notAfter: NOON } });
    expect(challenge.password?.reveal()).toBe('today');
    expect(challenge.expiresAt).toEqual(NOON);
  });

  it('refuses it afterwards', async () => {
    const notAfter = new Date(NOON.getTime() - 1);
    expect(
      await failureOf(acquire({ kind: 'daily', value: secret('today'), until: { notAfter } })),
    ).toMatchObject({
      code: 'challenge-unavailable',
      message: 'the daily challenge of branch-ca ended at 2026-03-01T11:59:59.999Z',
    });
  });
});

function acquire(spec: ChallengeSpec) {
  return createChallengeSources({ now: () => NOON })
    .for(authority(spec))
    .acquire(device(), trustpoint(), forever);
}
