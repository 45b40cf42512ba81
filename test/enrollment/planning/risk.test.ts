import { describe, expect, it } from 'vitest';
import type { Consent } from '../../../src/domain/consent.ts';
import type { Observation } from '../../../src/enrollment/observation.ts';
import { CA, DEVICE, identity, inDays, observed, TRUSTPOINT, wantedLines } from '../world.ts';
import { described, type PlanOptions } from './plans.ts';

const whole = { lines: wantedLines(), ca: CA, keyBits: 2048 };
const WITH = { ...whole, identity: identity({ from: -340, to: 20 }) };

function riskOf(router: Observation, options?: PlanOptions): string {
  return described(router, options).risk.level;
}

function reasonsOf(router: Observation, options?: PlanOptions): readonly string[] {
  return described(router, options).risk.reasons.map(({ level, text }) => `${level}: ${text}`);
}

describe('the risk', () => {
  it('is none where nothing is typed', () => {
    expect(described(observed(WITH)).risk).toEqual({
      level: 'none',
      reasons: [{ level: 'none', text: 'nothing is typed but show commands' }],
    });
  });

  it('is low for a first enrollment, and tells that saving saves what others left', () => {
    expect(riskOf(observed({}))).toBe('low');
    expect(reasonsOf(observed({})).join('\n')).toContain('whatever somebody else left unsaved');
  });

  it('is medium where a line takes the place of another', () => {
    const lines = [...wantedLines().filter((line) => !line.startsWith('fqdn ')), 'fqdn old.example.net'];

    expect(riskOf(observed({ ...whole, lines }))).toBe('medium');
    expect(reasonsOf(observed({ ...whole, lines }))[0]).toBe('medium: BRANCH gets other values: fqdn');
  });

  it('is medium where the clock is set', () => {
    const router = observed({});
    const clock = { ...router.clock, authority: 'not-authoritative' } as const;

    expect(reasonsOf({ ...router, clock })[0]).toMatch(/^medium: the clock is set/);
  });

  it('is medium for a renewal, with a new key named', () => {
    const renew = { kind: 'renew' } as const;
    const rolling = {
      ...DEVICE,
      trustpoints: [{ ...TRUSTPOINT, renew: { ...TRUSTPOINT.renew, keys: 'regenerate' as const } }],
    };

    expect(riskOf(observed(WITH), { purpose: renew })).toBe('medium');
    expect(reasonsOf(observed(WITH), { purpose: renew, device: rolling }).join('\n')).toContain(
      'and its key',
    );
  });

  it('is medium for a certificate that has ended', () => {
    const router = observed({ ...whole, identity: identity({ from: -340, to: -1 }) });

    expect(reasonsOf(router)[0]).toBe('medium: BRANCH replaces a certificate that has ended');
  });

  it.each<[Consent, string, Observation]>([
    [
      'replace-ca',
      'is removed with certificate 0A0B',
      observed({
        ...WITH,
        lines: [
          ...wantedLines().filter((line) => !line.startsWith('enrollment url')),
          'enrollment url http://old.example.net:80',
        ],
      }),
    ],
    [
      'adopt-trustpoint',
      'loses lines that somebody configured: no enrollment terminal',
      observed({ ...whole, lines: [...wantedLines(), 'enrollment terminal'] }),
    ],
    [
      'reissue',
      'peers that check them may refuse it',
      observed({
        ...WITH,
        lines: [...wantedLines().filter((line) => !line.startsWith('fqdn ')), 'fqdn old.example.net'],
      }),
    ],
  ])('is high with --%s: %s', (consent, text, router) => {
    expect(riskOf(router, { consents: [consent] })).toBe('high');
    expect(reasonsOf(router, { consents: [consent] })[0]).toContain(text);
  });

  it('is high where a trustpoint with a certificate lost its key pair', () => {
    const { keyBits: _, ...keyless } = WITH;

    expect(reasonsOf(observed(keyless))[0]).toMatch(/^high: BRANCH holds a certificate, and its key pair/);
  });

  it('names the worst reason first', () => {
    const levels = described(observed({ ...WITH, identity: identity({ from: -340, to: -1 }) }), {
      allowOverwriteNvram: true,
      now: inDays(0),
    }).risk.reasons.map(({ level }) => level);

    expect(levels).toEqual(levels.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    expect(levels).toContain('medium');
  });
});

const ORDER = ['high', 'medium', 'low', 'none'];
