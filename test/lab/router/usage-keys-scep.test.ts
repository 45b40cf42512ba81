import { describe, expect, it } from 'vitest';

import {
  type EnrollmentRequest,
  issueCertificate,
  keyUsageOf,
  nameFromText,
} from '../../../src/scep/index.ts';
import { Console } from './console.ts';
import { startRouter, TinyCa, type TinyCaOptions, until } from './world.ts';

/** Grants what is asked for, key usage included. */
function grant({ csr }: EnrollmentRequest, ca: TinyCa) {
  const notBefore = new Date(Date.now() - 60_000);
  const certificate = issueCertificate({
    serial: ca.requests.length + 1,
    issuer: nameFromText('CN=Tiny CA,O=Example'),
    subject: csr.subject,
    publicKey: csr.publicKey,
    notBefore,
    notAfter: new Date(notBefore.getTime() + 86_400_000),
    extensions: csr.extensions,
    signingKey: ca.key,
    hash: 'sha256',
  });
  return { status: 'granted' as const, certificate };
}

async function enrolling(ca: TinyCa, ...lines: readonly string[]): Promise<Console> {
  const console = await Console.configured(
    {},
    'crypto key generate rsa usage-keys label TP modulus 1024',
    'crypto pki trustpoint TP',
    `enrollment url ${ca.url}`,
    'serial-number none',
    'ip-address none',
    'password secret',
    `fingerprint ${ca.fingerprint('sha1')}`,
    'rsakeypair TP',
    ...lines,
    'exit',
  );
  await console.line('crypto pki authenticate TP');
  await enroll(console);
  return console;
}

async function enroll(console: Console): Promise<void> {
  await console.ask('crypto pki enroll TP');
  await console.line('yes');
}

const start = (decide: TinyCaOptions['decide'] = grant): Promise<TinyCa> => TinyCa.start({ decide });

describe('SCEP with usage keys', () => {
  it('sends two requests for one command, and holds two certificates', async () => {
    await using ca = await start();
    using console = await enrolling(ca);
    const trustpoint = console.router.trustpoints.open('TP');
    await until(() => trustpoint.status === 'Granted');
    expect(ca.requests).toHaveLength(2);
    expect(new Set(ca.requests.flatMap(({ csr }) => keyUsageOf(csr.extensions)))).toEqual(
      new Set(['digitalSignature', 'keyEncipherment']),
    );
    expect(new Set(ca.requests.map(({ transactionId }) => transactionId)).size).toBe(2);
    const [signature, encryption] = console.router.keys.labeled('TP');
    expect(trustpoint.identity?.certificate.publicKey).toEqual(signature?.publicKey);
    expect(trustpoint.encryption?.certificate.publicKey).toEqual(encryption?.publicKey);
    expect(await console.line('do show crypto pki certificates TP | include Usage')).toBe(
      '  Certificate Usage: Encryption\n  Certificate Usage: Signature\n  Certificate Usage: Signature\n',
    );
    expect(await console.line('do show running-config | count ^ certificate [0-9A-F]+')).toContain('= 2');
    expect(console.router.failures).toEqual([]);
  });

  it('is pending with both until the CA grants both', async () => {
    let open = false;
    await using ca = await start((request, tiny) => (open ? grant(request, tiny) : { status: 'pending' }));
    using console = await enrolling(ca);
    const trustpoint = console.router.trustpoints.open('TP');
    await until(() => trustpoint.request !== undefined && trustpoint.encryptionRequest !== undefined);
    expect(await console.line('do show crypto pki certificates TP | include Key Usage')).toBe(
      '   Key Usage: Signature\n   Key Usage: Encryption\n',
    );
    open = true;
    await until(() => trustpoint.status === 'Granted');
    expect([trustpoint.identity, trustpoint.encryption].includes(undefined)).toBe(false);
  });

  it('is rejected when one of them is', async () => {
    await using ca = await start((request, tiny) =>
      keyUsageOf(request.csr.extensions)?.includes('keyEncipherment') === true
        ? { status: 'rejected', failInfo: 'badRequest' }
        : grant(request, tiny),
    );
    using console = await enrolling(ca);
    const trustpoint = console.router.trustpoints.open('TP');
    await until(() => trustpoint.status === 'Rejected');
    expect(trustpoint.identity).toBeDefined();
    expect(trustpoint.encryption).toBeUndefined();
  });

  it('makes both keys anew with regenerate, and each takes the place of its old one', async () => {
    await using ca = await start();
    using console = await enrolling(ca, 'regenerate');
    const trustpoint = console.router.trustpoints.open('TP');
    await until(() => trustpoint.status === 'Granted');
    const before = console.router.keys.all.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
    trustpoint.status = undefined;
    expect(await console.ask('crypto pki enroll TP')).toContain('re-enrollment');
    await console.ask('yes');
    await console.line('yes');
    await until(() => trustpoint.status === 'Granted');
    expect(console.router.keys.all.map(({ label }) => label)).toEqual(['TP', 'TP']);
    expect(console.router.keys.labeled('TP').map(({ use }) => use)).toEqual(['signature', 'encryption']);
    expect(
      console.router.keys.all.some(({ publicKey }) =>
        before.includes(Buffer.from(publicKey).toString('hex')),
      ),
    ).toBe(false);
    expect(ca.requests.slice(2).every(({ renewal }) => renewal)).toBe(true);
  });
});

it('a router may start with two keys and two certificates', async () => {
  await using ca = await start();
  using console = await enrolling(ca);
  const trustpoint = console.router.trustpoints.open('TP');
  await until(() => trustpoint.status === 'Granted');
  const [signature, encryption] = console.router.keys.labeled('TP');
  if (signature === undefined || encryption === undefined) throw new Error('the router has no two keys');
  await using other = await startRouter({
    preset: [
      {
        trustpoint: 'TP',
        lines: [`enrollment url ${ca.url}`, 'rsakeypair TP'],
        key: { label: 'TP', privateKey: signature.privateKey },
        certificate: trustpoint.identity?.certificate.der ?? new Uint8Array(),
        encryption: {
          privateKey: encryption.privateKey,
          certificate: trustpoint.encryption?.certificate.der ?? new Uint8Array(),
        },
        ca: ca.certificate,
      },
    ],
  });
  expect(other.state.certificates.map(({ kind }) => kind)).toEqual(['identity', 'encryption', 'ca']);
  expect(other.state.keys.map(({ use }) => use)).toEqual(['signature', 'encryption']);
});
