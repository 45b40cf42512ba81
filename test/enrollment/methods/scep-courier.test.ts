import { createPublicKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Errand } from '../../../src/courier/errand.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { ScepAuthority } from '../../../src/domain/trustpoint.ts';
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
  expect(courier.standing(NEVER)?.der).toEqual(errand.request.der);
  expect((await courier.deliver(errand, SIGNAL)).kind).toBe('waiting');
  expect(manual.desk.all).toHaveLength(1);
  manual.desk.grant();
  expect((await courier.wait(errand, SIGNAL)).from).toBe('the CA');
  expect(courier.standing(NEVER)).toBeUndefined();
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

function courierTo(ca: LabCa, url = ca.enrollmentUrl): ScepCourier {
  const authority: ScepAuthority = {
    ...TRUSTPOINT.authority,
    scep: { url, ra: false },
    fingerprints: errandAt(ca).pins,
  };
  return new ScepCourier({ authority, now: () => new Date() });
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
