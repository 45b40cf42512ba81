import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthorityFacts, Poll, ShownCertificate, Tried } from '../../src/doctor/facts.ts';
import { DOCTOR_CHECKS } from '../../src/doctor/finding.ts';
import { routerAlgorithms } from '../../src/doctor/router-algorithms.ts';
import type { Wants } from '../../src/doctor/wants.ts';
import { InputError } from '../../src/domain/errors.ts';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { doctor, type Found, foundFrom, startCa } from './world.ts';

let ca: LabCa;
let fit: Found;
beforeAll(async () => {
  ca = await startCa('ndes');
  fit = await doctor(ca, { releases: ['15.7'] });
});
afterAll(() => ca.close());

/** What is found when something was seen otherwise. */
function foundWith(facts: Partial<AuthorityFacts>, wants: Partial<Wants> = {}, now = new Date()): Found {
  return foundFrom({ ...fit.wants, ...wants }, { ...fit.facts, ...facts }, now);
}

function certificates(
  change: (one: ShownCertificate) => ShownCertificate,
): Tried<readonly ShownCertificate[]> {
  const { certificates: seen } = fit.facts;
  if (seen === undefined || !('value' in seen)) throw new Error('the CA showed none');
  return { ...seen, value: seen.value.map(change) };
}

const withFacts =
  (role: ShownCertificate['role'], facts: Partial<ShownCertificate['facts']>) =>
  (one: ShownCertificate): ShownCertificate =>
    one.role === role ? { ...one, facts: { ...one.facts, ...facts } } : one;

describe('the key usage', () => {
  it('fails when no certificate of a registration authority may be encrypted to, or sign', () => {
    for (const [usage, lacks] of [
      ['digitalSignature', 'keyEncipherment'],
      ['keyEncipherment', 'digitalSignature'],
    ] as const) {
      const found = foundWith({ certificates: certificates(withFacts('ra', { keyUsage: [usage] })) });
      expect(found.finding('ra-usage')).toMatchObject({ status: 'fail' });
      expect(found.finding('ra-usage').says).toContain(`key usage ${lacks} `);
    }
  });

  it('is a warning for a CA by itself, and for short keys', () => {
    const alone = certificates(withFacts('ca', { keyUsage: ['keyCertSign', 'cRLSign'] }));
    if (!('value' in alone)) throw new Error('unseen');
    const only = { ...alone, value: alone.value.filter(({ role }) => role === 'ca') };
    expect(foundWith({ certificates: only }).finding('ra-usage')).toMatchObject({ status: 'warn' });
    const short = certificates(withFacts('ra', { keyBits: 1024 }));
    expect(foundWith({ certificates: short }).finding('ra-usage')).toMatchObject({ status: 'warn' });
  });

  it('fails for keys that SCEP cannot use', () => {
    const curve = certificates(withFacts('ra', { keyAlgorithm: 'ec', keyBits: 256 }));
    expect(foundWith({ certificates: curve }).finding('ra-usage').says).toContain('elliptic curve');
  });
});

describe('a certificate that is not in force yet', () => {
  it('fails', () => {
    const notBefore = new Date('2037-01-01T00:00:00Z');
    const early = foundWith({ certificates: certificates(withFacts('ca', { notBefore })) });
    expect(early.finding('ca-expiry').says).toContain('not in force before 2037-01-01');
    expect(early.status('ca-expiry')).toBe('fail');
  });
});

describe('the next CA', () => {
  it('is a warning when it is offered and cannot be trusted', () => {
    const found = foundWith({
      next: { failed: 'the signature of the message does not verify', milliseconds: 1 },
    });
    expect(found.finding('next-ca')).toMatchObject({ status: 'warn' });
    expect(found.finding('next-ca').says).toContain('does not verify');
  });
});

describe('an answer to a router’s way of asking', () => {
  const poll = (outcome: Poll['outcome']): Partial<AuthorityFacts> => ({
    polls: [{ digest: 'md5', cipher: '3des', characters: 3600, outcome }],
  });
  const status = (outcome: Poll['outcome'], filler?: AuthorityFacts['filler']) => {
    const found = foundWith({ ...poll(outcome), ...(filler === undefined ? {} : { filler }) });
    return `${found.status('long-get')} ${found.status('algorithms')}`;
  };

  it.each([
    [{ kind: 'answered', digest: 'md5', failInfo: 'badCertId' }, 'pass pass'],
    [{ kind: 'answered', digest: 'md5', failInfo: 'badAlg' }, 'pass fail'],
    [{ kind: 'answered', digest: 'sha1', failInfo: 'badRequest' }, 'pass warn'],
    [{ kind: 'unreadable', why: 'the signature does not verify' }, 'pass warn'],
    [{ kind: 'failed', why: 'no answer within 10 s' }, 'fail skip'],
  ] as const)('that is %j is %s', (outcome, expected) => {
    expect(status(outcome)).toBe(expected);
  });

  it('is blamed on its length only when another question of that length is refused as well', () => {
    const refused = { kind: 'http', status: 404 } as const;
    expect(status(refused, { value: 404, milliseconds: 1 })).toBe('fail skip');
    expect(status(refused, { failed: 'the connection was closed', milliseconds: 1 })).toBe('fail skip');
    expect(status({ kind: 'http', status: 500 }, { value: 200, milliseconds: 1 })).toBe('pass fail');
  });

  it('says nothing when the CA answers no poll at all, in its own algorithms neither', () => {
    const broken = { kind: 'http', status: 500 } as const;
    const withControl = (outcome: Poll['outcome']) =>
      foundWith({
        ...poll(broken),
        filler: { value: 200, milliseconds: 1 },
        control: { digest: 'sha256', cipher: 'aes128', characters: 3600, outcome },
      }).status('algorithms');
    expect(withControl(broken)).toBe('skip');
    expect(withControl({ kind: 'answered', digest: 'sha256', failInfo: 'badCertId' })).toBe('fail');
  });
});

describe('an NDES page', () => {
  const door = (code: number, schemes: readonly string[] = []) => {
    const { challenge } = fit.facts;
    if (challenge.kind !== 'ndes') throw new Error('no NDES');
    return foundWith({ challenge: { ...challenge, probe: { status: code, schemes } } }).finding('challenge');
  };

  it('fails when it is open to everybody', () => {
    expect(door(200)).toMatchObject({ status: 'fail' });
    expect(door(200).says).toContain('open to everybody');
  });

  it('is a warning when it points elsewhere, and fails when the service is broken', () => {
    expect(door(302)).toMatchObject({ status: 'warn' });
    expect(door(500).remedy).toContain('events 2 and 10');
    expect(door(401, ['basic']).says).toContain('offers basic');
    expect(door(401, []).says).toContain('offers nothing');
  });
});

describe('whatever was seen', () => {
  it('every check has a finding, failures and warnings of it a remedy, and nothing is thrown', () => {
    const tried = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Tried<Value>> =>
      fc.oneof(
        fc.record({ value, milliseconds: fc.nat() }),
        fc.record({
          failed: fc.constantFrom('no answer within 10 s', 'HTTP status 404'),
          milliseconds: fc.nat(),
        }),
      );
    const seen = fit.facts.certificates;
    const all = seen !== undefined && 'value' in seen ? seen.value : [];
    const role = fc.constantFrom<ShownCertificate['role']>('ca', 'ra', 'chain', 'other');
    const shown = fc.array(
      fc
        .tuple(fc.constantFrom(...all), role, fc.date({ noInvalidDate: true }))
        .map(([one, as, notAfter]) => ({
          role: as,
          facts: { ...one.facts, notAfter },
        })),
      { maxLength: 4 },
    );
    const outcome = fc.oneof(
      fc.record({ kind: fc.constant('answered' as const), digest: fc.constantFrom('md5', 'sha1', 'other') }),
      fc.record({ kind: fc.constant('http' as const), status: fc.constantFrom(404, 414, 500) }),
      fc.record({ kind: fc.constantFrom('failed' as const, 'unreadable' as const), why: fc.string() }),
    );
    const poll = fc.record({
      digest: fc.constantFrom('md5' as const, 'sha1' as const),
      cipher: fc.constantFrom('des' as const, '3des' as const),
      characters: fc.nat(9000),
      outcome,
    });
    const words = fc.subarray(['AES', 'Renewal', 'SHA-256', 'GetNextCACert'] as const);
    const facts = fc.record(
      {
        connected: tried(fc.constant('192.0.2.1')),
        capabilities: tried(fc.record({ status: fc.constantFrom(200, 404), words })),
        certificates: tried(shown),
        next: tried(shown),
        polls: fc.array(poll, { maxLength: 3 }),
        filler: tried(fc.constantFrom(200, 404)),
      },
      { requiredKeys: ['polls'] },
    );
    fc.assert(
      fc.property(facts, tried(fc.constant(['192.0.2.1'])), (some, resolved) => {
        const { url, challenge } = fit.facts;
        const found = foundFrom(fit.wants, { url, challenge, resolved, ...some }, new Date());
        expect(new Set(found.findings.map(({ check }) => check))).toEqual(
          new Set(Object.keys(DOCTOR_CHECKS)),
        );
        for (const { status, says, remedy } of found.findings) {
          expect(says).not.toMatch(/undefined|\[object|NaN|Infinity/);
          if (status === 'fail' || status === 'warn') expect(remedy ?? '').not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a release uses', () => {
  it.each([
    ['12.4', 'md5 des'],
    ['ios 12.4(15)T14', 'md5 des'],
    ['15.1', 'md5 des'],
    ['ios 15.2(4)M7', 'md5 3des'],
    ['15.9', 'md5 3des'],
    ['03.16', 'sha1 3des'],
    ['ios-xe 17.09.04a', 'sha1 3des'],
    ['26.1', 'sha1 3des'],
  ])('is for %s %s, and the digest of a hash line', (release, expected) => {
    const { digest, cipher } = routerAlgorithms(release);
    expect(`${digest} ${cipher}`).toBe(expected);
    expect(routerAlgorithms(release, 'sha256')).toEqual({ digest: 'sha256', cipher });
  });

  it('is refused for what is no release, whatever it is', () => {
    for (const text of ['', '9.4', '2026', 'seventeen', '17', 'ios']) {
      expect(() => routerAlgorithms(text)).toThrow(InputError);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(['des', '3des']).toContain(routerAlgorithms(text).cipher);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});
