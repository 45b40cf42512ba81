import type http from 'node:http';
import { describe, expect, it } from 'vitest';
import type { MintOutcome } from '../../src/challenge/mint.ts';
import { ndesMint } from '../../src/challenge/ndes.ts';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { NdesChallengeSpec } from '../../src/domain/trustpoint.ts';
import { selfSigned } from './certificates.ts';
import { authority, device, failureOf, forever, ndesSpec, trustpoint } from './fixtures.ts';
import { type Stub, type StubOptions, startStub } from './ndes-stub.ts';
import { CACHE_FULL, issued, issuedForAll, NO_PERMISSION, ROUTERS_PAGE, THUMBPRINT } from './pages.ts';

const OTP = '8CE317021F690069';
const now = () => new Date('2026-03-01T12:00:00Z');
const certificate = selfSigned();

describe('the NDES admin page over http', () => {
  it('gives a password after three messages over one connection', async () => {
    await using stub = await startStub({ answer: page(issued(OTP)) });
    const outcome = await visit(stub);
    expect(outcome).toMatchObject({
      kind: 'minted',
      password: { reusable: false, validityMs: 3_600_000, notes: [`MD5 ${THUMBPRINT}`] },
    });
    expect(passwordOf(outcome)).toBe(OTP);
    expect(stub.log).toEqual(['negotiate NTLM', 'in by authenticate']);
    expect(stub.connections()).toBe(1);
  });

  it('is read when it arrives byte by byte', async () => {
    await using stub = await startStub({
      async answer(_, response) {
        response.writeHead(200, { 'content-type': 'text/html' });
        for (const byte of Buffer.from(issued(OTP), 'utf16le')) {
          if (!response.write(Buffer.of(byte)))
            await new Promise((resolve) => response.once('drain', resolve));
        }
        response.end();
      },
    });
    expect(passwordOf(await visit(stub))).toBe(OTP);
  });

  it('takes NTLM under the name Negotiate when only that is offered', async () => {
    await using stub = await startStub({ schemes: ['Negotiate'], answer: page(issued(OTP)) });
    expect(passwordOf(await visit(stub))).toBe(OTP);
    expect(stub.log).toEqual(['refused: anonymous NTLM', 'negotiate Negotiate', 'in by authenticate']);
  });

  it('gets an LMv2 answer when its challenge holds no time', async () => {
    await using stub = await startStub({ clock: false, answer: page(issued(OTP)) });
    expect(passwordOf(await visit(stub))).toBe(OTP);
  });

  it.each([
    ['svc-ndes@example.net', '', 'svc-ndes@example.net'],
    ['svc-ndes', '', 'svc-ndes'],
    ['NDES01\\svc-ndes', 'NDES01', 'svc-ndes'],
  ])('lets in %s', async (username, domain, user) => {
    await using stub = await startStub({ domain, user, answer: page(issued(OTP)) });
    expect(passwordOf(await visit(stub, { username }))).toBe(OTP);
  });

  it('may redirect inside the same server', async () => {
    await using stub = await startStub({
      answer(request, response) {
        if (request.url === '/certsrv/mscep_admin/') {
          response.writeHead(301, { location: '/certsrv/mscep_admin/page' }).end();
        } else page(issued(OTP))(request, response);
      },
    });
    expect(passwordOf(await visit(stub))).toBe(OTP);
  });

  it('does not get the account sent to another server', async () => {
    await using other = await startStub({ answer: page(issued(OTP)) });
    await using stub = await startStub({
      answer: (_, response) => void response.writeHead(302, { location: other.url }).end(),
    });
    const error = refusalOf(await visit(stub));
    expect(error.message).toBe('NDES of branch-ca answered HTTP 302');
    expect(error.detail).toContain(new URL(other.url).origin);
    expect(other.connections()).toBe(0);
  });

  it('may redirect in a circle', async () => {
    await using stub = await startStub({
      answer: (_, response) => void response.writeHead(302, { location: '/certsrv/mscep_admin/' }).end(),
    });
    expect(refusalOf(await visit(stub)).message).toBe('NDES of branch-ca answered HTTP 302');
  });

  it.each([
    [
      'a full cache',
      CACHE_FULL,
      'full',
      'NDES of branch-ca has no free slot: its password cache is full',
      'PasswordMax',
    ],
    [
      'a missing permission',
      NO_PERMISSION,
      'refused',
      'NDES of branch-ca gives EXAMPLE\\svc-ndes no password: the account lacks permission',
      'event 6',
    ],
    [
      'the page for routers',
      ROUTERS_PAGE,
      'refused',
      'NDES of branch-ca showed a page that cannot be read',
      'mscep_admin',
    ],
    [
      'a password no router takes',
      issued('8CE3?1702'),
      'refused',
      'the challenge from NDES branch-ca cannot be typed: it holds a question mark, which asks a router for help',
      'letters and digits',
    ],
  ])('that shows %s is an error in words', async (_, html, kind, message, hint) => {
    await using stub = await startStub({ answer: page(html) });
    const outcome = await visit(stub);
    expect(outcome).toMatchObject({ kind, error: { code: 'challenge-unavailable', message } });
    expect(outcome.kind !== 'minted' && outcome.error.hint).toContain(hint);
  });

  it.each([
    [403, 'forbids'],
    [404, '/certsrv/mscep_admin/'],
    [500, 'events 2 and 10'],
    [503, 'events 2 and 10'],
    [204, 'browser'],
  ])('that answers HTTP %i is an error in words', async (status, hint) => {
    await using stub = await startStub({ answer: (_, response) => void response.writeHead(status).end() });
    const error = refusalOf(await visit(stub));
    expect(error.message).toBe(`NDES of branch-ca answered HTTP ${status}`);
    expect(error.hint).toContain(hint);
  });

  it('that is larger than any admin page is given up', async () => {
    await using stub = await startStub({ answer: page('x'.repeat(300_000)) });
    expect(refusalOf(await visit(stub)).message).toContain('sent too much');
  });

  it('that does not answer is given up in time', async () => {
    await using stub = await startStub({ answer: () => {} });
    const outcome = await visit(stub, {}, { timeoutMs: 50 });
    expect(refusalOf(outcome).message).toBe('NDES of branch-ca did not answer in time');
    // It was asked: nobody knows whether there is a password now.
    expect(outcome).toMatchObject({ perhapsMinted: true });
  });

  it('that cannot be reached is an error that names the page', async () => {
    const stub = await startStub({ answer: () => {} });
    await stub[Symbol.asyncDispose]();
    const outcome = await visit(stub);
    const error = refusalOf(outcome);
    expect(outcome).toMatchObject({ perhapsMinted: false });
    expect(error.message).toBe('NDES of branch-ca cannot be reached (ECONNREFUSED)');
    expect(error.detail).toContain(stub.url);
  });

  it('behind something that closes the connection gets no third message', async () => {
    await using stub = await startStub({ closeAfterChallenge: true, answer: page(issued(OTP)) });
    const outcome = await visit(stub);
    expect(refusalOf(outcome).message).toBe(
      'NDES of branch-ca closed the connection in the middle of the NTLM login',
    );
    expect(outcome).toMatchObject({ perhapsMinted: false });
    expect(stub.log).toEqual(['negotiate NTLM']);
  });

  it('that offers no NTLM is not shown the account', async () => {
    await using stub = await startStub({ schemes: ['Basic'], answer: page(issued(OTP)) });
    const outcome = await visit(stub);
    expect(outcome).toMatchObject({
      final: true,
      error: { message: 'NDES of branch-ca takes no ntlm login' },
    });
    expect(refusalOf(outcome).detail).toContain('it offers: basic');
    expect(stub.log).toEqual(['refused: anonymous NTLM']);
  });
});

describe('the thumbprint on the page', () => {
  it('stops the run for this CA when it is not the pinned one', async () => {
    await using stub = await startStub({ answer: page(issued(OTP)) });
    const outcome = await visit(stub, {}, {}, ['MD5:00000000 00000000 00000000 00000000']);
    expect(outcome).toMatchObject({ kind: 'refused', final: true, error: { code: 'fingerprint-mismatch' } });
    expect(refusalOf(outcome).detail).toContain(THUMBPRINT);
  });

  it.each([
    ['is the pinned one', [THUMBPRINT]],
    ['cannot be compared with a SHA256 pin', ['AB'.repeat(32)]],
    ['is one of the pins, the other is of another hash', [THUMBPRINT, 'AB'.repeat(20)]],
  ])('is carried as a note when it %s', async (_, pins) => {
    await using stub = await startStub({ answer: page(issued(OTP)) });
    expect(await visit(stub, {}, {}, pins)).toMatchObject({ password: { notes: [`MD5 ${THUMBPRINT}`] } });
  });
});

describe('the NDES admin page over https', () => {
  it.each([
    ['sha256', 'sha256'],
    ['sha384', 'sha384'],
    ['sha512', 'sha512'],
  ] as const)('binds the login to a certificate signed with %s', async (signed, endPointHash) => {
    const own = selfSigned(signed);
    await using stub = await startStub({ certificate: own, endPointHash, answer: page(issued(OTP)) });
    expect(passwordOf(await visit(stub, {}, { ca: own.cert }))).toBe(OTP);
  });

  it('refuses a login bound to the certificate of somebody in between', async () => {
    const between = selfSigned();
    // The server behind expects its own certificate in the binding; the one in between shows another.
    await using stub = await startStub({
      certificate: { ...between, der: certificate.der.subarray(1) },
      answer: page(issued(OTP)),
    });
    expect(refusalOf(await visit(stub, {}, { ca: between.cert })).message).toContain('refused the account');
    expect(stub.log).toEqual(['negotiate NTLM', 'refused: another TLS channel']);
  });

  it('is not trusted without its root', async () => {
    await using stub = await startStub({ certificate, answer: page(issued(OTP)) });
    const error = refusalOf(await visit(stub));
    expect(error.message).toBe(
      'NDES of branch-ca cannot be trusted over https (DEPTH_ZERO_SELF_SIGNED_CERT)',
    );
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(stub.log).toEqual([]);
  });

  it('takes Basic', async () => {
    await using stub = await startStub({ certificate, schemes: ['Basic'], answer: page(issued(OTP)) });
    const outcome = await visit(stub, { auth: 'basic', username: 'svc-ndes' }, { ca: certificate.cert });
    expect(passwordOf(outcome)).toBe(OTP);
    expect(stub.log).toEqual(['in by basic']);
  });
});

describe('Basic over plain http', () => {
  const basic = { auth: 'basic', username: 'svc-ndes' } as const;

  it('sends nothing without consent', async () => {
    await using stub = await startStub({ schemes: ['Basic'], answer: page(issued(OTP)) });
    expect(refusalOf(await visit(stub, basic)).message).toContain('Basic over plain http');
    expect(stub.connections()).toBe(0);
  });

  it('works with consent', async () => {
    await using stub = await startStub({ schemes: ['Basic'], answer: page(issued(OTP)) });
    expect(passwordOf(await visit(stub, { ...basic, allowInsecure: true }))).toBe(OTP);
  });
});

describe('the NDES source of a run', () => {
  it.each(['ntlm', 'basic'] as const)('tries a wrong account once by %s, for all devices', async (auth) => {
    await using stub = await startStub({
      schemes: auth === 'ntlm' ? ['NTLM'] : ['Basic'],
      user: 'svc-ndes',
      answer: page(issued(OTP)),
    });
    const spec = ndesSpec(stub.url, {
      auth,
      allowInsecure: true,
      password: Secret.acquired('wrong', 'test'),
    });
    const source = createChallengeSources({ now }).for(authority(spec));
    const together = ['a', 'b', 'c'].map((name) =>
      failureOf(source.acquire(device(name), trustpoint(), forever)),
    );
    const errors = await Promise.all(together);
    errors.push(await failureOf(source.acquire(device('d'), trustpoint(), forever)));
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set(['NDES of branch-ca refused the account EXAMPLE\\svc-ndes']),
    );
    expect(stub.log.filter((line) => /wrong/.test(line))).toHaveLength(1);
    expect(stub.connections()).toBe(1);
    expect(JSON.stringify(errors)).not.toContain('wrong');
  });

  it('gives each device a password of its own and never shows one', async () => {
    let count = 0;
    await using stub = await startStub({
      answer(request, response) {
        count += 1;
        page(issued(`0123456789ABCD0${count}`))(request, response);
      },
    });
    const slots: string[] = [];
    const sources = createChallengeSources({
      now,
      onSlots: (name, used, capacity, waiting) => slots.push(`${name} ${used}/${capacity} ${waiting}`),
    });
    const source = sources.for(authority(ndesSpec(stub.url, { capacity: 2 })));
    const [first, second] = await Promise.all(
      ['a', 'b'].map((name) => source.acquire(device(name), trustpoint(), forever)),
    );
    const third = source.acquire(device('c'), trustpoint(), forever);
    expect(count).toBe(2);
    first?.spent();
    expect((await third).password?.reveal()).toBe('0123456789ABCD03');
    expect(second?.expiresAt).toEqual(new Date('2026-03-01T13:00:00Z'));
    expect(`${String(second?.password)} ${JSON.stringify(second)}`).not.toContain('0123456789');
    expect(slots).toContain('branch-ca 2/2 1');
  });

  it('is visited by one at first, and by three at once when the account was let in', async () => {
    let underWay = 0;
    const together: number[] = [];
    await using stub = await startStub({
      answer(request, response) {
        underWay += 1;
        together.push(underWay);
        setImmediate(() => {
          underWay -= 1;
          page(issued(`0123456789ABCD0${together.length}`))(request, response);
        });
      },
    });
    const spec = ndesSpec(stub.url);
    const mint = ndesMint(authority(spec), spec, { now });
    expect(mint.atOnce).toBe(1);
    expect((await mint.mint(device(), trustpoint(), forever)).kind).toBe('minted');
    expect(mint.atOnce).toBe(3);
    const source = createChallengeSources({ now }).for(authority(spec));
    await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) => source.acquire(device(name), trustpoint(), forever)),
    );
    expect(Math.max(...together)).toBeLessThanOrEqual(3);
    expect(together).toHaveLength(6);
  });

  it('is visited by one again when the account was refused meanwhile', async () => {
    let isOpen = true;
    await using stub = await startStub({
      answer(request, response) {
        if (isOpen) page(issued(OTP))(request, response);
        else response.writeHead(401, { 'www-authenticate': 'NTLM' }).end();
      },
    });
    const spec = ndesSpec(stub.url);
    const mint = ndesMint(authority(spec), spec, { now });
    await mint.mint(device(), trustpoint(), forever);
    isOpen = false;
    expect((await mint.mint(device(), trustpoint(), forever)).kind).toBe('refused');
    expect(mint.atOnce).toBe(1);
  });

  it('takes no one-time password where the inventory says that there is one for all', async () => {
    await using stub = await startStub({ answer: page(issued(OTP)) });
    const outcome = await visit(stub, { singlePassword: true });
    expect(refusalOf(outcome)).toMatchObject({
      code: 'challenge-unavailable',
      message: 'NDES of branch-ca showed a one-time password, and the inventory says singlePassword: true',
    });
    expect(outcome).toMatchObject({ final: true, perhapsMinted: true });
    await using single = await startStub({ answer: page(issuedForAll(OTP)) });
    expect(passwordOf(await visit(single, { singlePassword: true }))).toBe(OTP);
  });

  it('shares the one password of UseSinglePassword', async () => {
    let visits = 0;
    await using stub = await startStub({
      answer(request, response) {
        visits += 1;
        page(issuedForAll(OTP))(request, response);
      },
    });
    const source = createChallengeSources({ now }).for(authority(ndesSpec(stub.url, { capacity: 1 })));
    const challenges = await Promise.all(
      ['a', 'b', 'c'].map((name) => source.acquire(device(name), trustpoint(), forever)),
    );
    expect(challenges.map(({ password }) => password?.reveal())).toEqual([OTP, OTP, OTP]);
    expect(visits).toBe(1);
  });
});

function page(html: string): StubOptions['answer'] {
  return (_: http.IncomingMessage, response: http.ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(Buffer.from(html, 'utf16le'));
  };
}

function visit(
  stub: Stub,
  change: Partial<NdesChallengeSpec> = {},
  options: { ca?: string; timeoutMs?: number } = {},
  pins: readonly string[] = [],
): Promise<MintOutcome> {
  const spec = ndesSpec(stub.url, change);
  return ndesMint(authority(spec, pins), spec, { now, ...options }).mint(device(), trustpoint(), forever);
}

function passwordOf(outcome: MintOutcome): string {
  if (outcome.kind !== 'minted') throw outcome.error;
  return outcome.password.password.reveal();
}

function refusalOf(outcome: MintOutcome) {
  if (outcome.kind === 'refused') return outcome.error;
  throw new Error(`expected a refusal, not: ${outcome.kind}`);
}
