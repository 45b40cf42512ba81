import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Errand } from '../../../src/courier/errand.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { ScepAuthority } from '../../../src/domain/trustpoint.ts';
import { KeptTransactions } from '../../../src/enrollment/methods/kept-transactions.ts';
import { ScepCourier } from '../../../src/enrollment/methods/scep-courier.ts';
import { LabCa, type LabCaOptions } from '../../../src/lab/ca/lab-ca.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { readRequest } from '../../../src/pki/request.ts';
import { newKey, rsaRequest } from '../../pki/make-request.ts';
import { TRUSTPOINT } from '../world.ts';

const KEY = newKey();
const CHALLENGE = 'one-challenge';
const SIGNAL = new AbortController().signal;
const NEVER = { name: 'br-1', device: 'br-1', trustpoint: 'BRANCH' } as const;

let automatic: LabCa;
let manual: LabCa;

const start = (more: Partial<LabCaOptions> = {}): Promise<LabCa> =>
  LabCa.start({ profile: 'generic', challenge: CHALLENGE, keyBits: 1024, ...more });

beforeAll(async () => {
  [automatic, manual] = await Promise.all([start(), start({ approval: 'manual' })]);
});
afterAll(async () => {
  await Promise.all([automatic.close(), manual.close()]);
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

it('brings the certificate for a router’s request, which is signed with a key that it does not have', async () => {
  const courier = courierTo(automatic);
  const delivery = await courier.deliver(errandAt(automatic), SIGNAL);
  if (delivery.kind !== 'answered') throw new Error('no answer');
  const { publicKey } = new X509Certificate(delivery.answer.certificate.der);
  expect(publicKey.equals(createPublicKey(KEY))).toBe(true);
  const asked = automatic.asked.at(-1);
  expect(asked?.signer.publicKey).not.toEqual(asked?.csr.publicKey);
});

it('tells a refusal, with what may be the reason', async () => {
  const error = await failureOf(courierTo(automatic).deliver(errandAt(automatic, 'wrong'), SIGNAL));
  expect([error.code, error.hint]).toEqual([
    'request-rejected',
    expect.stringMatching(/challenge password.*holder of its key/),
  ]);
});

it('asks about one pending request again and again, and brings its certificate once it is granted', async () => {
  const courier = courierTo(manual);
  const errand = errandAt(manual);
  expect(await courier.deliver(errand, SIGNAL)).toEqual({ kind: 'waiting', passedOver: [] });
  expect((await courier.standing(NEVER))?.der).toEqual(errand.request.der);
  expect((await courier.deliver(errand, SIGNAL)).kind).toBe('waiting');
  expect(manual.desk.all).toHaveLength(1);
  manual.desk.grant();
  expect((await courier.wait(errand, SIGNAL)).from).toBe('the CA');
  await courier.settle(errand);
  expect(await courier.standing(NEVER)).toBeUndefined();
});

describe('a request that an earlier process took to the CA', () => {
  it('is asked about in the same transaction, with the same key, and sent no second time', async () => {
    const folder = await aFolder();
    const errand = { ...errandAt(manual), device: 'br-3' };
    const first = courierTo(manual, undefined, folder);
    expect((await first.deliver(errand, SIGNAL)).kind).toBe('waiting');
    const [sent] = manual.asked.slice(-1);

    const file = path.join(folder, 'br-3.BRANCH.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = await readFile(file, 'utf8');
    expect(kept).not.toContain(CHALLENGE);
    expect(kept).not.toContain(Buffer.from(CHALLENGE).toString('base64').slice(0, -4));

    const second = courierTo(manual, undefined, folder);
    const request = await second.standing({ device: 'br-3', trustpoint: 'BRANCH' });
    if (request === undefined) throw new Error('nothing stands');
    expect(request.fingerprints).toEqual(errand.request.fingerprints);
    const again = { ...errand, request };
    expect((await second.deliver(again, SIGNAL)).kind).toBe('waiting');
    const polled = manual.asked.at(-1);
    expect([polled?.messageType, polled?.transactionId]).toEqual(['CertPoll', sent?.transactionId]);
    expect(polled?.signer.publicKey).toEqual(sent?.signer.publicKey);

    manual.desk.grant();
    expect((await second.wait(again, SIGNAL)).from).toBe('the CA');
    // Until the router has it, it can be asked for once more.
    expect(
      await courierTo(manual, undefined, folder).standing({ device: 'br-3', trustpoint: 'BRANCH' }),
    ).toBeDefined();
    await second.settle(again);
    expect(await readdir(folder)).toEqual([]);
  });

  it('that the CA knows nothing of is forgotten, and the router has to print it again', async () => {
    const folder = await aFolder();
    const errand = { ...errandAt(manual), device: 'br-4' };
    await courierTo(manual, undefined, folder).deliver(errand, SIGNAL);
    await using restarted = await start({ approval: 'manual' });
    const kept = new KeptTransactions(folder);
    const found = await kept.find('br-4.BRANCH');
    if (found === undefined) throw new Error('nothing is kept');
    await kept.keep('br-4.BRANCH', { ...found, url: restarted.enrollmentUrl });
    const courier = courierTo(restarted, undefined, folder);
    const request = await courier.standing({ device: 'br-4', trustpoint: 'BRANCH' });
    if (request === undefined) throw new Error('nothing stands');
    const error = await failureOf(
      courier.deliver({ ...errandAt(restarted), device: 'br-4', request }, SIGNAL),
    );
    expect([error.code, error.hint]).toEqual(['request-unanswered', expect.stringMatching(/run again/)]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['{', '{"version":2}', ''])('is nobody’s when its file holds %j', async (text) => {
    const folder = await aFolder();
    await writeFile(path.join(folder, 'br-1.BRANCH.json'), text);
    expect(await courierTo(manual, undefined, folder).standing(NEVER)).toBeUndefined();
  });

  it('is not sent when it cannot be kept', async () => {
    const folder = path.join(await aFolder(), 'file');
    await writeFile(folder, '');
    const before = manual.asked.length;
    const courier = courierTo(manual, undefined, folder);
    const error = await failureOf(courier.deliver({ ...errandAt(manual), device: 'br-5' }, SIGNAL));
    expect([error.code, manual.asked.length]).toEqual(['state-unwritable', before]);
  });

  it('is not kept when nobody listened', async () => {
    const folder = await aFolder();
    const courier = courierTo(manual, 'http://127.0.0.1:9/', folder);
    await failureOf(courier.deliver(errandAt(manual), SIGNAL));
    expect(await readdir(folder)).toEqual([]);
  });
});

it('sends nothing to a CA that is not the pinned one', async () => {
  const before = automatic.asked.length;
  const courier = courierTo(manual, automatic.enrollmentUrl);
  const error = await failureOf(courier.deliver(errandAt(manual), SIGNAL));
  expect([error.code, automatic.asked.length]).toEqual(['fingerprint-mismatch', before]);
});

it('tells a CA that does not answer', async () => {
  const courier = courierTo(automatic, 'http://127.0.0.1:9/');
  expect((await failureOf(courier.deliver(errandAt(automatic), SIGNAL))).code).toBe('request-unanswered');
});

it('ends when it is told to', async () => {
  const stop = new AbortController();
  const waiting = courierTo(manual).wait({ ...errandAt(manual), device: 'br-2' }, stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

const folders: string[] = [];
async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-kept-'));
  folders.push(folder);
  return folder;
}

function courierTo(ca: LabCa, url = ca.enrollmentUrl, folder?: string): ScepCourier {
  const authority: ScepAuthority = {
    ...TRUSTPOINT.authority,
    scep: { url, ra: false },
    fingerprints: errandAt(ca).pins,
  };
  return new ScepCourier({
    authority,
    now: () => new Date(),
    ...(folder === undefined ? {} : { transactions: new KeptTransactions(folder) }),
  });
}

function errandAt(ca: LabCa, challengePassword = CHALLENGE): Errand {
  const certificate = decodeCertificate(ca.authority.ca.certificate);
  return {
    device: 'br-1',
    trustpoint: 'BRANCH',
    request: readRequest(rsaRequest({ key: KEY, challengePassword })),
    pins: certificate.fingerprints.filter(({ hash }) => hash === 'SHA256'),
    authorities: [certificate],
  };
}

async function failureOf(promise: Promise<unknown>): Promise<DeviceError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof DeviceError) return thrown;
  throw thrown;
}
