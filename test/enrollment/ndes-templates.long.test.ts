import { describe, expect, it } from 'vitest';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { keyUsageOf, parseCertificate } from '../../src/scep/index.ts';
import { OneCa, usualInventory } from './one-ca.ts';

const TEMPLATES = {
  signature: { name: 'RouterSign' },
  encryption: { name: 'RouterEncrypt' },
  general: { name: 'RouterBoth' },
};

/** An NDES in single-password mode that issues by a template of its own for each key usage. */
function ndes(trustpoint: Readonly<Record<string, unknown>>, templates = TEMPLATES): Promise<OneCa> {
  return OneCa.start({
    ca: { profile: 'ndes', singlePassword: 'ABCDEF0123456789ABCDEF0123456789', templates },
    release: '17.9',
    secrets: { NDES: 'Lab-only-2026' },
    inventory: (ca) => {
      const challenge = {
        url: ca.adminUrl,
        username: 'LAB\\ndes-operator',
        password: { env: 'NDES' },
        allowInsecure: true,
        singlePassword: true,
      };
      return usualInventory(ca, {
        authority: { scep: { url: ca.enrollmentUrl, ra: true }, challenge: { ndes: challenge } },
        trustpoint,
      });
    },
  });
}

const challenges = () => createChallengeSources({ now: () => new Date() });

/** By what the CA issued, and for what. */
function issuedBy({ ca }: OneCa): ReadonlyMap<string | undefined, string> {
  return new Map(
    ca.authority.issued.map(({ template, der }) => [
      template,
      (keyUsageOf(parseCertificate(der).extensions) ?? []).join(' '),
    ]),
  );
}

describe('an NDES with a template for each key usage', () => {
  it('issues by two of them to a router with usage keys, with one password for both requests', async () => {
    await using world = await ndes({ key: { usageKeys: true } });
    const result = await world.enroll({ challenges: challenges() });
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(issuedBy(world)).toEqual(
      new Map([
        ['RouterSign', 'digitalSignature'],
        ['RouterEncrypt', 'keyEncipherment'],
      ]),
    );
    expect(new Set(world.ca.authority.issued.map(({ challenge }) => challenge)).size).toBe(1);
    expect(world.typed.filter((line) => line.startsWith('crypto pki enroll'))).toHaveLength(1);
  });

  it('issues by the third to a router with one key pair', async () => {
    await using world = await ndes({});
    const result = await world.enroll({ challenges: challenges() });
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(issuedBy(world)).toEqual(new Map([['RouterBoth', 'digitalSignature keyEncipherment']]));
  });

  it('refuses the half whose template the CA does not issue; the rejection names the event that says so', async () => {
    const encryption = { ...TEMPLATES.encryption, isUnpublished: true };
    await using world = await ndes({ key: { usageKeys: true } }, { ...TEMPLATES, encryption });
    const result = await world.enroll({ challenges: challenges() });
    expect(result.error?.code).toBe('request-rejected');
    expect(result.error?.detail).toContain('event 31');
    expect([...issuedBy(world).keys()]).toEqual(['RouterSign']);
  });
});
