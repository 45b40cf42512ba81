import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import { parseFingerprint } from '../../../src/domain/fingerprint.ts';
import type { Seen } from '../../../src/enrollment/ca-lookup.ts';
import { authenticateCa } from '../../../src/enrollment/steps/authenticate.ts';
import { opening, openScripted, scriptedDevice } from '../../ios/router.ts';
import { issue, type Made } from '../../pki/make-certificate.ts';
import { CA, inDays, RENDERER, TRUSTPOINT } from '../world.ts';

/** Somebody else's: to the router it shall have the SHA1 of `CA`, which nobody can make, so the script says it has. */
const FORGED = issue({ subject: ['CN=Branch CA'], ca: true, notBefore: inDays(-1), notAfter: inDays(9) });
const hexOf = (hash: string, der: Uint8Array): string =>
  createHash(hash).update(der).digest('hex').toUpperCase();
const grouped = (hex: string): string => (hex.match(/.{8}/g) ?? []).join(' ');

const PINS = ['sha1', 'sha256'].map((hash) => {
  const pin = parseFingerprint(`${hash}:${hexOf(hash, CA.der)}`);
  if ('problem' in pin) throw new Error(pin.problem);
  return pin;
});
const SHOWN = `< Certificate has the following attributes:
<        Fingerprint MD5: ${grouped(hexOf('md5', FORGED.der))}
<       Fingerprint SHA1: ${grouped(hexOf('sha1', CA.der))}
<`;
const READ_BACK = '> show running-config | section crypto pki';

/** The chain as the running configuration prints it. */
function chain({ der }: Made): string {
  const hex =
    Buffer.from(der)
      .toString('hex')
      .toUpperCase()
      .match(/.{1,64}/g) ?? [];
  return [
    '< crypto pki certificate chain BRANCH',
    '<  certificate ca 01',
    ...hex.map((line) => `<   ${line}`),
    '<   quit',
  ].join('\n');
}

describe('a certificate with the pinned SHA1 that has not the pinned SHA256', () => {
  it('gets a no where this machine knows the pinned one, and the error says that the router holds none', async () => {
    const error = await authenticating(
      { certificates: [CA.der] },
      `${SHOWN}
<_ % Do you accept this certificate? [yes/no]:\\s
> no
< % CA certificate was not accepted.
<_ R1(config)#
> end
<_ R1#
${READ_BACK}
<_ R1#`,
    );
    expect(error.code).toBe('fingerprint-mismatch');
    expect(error.message).toContain(`pinned is MD5 ${grouped(hexOf('md5', CA.der))}`);
    expect(error.detail).toMatch(/\ntrustpoint BRANCH holds no CA certificate$/);
  });

  it('is told of where the router accepted it by its own fingerprint line: what it holds, how to remove it', async () => {
    const error = await authenticating(
      { certificates: [CA.der] },
      `${SHOWN}
< Trustpoint Fingerprint: ${grouped(hexOf('sha1', CA.der))}
< Certificate validated - fingerprints matched.
< Trustpoint CA certificate accepted.
<_ R1(config)#
> end
<_ R1#
${READ_BACK}
${chain(FORGED)}
<_ R1#`,
    );
    expect(error.code).toBe('fingerprint-mismatch');
    expectToldHowItWasLeft(error);
  });

  it('is found out by reading it back where this machine cannot see the CA, and told of in the same way', async () => {
    const error = await authenticating(
      { unseen: new Error('no connection to the CA: ECONNREFUSED') },
      `${SHOWN}
<_ % Do you accept this certificate? [yes/no]:\\s
> yes
< Trustpoint CA certificate accepted.
<_ R1(config)#
> end
<_ R1#
${READ_BACK}
${chain(FORGED)}
<_ R1#`,
    );
    expect(error.code).toBe('fingerprint-mismatch');
    expect(error.message).toBe(
      'BRANCH: the CA certificate that the router now holds is not the pinned one: SHA1 does not, SHA256 does not',
    );
    expectToldHowItWasLeft(error);
  });

  it('is not passed over in silence where what was accepted cannot be read', async () => {
    const error = await authenticating(
      { unseen: new Error('no connection to the CA: ECONNREFUSED') },
      `${SHOWN}
<_ % Do you accept this certificate? [yes/no]:\\s
> yes
< Trustpoint CA certificate accepted.
<_ R1(config)#
> end
<_ R1#
${READ_BACK}
< crypto pki certificate chain BRANCH
<  certificate ca 01
<   3082
<   quit
<_ R1#`,
    );
    expect(error.code).toBe('output-unreadable');
    expect(error.detail).toContain(
      'trustpoint BRANCH accepted a CA certificate before this; nothing was saved',
    );
  });
});

describe('a router that could not fetch the CA certificate', () => {
  it('is looked at all the same: that it holds none is said', async () => {
    const error = await authenticating(
      { certificates: [CA.der] },
      `< % Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0
<
<_ R1(config)#
> end
<_ R1#
${READ_BACK}
<_ R1#`,
    );
    expect(error.code).toBe('ca-unreachable');
    expect(error.detail).toMatch(/trustpoint BRANCH holds no CA certificate$/);
  });
});

function expectToldHowItWasLeft({ detail, hint }: DeviceError): void {
  const forged = `SHA256 ${grouped(hexOf('sha256', FORGED.der))}`;
  expect(detail).toContain(
    'left in the running configuration, not saved: trustpoint BRANCH with certificate ca 01, SHA1 ',
  );
  expect(detail).toContain(forged);
  expect(detail).toContain('configure terminal, no crypto pki trustpoint BRANCH');
  expect(detail).toContain('a reload without saving discards it, too');
  expect(hint).toContain('the router holds it, unsaved: remove it (no crypto pki trustpoint BRANCH)');
}

/**
 * How the step fails at a router that goes on like this behind the command, where this machine sees that of the CA. The
 * router insists on what is typed.
 */
async function authenticating(seen: Seen, rest: string): Promise<DeviceError> {
  const { session, transport } = await openScripted(
    opening('R1', `> configure terminal\n<_ R1(config)#\n> crypto pki authenticate BRANCH\n${rest}`),
  );
  const trustpoint = { ...TRUSTPOINT, authority: { ...TRUSTPOINT.authority, fingerprints: PINS } };
  const done = authenticateCa(
    {
      device: { ...scriptedDevice(), trustpoints: [trustpoint] },
      session,
      renderer: RENDERER,
      challenges: { for: () => ({ capacity: 0, acquire: () => Promise.reject(new Error('not asked')) }) },
      allowOverwriteNvram: false,
      heard: new Map(),
      consents: () => new Set(),
      caLookup: { certificates: () => Promise.resolve(seen) },
      now: () => new Date(),
      monotonic: () => performance.now(),
      signal: new AbortController().signal,
    },
    'BRANCH',
    () => undefined,
  );
  const error = await done.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeviceError)) throw error;
  transport.finish();
  return error;
}
