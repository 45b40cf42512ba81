import { describe, expect, it } from 'vitest';
import type { RenewalDecision } from '../../src/domain/result.ts';
import { stuckError } from '../../src/enrollment/stuck.ts';

const EXPIRED: RenewalDecision = {
  trustpoint: 'OLD',
  decision: 'expired',
  reason: 'it ended on 2026-05-31; only trustfleet enroll can replace it',
};
const CA_ENDS: RenewalDecision = {
  trustpoint: 'VPN',
  decision: 'ca-expires-first',
  reason: 'the CA certificate itself ends on 2026-07-01',
};
const FINE = (['due', 'not-due', 'no-certificate', 'pending'] as const).map((decision) => ({
  trustpoint: 'BRANCH',
  decision,
  reason: '',
}));
const renewed = (trustpoint: string) => ({
  trustpoint,
  serial: '0A0B',
  notAfter: new Date('2027-06-01T00:00:00Z'),
});

describe('stuckError', () => {
  it.each(FINE)('is no error for a certificate that is $decision', (decision) => {
    expect(stuckError([decision], [])).toBeUndefined();
  });

  it('names the certificate, why it cannot be renewed, and what helps', () => {
    expect(stuckError([...FINE, EXPIRED], [])).toMatchObject({
      code: 'plan-conflict',
      message: 'OLD: cannot be renewed: it ended on 2026-05-31; only trustfleet enroll can replace it',
      hint: expect.stringContaining('run trustfleet enroll for this device'),
    });
    expect(stuckError([CA_ENDS], [])?.hint).toBe('the CA has to be rolled over first');
  });

  it('says what was renewed all the same', () => {
    const error = stuckError([CA_ENDS], [renewed('BRANCH'), renewed('WAN')]);
    expect(error?.message).toBe(
      'VPN: cannot be renewed: the CA certificate itself ends on 2026-07-01 (BRANCH and WAN were renewed, verified and saved)',
    );
    expect(error?.detail.split('\n')).toEqual([
      'VPN: ca-expires-first: the CA has to be rolled over first',
      'BRANCH: renewed, verified and saved: serial number 0A0B, until 2027-06-01',
      'WAN: renewed, verified and saved: serial number 0A0B, until 2027-06-01',
    ]);
  });

  it('gives each its own remedy where two need different ones', () => {
    const error = stuckError([EXPIRED, CA_ENDS], []);
    expect(error?.message).toContain('OLD: cannot be renewed: ');
    expect(error?.message).toContain('VPN: cannot be renewed: ');
    expect(error?.hint).toBe(
      'OLD: run trustfleet enroll for this device: it asks for a certificate with a new challenge; VPN: the CA has to be rolled over first',
    );
  });
});
