import { describe, expect, it } from 'vitest';
import { maskedText } from '../../src/domain/config-line.ts';
import type { Consent } from '../../src/domain/consent.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { type Plan, type Purpose, planDevice } from '../../src/enrollment/plan.ts';
import { issue } from '../pki/make-certificate.ts';
import { CA, DEVICE, identity, inDays, NOW, observed, RENDERER, TRUSTPOINT, wantedLines } from './world.ts';

type State = Parameters<typeof observed>[0];

const LINES = wantedLines();
const GOOD: State = { lines: LINES, ca: CA, identity: identity({ from: -100, to: 200 }), keyBits: 2048 };
const ENROLL: Purpose = { kind: 'enroll' };

function plan(
  state: State,
  purpose: Purpose = ENROLL,
  device = DEVICE,
  consents: readonly Consent[] = [],
): Plan {
  return planDevice(RENDERER.render(device), observed(state), purpose, NOW, new Set(consents));
}
const kinds = (of: Plan): string[] => of.actions.map(({ kind }) => kind);

function conflict(state: State): DeviceError {
  try {
    plan(state);
  } catch (error) {
    if (error instanceof DeviceError) return error;
    throw error;
  }
  throw new Error('no conflict was found');
}

describe('the plan to enroll', () => {
  it('does everything, in order, on a router that has nothing', () => {
    const first = plan({ timeLines: [] });
    expect(kinds(first)).toEqual([
      'set-clock',
      'configure',
      'generate-keypair',
      'authenticate',
      'enroll',
      'await-grant',
      'save',
    ]);
    expect(first.actions.every(({ why }) => why !== '')).toBe(true);
  });

  it('does nothing on a router that has everything', () => {
    expect(plan(GOOD).actions).toEqual([]);
  });

  it('saves what an earlier run did not save, and nothing else', () => {
    expect(kinds(plan({ ...GOOD, saved: false }))).toEqual(['save']);
  });

  it.each<[string, State, string[]]>([
    [
      'continues after the trustpoint was configured',
      { lines: LINES },
      ['generate-keypair', 'authenticate', 'enroll', 'await-grant', 'save'],
    ],
    [
      'continues after the key pair was made',
      { lines: LINES, keyBits: 2048 },
      ['authenticate', 'enroll', 'await-grant', 'save'],
    ],
    [
      'continues after the CA was authenticated',
      { lines: LINES, keyBits: 2048, ca: CA },
      ['enroll', 'await-grant', 'save'],
    ],
    [
      'makes no second request while one is pending',
      { lines: LINES, keyBits: 2048, ca: CA, pending: true },
      ['await-grant', 'save'],
    ],
    [
      'replaces a certificate that has ended',
      { ...GOOD, identity: identity({ from: -400, to: -1 }) },
      ['enroll', 'await-grant', 'save'],
    ],
  ])('%s', (_name, state, expected) => {
    expect(kinds(plan(state))).toEqual(expected);
  });

  it('types a hash that a router with a certificate shows no line for only before the next request', () => {
    const hashed = { ...TRUSTPOINT, hash: 'sha1' as const };
    const device = { ...DEVICE, trustpoints: [hashed] };
    const typed = (state: State, purpose: Purpose, on = device): string[] =>
      plan(state, purpose, on)
        .actions.filter(({ kind }) => kind === 'configure')
        .flatMap((action) => (action.kind === 'configure' ? action.lines.slice(1).map(maskedText) : []))
        .map((line) => line.trim());
    const settled = plan(GOOD, ENROLL, device);
    expect(settled.actions).toEqual([]);
    expect(settled.notes.join()).toContain('no line for “hash sha1”');
    expect(typed({ ...GOOD, identity: identity({ from: -400, to: -1 }) }, ENROLL)).toEqual(['hash sha1']);
    const renewing: State = { ...GOOD, identity: identity({ from: -100, to: 10 }) };
    expect(typed(renewing, { kind: 'renew' })).toEqual(['hash sha1']);
    expect(typed({ ...GOOD, lines: [...LINES, 'hash md5'] }, ENROLL)).toEqual(['hash sha1']);
    const byItself = { ...hashed, autoEnroll: { percent: 80, regenerate: false } };
    const onItsOwn = typed({ ...GOOD, lines: [...LINES, 'auto-enroll 80'] }, ENROLL, {
      ...DEVICE,
      trustpoints: [byItself],
    });
    expect(onItsOwn).toEqual(['hash sha1']);
  });

  it('types only the lines that differ, below the head of the trustpoint', () => {
    const state = { ...GOOD, lines: LINES.filter((line) => !line.startsWith('ip-address')) };
    const action = plan(state).actions.find(({ kind }) => kind === 'configure');
    expect(action?.kind === 'configure' && action.lines.map(maskedText)).toEqual([
      'crypto pki trustpoint BRANCH',
      'ip-address none',
    ]);
  });

  it('leaves lines it does not know and says so', () => {
    const made = plan({ ...GOOD, lines: [...LINES, 'authorization username subjectname commonname'] });
    expect(made.actions).toEqual([]);
    expect(made.notes.join()).toContain('authorization username');
  });

  it('asks for no challenge where the CA wants none', () => {
    const trustpoint = {
      ...TRUSTPOINT,
      authority: { ...TRUSTPOINT.authority, challenge: { kind: 'none' } as const },
    };
    const made = plan({ lines: LINES, keyBits: 2048, ca: CA }, ENROLL, {
      ...DEVICE,
      trustpoints: [trustpoint],
    });
    expect(made.actions[0]).toMatchObject({ kind: 'enroll', challenge: false });
  });
});

describe('what the plan will not touch', () => {
  const OTHER_CA = issue({
    subject: ['CN=Branch CA'],
    ca: true,
    notBefore: inDays(-10),
    notAfter: inDays(10),
  });
  const without = (head: string): string[] => LINES.filter((line) => !line.startsWith(head));

  it.each<[string, State, string, RegExp]>([
    [
      'a CA certificate that is not the pinned one',
      { ...GOOD, ca: OTHER_CA },
      'plan-conflict',
      /already trusts another CA/,
    ],
    [
      'another enrollment url under a CA certificate',
      { ...GOOD, lines: [...without('enrollment url'), 'enrollment url http://other:80'] },
      'plan-conflict',
      /enrollment url differs/,
    ],
    [
      'another key pair under a certificate',
      { ...GOOD, lines: [...without('rsakeypair'), 'rsakeypair OLD 2048'] },
      'plan-conflict',
      /another key pair/,
    ],
    [
      'another subject under a certificate that is in force',
      { ...GOOD, lines: [...without('subject-name'), 'subject-name CN=somebody'] },
      'plan-conflict',
      /another subject-name/,
    ],
    [
      'another way to enroll',
      { lines: [...LINES, 'enrollment terminal'] },
      'plan-conflict',
      /spoil the enrollment/,
    ],
    [
      'a key pair of another trustpoint',
      { lines: LINES, keyBits: 2048, otherTrustpoints: 'crypto pki trustpoint VPN\n rsakeypair BRANCH 2048' },
      'plan-conflict',
      /belongs to trustpoint VPN/,
    ],
    [
      'a key pair that is too short',
      { lines: LINES, keyBits: 1024 },
      'keypair-conflict',
      /is RSA 1024, the inventory asks for RSA 2048/,
    ],
  ])('is %s', (_name, state, code, message) => {
    const error = conflict(state);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  const OTHER_URL = [...without('enrollment url'), 'enrollment url http://other:80'];
  const OTHER_NAME = [...without('subject-name'), 'subject-name CN=somebody'];

  it.each<[Consent, State, string[]]>([
    [
      'replace-ca',
      { ...GOOD, ca: OTHER_CA },
      ['remove-trustpoint', 'configure', 'authenticate', 'enroll', 'await-grant', 'save'],
    ],
    [
      'replace-ca',
      { ...GOOD, lines: OTHER_URL },
      ['remove-trustpoint', 'configure', 'authenticate', 'enroll', 'await-grant', 'save'],
    ],
    [
      'adopt-trustpoint',
      { lines: [...LINES, 'enrollment terminal'], keyBits: 2048 },
      ['configure', 'authenticate', 'enroll', 'await-grant', 'save'],
    ],
    [
      'share-key',
      { lines: LINES, keyBits: 2048, otherTrustpoints: 'crypto pki trustpoint VPN\n rsakeypair BRANCH 2048' },
      ['authenticate', 'enroll', 'await-grant', 'save'],
    ],
    ['reissue', { ...GOOD, lines: OTHER_NAME }, ['configure', 'enroll', 'await-grant', 'save']],
  ])('is touched with --%s, which its conflict names', (consent, state, expected) => {
    expect(conflict(state).hint).toContain(`--${consent}`);
    expect(kinds(plan(state, ENROLL, DEVICE, [consent]))).toEqual(expected);
  });

  it('is not a shared key whose certificate the trustpoint holds, or has asked for: that was allowed then', () => {
    const SHARED = { otherTrustpoints: 'crypto pki trustpoint VPN\n rsakeypair BRANCH 2048' };
    expect(kinds(plan({ ...GOOD, ...SHARED }))).toEqual([]);
    const due = { ...GOOD, ...SHARED, identity: identity({ from: -350, to: 12 }) };
    expect(kinds(plan(due, { kind: 'renew' }))).toEqual(['enroll', 'await-grant', 'save']);
    const pending = { lines: LINES, keyBits: 2048, ca: CA, pending: true, ...SHARED };
    expect(kinds(plan(pending))).toEqual(['await-grant', 'save']);

    // A key that came since, and one that the renewal would take away from the other trustpoint.
    const spki = new Uint8Array(OTHER_CA.spki);
    const replaced = { ...identity({ from: -100, to: 200 }), spki };
    expect(conflict({ ...GOOD, ...SHARED, identity: replaced }).message).toMatch(/belongs to trustpoint VPN/);
    const regenerating = {
      ...DEVICE,
      trustpoints: [{ ...TRUSTPOINT, renew: { ...TRUSTPOINT.renew, keys: 'regenerate' as const } }],
    };
    expect(() => plan(due, { kind: 'renew' }, regenerating)).toThrow(/belongs to trustpoint VPN/);
    expect(kinds(plan({ ...GOOD, ...SHARED }, ENROLL, regenerating))).toEqual([]);

    // A roll leaves the key where it is.
    const rolling = {
      ...DEVICE,
      trustpoints: [{ ...TRUSTPOINT, renew: { ...TRUSTPOINT.renew, keys: 'roll' as const } }],
    };
    const ended = { ...GOOD, ...SHARED, identity: identity({ from: -400, to: -1 }) };
    expect(kinds(plan(ended, ENROLL, rolling))).toContain('enroll');
  });

  it('removes the lines that spoil an adopted trustpoint, a stored password without its value', () => {
    const state = { lines: [...LINES, 'enrollment terminal', 'password 7 05080F1C2243'], keyBits: 2048 };
    const action = plan(state, ENROLL, DEVICE, ['adopt-trustpoint']).actions[0];
    expect(action?.kind === 'configure' && action.lines.map(maskedText)).toEqual([
      'crypto pki trustpoint BRANCH',
      'no enrollment terminal',
      'no password',
    ]);
    expect(JSON.stringify(conflict(state).detail)).not.toContain('05080F1C2243');
  });

  it('is not the foreign line of a trustpoint whose certificate is in force', () => {
    const made = plan({ ...GOOD, lines: [...LINES, 'password 7 05080F1C2243'] });
    expect(made.actions).toEqual([]);
    expect(made.notes.join()).toContain('password');
    expect(made.notes.join()).not.toContain('05080F1C2243');
  });

  it('is everything else, whatever consent was given for another thing', () => {
    expect(() =>
      plan({ ...GOOD, ca: OTHER_CA }, ENROLL, DEVICE, ['reissue', 'share-key', 'adopt-trustpoint']),
    ).toThrow(/another CA/);
  });

  it('is no key pair that is longer than asked for', () => {
    expect(kinds(plan({ ...GOOD, keyBits: 4096 }))).toEqual([]);
  });
});

describe('the plan to renew', () => {
  const DUE: State = { ...GOOD, identity: identity({ from: -350, to: 12 }) };
  const RENEW: Purpose = { kind: 'renew' };

  it('touches nothing that is not due', () => {
    const made = plan(GOOD, RENEW);
    expect(made.actions).toEqual([]);
    expect(made.decisions).toMatchObject([{ decision: 'not-due' }]);
  });

  it('asks with the old certificate and without a challenge', () => {
    const made = plan(DUE, RENEW);
    expect(kinds(made)).toEqual(['enroll', 'await-grant', 'save']);
    expect(made.actions[0]).toMatchObject({
      challenge: false,
      replaces: { serial: '0A0B', notAfter: inDays(12) },
    });
  });

  it('lets the router make new keys only when the inventory wants it', () => {
    const trustpoint = { ...TRUSTPOINT, renew: { ...TRUSTPOINT.renew, keys: 'regenerate' as const } };
    const made = plan(DUE, RENEW, { ...DEVICE, trustpoints: [trustpoint] });
    expect(made.actions[0]).toMatchObject({ kind: 'configure' });
    expect(made.actions[0]?.kind === 'configure' && made.actions[0].lines.map(maskedText)).toEqual([
      'crypto pki trustpoint BRANCH',
      'regenerate',
    ]);
  });

  it('does not repair the clock of a router that is not due', () => {
    expect(plan({ ...GOOD, timeLines: [] }, RENEW).actions).toEqual([]);
  });

  it('takes another subject along with the new certificate', () => {
    const lines = LINES.map((line) => (line.startsWith('subject-name') ? 'subject-name CN=old' : line));
    expect(kinds(plan({ ...DUE, lines }, RENEW))).toEqual(['configure', 'enroll', 'await-grant', 'save']);
  });
});
