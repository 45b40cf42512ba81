import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MONDAY, OfflineCa, TUESDAY } from './offline-ca.ts';

const SIGNAL = new AbortController().signal;
const RSA = ['-newkey', 'rsa:2048'];
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'];

describe('an offline CA that is openssl in a folder', () => {
  it('answers a day later, to a run that finds its certificates', async () => {
    await using ca = await OfflineCa.make();
    const errands = [await ca.errand('br-1', RSA), await ca.errand('br-2', EC)];
    const monday = ca.courier(MONDAY);
    for (const errand of errands) {
      expect(await monday.deliver(errand, SIGNAL)).toEqual({ kind: 'waiting', passedOver: [] });
    }
    expect(await readdir(ca.folder.at('out'))).toEqual(['br-1.BRANCH.req', 'br-2.BRANCH.req']);

    // Names say nothing: the operator numbers what comes out.
    let number = 0;
    await ca.signAll(TUESDAY, () => {
      number += 1;
      return `${number}.txt`;
    });

    const tuesday = ca.courier(TUESDAY);
    for (const errand of errands) {
      const delivery = await tuesday.deliver(errand, SIGNAL);
      const answer = delivery.kind === 'answered' ? delivery.answer : undefined;
      expect(answer?.certificate.subject).toEqual([{ type: 'cn', value: errand.device }]);
      expect(answer?.certificate.publicKey).toEqual(errand.request.publicKey);
      expect(answer?.chain.map(({ der }) => der)).toEqual(errand.authorities.map(({ der }) => der));
      await tuesday.settle(errand);
    }
    expect(await readdir(ca.folder.at('out'))).toEqual([]);
  });

  it('answers while the run waits', async () => {
    await using ca = await OfflineCa.make();
    const errand = await ca.errand('br-1', RSA);
    const courier = ca.courier(TUESDAY);
    await courier.deliver(errand, SIGNAL);
    const waiting = courier.wait(errand, SIGNAL);
    await ca.signAll(TUESDAY);
    expect((await waiting).from).toBe('br-1.BRANCH.req.pem');
  });

  it('is not believed when it is another CA than the pinned one', async () => {
    await using ca = await OfflineCa.make();
    await using other = await OfflineCa.make();
    const errand = { ...(await ca.errand('br-1', RSA)) };
    const { pins, authorities } = await other.errand('br-1', RSA);
    const courier = ca.courier(TUESDAY);
    await courier.deliver(errand, SIGNAL);
    await ca.signAll(TUESDAY);
    const delivered = ca.courier(TUESDAY).deliver({ ...errand, pins, authorities }, SIGNAL);
    await expect(delivered).rejects.toMatchObject({ code: 'chain-broken' });
  });
});

describe('a request that openssl made', () => {
  it.each([
    ['RSA', 'md5', RSA, 'md5WithRSAEncryption'],
    ['RSA', 'sha1', RSA, 'sha1WithRSAEncryption'],
    ['RSA', 'sha512', RSA, 'sha512WithRSAEncryption'],
    ['EC', 'sha1', EC, 'ecdsa-with-SHA1'],
    ['EC', 'sha384', EC, 'ecdsa-with-SHA384'],
  ])('with %s and %s is verified', async (_, hash, key, signatureAlgorithm) => {
    await using ca = await OfflineCa.make();
    const { request } = await ca.errand('br-1', [...key, `-${hash}`]);
    expect(request).toMatchObject({ signatureAlgorithm, subject: [{ type: 'cn', value: 'br-1' }] });
  });
});
