import { describe, expect, it } from 'vitest';
import { maskedText, plainLine } from '../../../src/domain/config-line.ts';
import { planUndoing } from '../../../src/enrollment/guard/undo.ts';
import type { Action } from '../../../src/enrollment/plan.ts';
import { CA, identity, observed } from '../world.ts';

const configure = (...lines: string[]): Action => ({
  kind: 'configure',
  why: 'this test',
  trustpoint: 'BRANCH',
  lines: ['crypto pki trustpoint BRANCH', ...lines].map(plainLine),
});
const undone = (present: readonly string[] | undefined, ...actions: Action[]) => {
  const { remove, lines, stays } = planUndoing(
    observed(present === undefined ? {} : { lines: present }),
    actions,
  );
  return { remove, stays, lines: lines.flatMap((block) => block.lines.map(maskedText)) };
};

describe('what a run did to a router', () => {
  it('goes with a trustpoint that was not there', () => {
    expect(
      undone(undefined, configure('fqdn none'), {
        kind: 'enroll',
        why: '',
        trustpoint: 'BRANCH',
        challenge: true,
      }),
    ).toEqual({
      remove: ['BRANCH'],
      lines: [],
      stays: ['what the CA issued for BRANCH stays valid at the CA'],
    });
  });

  it('is put back line by line in a trustpoint that was', () => {
    const { lines, remove } = undone(
      ['enrollment url http://192.0.2.1:80', 'hash sha1', 'auto-enroll 90', 'revocation-check crl'],
      configure('hash sha256', 'fqdn none', 'no auto-enroll'),
    );
    expect(remove).toEqual([]);
    expect(lines).toEqual(['crypto pki trustpoint BRANCH', ' hash sha1', ' no fqdn none', ' auto-enroll 90']);
  });

  it('leaves a line with a secret, and says so without it', () => {
    const { lines, stays } = undone(['password 7 02050D4808'], configure('no password'));
    expect(lines).toEqual([]);
    expect(stays).toEqual(['BRANCH: “password 7 [redacted]” held a secret and was not put back']);
  });

  it('does not bring back a trustpoint that was removed, nor a certificate, and says what does', () => {
    const held = identity({ from: -300, to: 20 });
    const before = observed({ lines: [], ca: CA, identity: held });
    const anew = planUndoing(before, [
      { kind: 'remove-trustpoint', why: '', trustpoint: 'BRANCH' },
      configure('fqdn none'),
    ]);
    expect(anew.remove).toEqual([]);
    expect(anew.stays.join()).toContain('took its certificates with it');
    const renewed = planUndoing(before, [
      {
        kind: 'enroll',
        why: '',
        trustpoint: 'BRANCH',
        challenge: false,
        replaces: { serial: '0A0B', ...REST },
      },
    ]);
    expect(renewed.stays.join('; ')).toMatch(/0A0B cannot be put back by hand; nothing was saved: a reload/);
  });

  it('leaves clock and key pairs', () => {
    const { stays } = undone(
      undefined,
      { kind: 'set-clock', why: '', lines: [], adjust: true },
      {
        kind: 'generate-keypair',
        why: '',
        trustpoint: 'BRANCH',
        label: 'KEYS',
        command: plainLine('crypto key generate'),
        olderForms: [],
      },
    );
    expect(stays).toEqual(['the clock and its lines stay', 'the new key pair KEYS stays']);
  });
});

const REST = { notAfter: new Date(0), publicKey: new Uint8Array(), keyWanted: 'same' } as const;
