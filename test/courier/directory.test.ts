import { chmod, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectoryCourier, type DirectoryCourierOptions } from '../../src/courier/directory.ts';
import { readRequest } from '../../src/pki/request.ts';
import { degenerateSignedData } from '../../src/scep/index.ts';
import { rsaKeys } from '../pki/make-certificate.ts';
import { ecRequest, rsaRequest } from '../pki/make-request.ts';
import {
  anErrand,
  certificateFor,
  codeOf,
  FALSE_ROOT,
  KEYS,
  NOW,
  OfflineWorld,
  pem,
  ROOT,
  SUB,
} from './offline-world.ts';

const SIGNAL = new AbortController().signal;
const OTHER = rsaKeys();
const MINE = certificateFor(KEYS);

function courierIn(world: OfflineWorld, options: Partial<DirectoryCourierOptions> = {}): DirectoryCourier {
  const { requests, answers } = world;
  // No test waits for the poll but the one that has nothing else.
  return new DirectoryCourier({
    requests,
    answers,
    now: () => NOW,
    settleMs: 0,
    pollMs: 600_000,
    ...options,
  });
}

describe('a request that goes out', () => {
  it.each([
    [{}, 'br-1.BRANCH.req'],
    [{ half: 'sign' }, 'br-1.BRANCH-sign.req'],
    [{ half: 'encr' }, 'br-1.BRANCH-encr.req'],
    [{ device: '../br 1', trustpoint: '.B/C' }, '%2E./br 1'],
  ] as const)('bears the name of its errand: %o', async (wish, name) => {
    await using world = await OfflineWorld.make();
    const errand = anErrand(wish);
    await courierIn(world).deliver(errand, SIGNAL);
    const [file = '', ...more] = await readdir(world.requests);
    expect(more).toEqual([]);
    expect(file).toBe(name.startsWith('%') ? '%2E.%2Fbr%201.%2EB%2FC.req' : name);
    const text = await readFile(path.join(world.requests, file), 'utf8');
    expect(text).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
    expect(readRequest(text).der).toEqual(errand.request.der);
  });

  it('is left as it is when it asks for the same, also with another signature', async () => {
    await using world = await OfflineWorld.make();
    const file = path.join(world.requests, 'br-1.BRANCH.req');
    const { der } = await ecRequest('P-256', 'SHA-256');
    await courierIn(world).deliver(anErrand({ request: readRequest(der) }), SIGNAL);
    const before = await readFile(file, 'utf8');
    const request = { ...readRequest(der), der: new Uint8Array([0x30, 0]) };
    await courierIn(world).deliver(anErrand({ request }), SIGNAL);
    expect(await readFile(file, 'utf8')).toBe(before);
    await courierIn(world).deliver(anErrand(), SIGNAL);
    expect(await readFile(file, 'utf8')).not.toBe(before);
  });

  it('is taken back when its answer is in use, and may be gone already', async () => {
    await using world = await OfflineWorld.make();
    const courier = courierIn(world);
    await courier.deliver(anErrand(), SIGNAL);
    await courier.settle(anErrand());
    await courier.settle(anErrand());
    expect(await readdir(world.requests)).toEqual([]);
  });
});

describe('one folder for both ways', () => {
  it('holds requests that nobody takes for answers, however long they lie there', async () => {
    await using world = await OfflineWorld.make();
    const courier = courierIn(world, { answers: path.join(world.requests, '.') });
    await courier.deliver(
      anErrand({ trustpoint: 'OTHER', request: readRequest(rsaRequest({ key: OTHER.privateKey })) }),
      SIGNAL,
    );
    expect(await courier.deliver(anErrand(), SIGNAL)).toEqual({ kind: 'waiting', passedOver: [] });
    expect(await courier.deliver(anErrand(), SIGNAL)).toEqual({ kind: 'waiting', passedOver: [] });
    await writeFile(path.join(world.requests, 'answer.crt'), pem(MINE, SUB));
    expect(await courier.deliver(anErrand(), SIGNAL)).toMatchObject({ kind: 'answered' });
  });

  it('may have an answer that was given the request’s name', async () => {
    await using world = await OfflineWorld.make();
    const courier = courierIn(world, { answers: world.requests });
    await courier.deliver(anErrand(), SIGNAL);
    await writeFile(path.join(world.requests, 'signed.req'), pem(MINE, SUB));
    expect(await courier.deliver(anErrand(), SIGNAL)).toMatchObject({ kind: 'answered' });
  });
});

describe('a certificate that comes in', () => {
  it.each([
    ['PEM', pem(MINE, SUB)],
    ['PEM with its authorities first', pem(ROOT, SUB, MINE)],
    ['PKCS#7', degenerateSignedData({ certificates: [SUB.der, MINE.der] })],
  ])('is found under any name, as %s', async (_, content) => {
    await using world = await OfflineWorld.make();
    await world.answer('from the vault.bin', content);
    await world.answer('of another.crt', pem(certificateFor(OTHER), SUB));
    const delivery = await courierIn(world).deliver(anErrand(), SIGNAL);
    const answer = delivery.kind === 'answered' ? delivery.answer : undefined;
    expect(answer?.certificate.der).toEqual(MINE.der);
    expect(answer?.chain.map(({ der }) => der)).toEqual([SUB.der, ROOT.der]);
    expect(answer?.from).toBe('from the vault.bin');
  });

  it('may have its chain, and the pinned CA, in files of their own', async () => {
    await using world = await OfflineWorld.make();
    await world.answer('1.der', MINE.der);
    await world.answer('2.der', SUB.der);
    await world.answer('3.der', ROOT.der);
    const delivery = await courierIn(world).deliver(anErrand({ authorities: [] }), SIGNAL);
    expect(delivery.kind).toBe('answered');
  });

  it('is the newest for the key that is not known already', async () => {
    await using world = await OfflineWorld.make();
    const old = certificateFor(KEYS, { notBefore: new Date('2025-01-01T00:00:00Z') });
    const expired = certificateFor(KEYS, { notAfter: new Date('2026-11-20T00:00:00Z') });
    await world.answer('old.crt', pem(old, SUB));
    await world.answer('expired.crt', pem(expired, SUB));
    const courier = courierIn(world);
    expect(await courier.deliver(anErrand({ known: [old.der] }), SIGNAL)).toMatchObject({ kind: 'waiting' });
    await world.answer('mine.crt', pem(MINE));
    const delivery = await courier.deliver(anErrand(), SIGNAL);
    expect(delivery).toMatchObject({ kind: 'answered', answer: { from: 'mine.crt' } });
  });

  it('is waited for, and found as soon as it is there', async () => {
    await using world = await OfflineWorld.make();
    const waiting = courierIn(world).wait(anErrand(), SIGNAL);
    await world.answer('.draft', pem(MINE));
    await world.answer('answer.crt', pem(MINE, SUB));
    expect((await waiting).certificate.der).toEqual(MINE.der);
  });

  it('is found by looking again where the system tells of no change', async () => {
    await using world = await OfflineWorld.make();
    const elsewhere = path.join(world.path, 'elsewhere.crt');
    await writeFile(elsewhere, 'later');
    await symlink(elsewhere, path.join(world.answers, 'answer.crt'));
    const waiting = courierIn(world, { pollMs: 5 }).wait(anErrand(), SIGNAL);
    await writeFile(elsewhere, pem(MINE, SUB));
    expect((await waiting).from).toBe('answer.crt');
  });

  it('is not taken for a fault while it is being written', async () => {
    await using world = await OfflineWorld.make();
    const whole = pem(MINE, SUB);
    await courierIn(world).deliver(anErrand(), SIGNAL);
    await world.answer('br-1.BRANCH.crt', whole.slice(0, 300));
    const waiting = courierIn(world, { settleMs: 600_000 }).wait(anErrand(), SIGNAL);
    // One that waits less holds that this is all there will be.
    expect(await codeOf(courierIn(world).wait(anErrand({ pins: [] }), SIGNAL))).toBe('answer-unreadable');
    await world.answer('br-1.BRANCH.crt', pem(MINE));
    await world.answer('br-1.BRANCH.crt', whole);
    expect((await waiting).chain).toHaveLength(2);
  });

  it('is no longer waited for when the run ends', async () => {
    await using world = await OfflineWorld.make();
    const stop = new AbortController();
    const waiting = courierIn(world).wait(anErrand(), stop.signal);
    stop.abort();
    expect(await codeOf(waiting)).not.toBe('none');
    await expect(courierIn(world).deliver(anErrand(), stop.signal)).rejects.toThrow();
  });
});

describe('an answer that is none', () => {
  const named = 'br-1.BRANCH.crt';
  const future = new Date('2027-01-01T00:00:00Z');

  it.each<readonly [string, string, string | Uint8Array, string]>([
    ['for another key, under the errand’s name', named, pem(certificateFor(OTHER), SUB), 'other-key'],
    [
      'from a CA with another key',
      'x.crt',
      pem(certificateFor(KEYS, { issuer: FALSE_ROOT })),
      'chain-broken',
    ],
    ['without what leads to the pin', 'x.crt', pem(MINE), 'chain-broken'],
    ['not valid yet', 'x.crt', pem(certificateFor(KEYS, { notBefore: future }), SUB), 'not-valid'],
    ['cut off, under the errand’s name', named, pem(MINE).slice(0, -40), 'answer-unreadable'],
  ])('is refused by name: %s', async (_, name, content, code) => {
    await using world = await OfflineWorld.make();
    const courier = courierIn(world);
    await courier.deliver(anErrand(), SIGNAL);
    await world.answer(name, content);
    // The times of these files are the machine's; the courier's clock is a day on.
    const file = path.join(world.answers, name);
    const asked = path.join(world.requests, 'br-1.BRANCH.req');
    await utimes(asked, new Date('2026-11-20T01:00:00Z'), new Date('2026-11-20T01:00:00Z'));
    await utimes(file, new Date('2026-11-20T02:00:00Z'), new Date('2026-11-20T02:00:00Z'));
    expect(await codeOf(courier.deliver(anErrand(), SIGNAL))).toBe(code);

    const patient = courierIn(world, { settleMs: 2 * 24 * 3_600_000 });
    const early = await patient.deliver(anErrand(), SIGNAL);
    expect(early).toMatchObject({ kind: 'waiting', passedOver: [{ file: name }] });
  });

  it('is left alone when it is older than the request, or another’s, or a note', async () => {
    await using world = await OfflineWorld.make();
    await world.answer(named, pem(certificateFor(OTHER), SUB));
    await utimes(
      path.join(world.answers, named),
      new Date('2025-01-01T00:00:00Z'),
      new Date('2025-01-01T00:00:00Z'),
    );
    await world.answer('br-2.BRANCH.crt', pem(certificateFor(OTHER)).slice(0, -40));
    await world.answer('README', 'certificates come in here');
    expect(await courierIn(world).deliver(anErrand(), SIGNAL)).toMatchObject({
      kind: 'waiting',
      passedOver: [{ file: 'README' }, { file: 'br-2.BRANCH.crt' }],
    });
  });

  it('is nothing to go by without a pin', async () => {
    await using world = await OfflineWorld.make();
    await world.answer('x.crt', pem(MINE, SUB));
    expect(await codeOf(courierIn(world).deliver(anErrand({ pins: [] }), SIGNAL))).toBe('chain-broken');
  });
});

describe('a folder that cannot be used', () => {
  it.each(['requests', 'answers'] as const)('is told: %s', async (which) => {
    await using world = await OfflineWorld.make();
    const courier = courierIn(world, { [which]: path.join(world.path, 'nowhere') });
    expect(await codeOf(courier.deliver(anErrand(), SIGNAL))).toBe('folder-unusable');
    expect(await codeOf(courier.wait(anErrand(), SIGNAL))).toBe('folder-unusable');
  });

  it('leaves no draft behind', async () => {
    await using world = await OfflineWorld.make();
    await courierIn(world).deliver(
      anErrand({ request: readRequest(rsaRequest({ key: OTHER.privateKey })) }),
      SIGNAL,
    );
    await chmod(world.answers, 0o700);
    expect(await readdir(world.requests)).toEqual(['br-1.BRANCH.req']);
  });
});
