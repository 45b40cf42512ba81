import { beforeAll, describe, expect, it } from 'vitest';

import {
  type Decision,
  type Identity,
  type PendingEnrollment,
  ScepClient,
  ScepError,
} from '../../../src/scep/index.ts';
import {
  grantWith,
  type Keys,
  makeAuthority,
  makeCa,
  makeKeys,
  makeRequest,
  makeServer,
  startClient,
  transportTo,
} from '../world.ts';

let keys: Keys;
let ca: Identity;
let csr: Uint8Array;
beforeAll(() => {
  keys = makeKeys();
  ca = makeCa(keys.ca);
  csr = makeRequest(keys.router);
});

/** A request that its CA has not decided on; `answers` are what it says then, `down` an unreachable one. */
async function pendingAt(answers: readonly ('pending' | 'granted' | 'rejected' | 'down')[]) {
  const rest = [...answers];
  let isFirst = true;
  const authority = makeAuthority(ca, (request): Decision | Promise<Decision> => {
    const answer = isFirst ? 'pending' : rest.shift();
    isFirst = false;
    if (answer === 'granted') return grantWith(ca)(request);
    return answer === 'rejected' ? { status: 'rejected', failInfo: 'badRequest' } : { status: 'pending' };
  });
  const honest = transportTo(makeServer(authority));
  const { client, options } = await startClient(makeServer(authority), keys.router, csr, async (request) => {
    if (!isFirst && rest[0] === 'down') {
      rest.shift();
      throw new ScepError('unreachable', 'no connection to the CA: ECONNREFUSED');
    }
    return honest(request);
  });
  const first = await client.pkcsReq(options);
  if (first.status !== 'pending') throw new Error(first.status);
  const slept: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => void slept.push(milliseconds);
  const wait = (pending: PendingEnrollment, attempts: number) =>
    client.wait(pending, { intervalMs: 5000, attempts, sleep });
  return { wait: (attempts: number) => wait(first.pending, attempts), slept };
}

describe('waiting for a grant', () => {
  it('ends with the certificate, after as many intervals as it took', async () => {
    const { wait, slept } = await pendingAt(['pending', 'pending', 'granted']);
    expect(await wait(10)).toMatchObject({ status: 'granted' });
    expect(slept).toEqual([5000, 5000, 5000]);
  });

  it('ends with a refusal', async () => {
    const { wait } = await pendingAt(['pending', 'rejected']);
    expect(await wait(10)).toMatchObject({ status: 'rejected', failInfo: 'badRequest' });
  });

  it('stays pending when the attempts are used up, and can go on', async () => {
    const { wait } = await pendingAt(['pending', 'pending', 'granted']);
    expect(await wait(2)).toMatchObject({ status: 'pending' });
    expect(await wait(1)).toMatchObject({ status: 'granted' });
  });

  it('outlasts a CA that is away for a while, and tells of one that stays away', async () => {
    const { wait } = await pendingAt(['down', 'pending', 'down', 'granted']);
    expect(await wait(4)).toMatchObject({ status: 'granted' });
    const away = await pendingAt(['down', 'down']);
    await expect(away.wait(2)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const authority = makeAuthority(ca, () => ({ status: 'pending' }));
    const { options } = await startClient(makeServer(authority), keys.router, csr);
    const client = new ScepClient({
      url: 'http://ca.test/scep',
      transport: transportTo(makeServer(authority)),
      signal: controller.signal,
    });
    const first = await client.pkcsReq(options);
    if (first.status !== 'pending') throw new Error(first.status);
    const waiting = client.wait(first.pending, { intervalMs: 3_600_000 });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
