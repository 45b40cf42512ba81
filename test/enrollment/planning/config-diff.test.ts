import { describe, expect, it } from 'vitest';
import { type ConfigDiff, replacedHeads } from '../../../src/enrollment/planning/config-diff.ts';
import { CA, identity, observed, wantedLines } from '../world.ts';
import { described } from './plans.ts';

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

function drawn(diffs: readonly ConfigDiff[]): readonly string[] {
  return diffs.flatMap(({ about, lines }) => [
    `@@ ${about}`,
    ...lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`),
  ]);
}

describe('the difference to the running configuration', () => {
  it('of a router without the trustpoint is its lines, as they are typed', () => {
    const { diff } = described(observed({}));

    expect(drawn(diff)).toEqual([
      '@@ trustpoint BRANCH',
      '+crypto pki trustpoint BRANCH',
      ...wantedLines()
        .filter(
          (line) =>
            !/^(?:enrollment retry count 10|enrollment retry period 1|revocation-check crl)$/.test(line),
        )
        .map((line) => `+ ${line}`),
    ]);
  });

  it('shows a line that takes the place of another beside it, and what stays around them', () => {
    const lines = wantedLines().map((line) => (line.startsWith('fqdn ') ? 'fqdn old.example.net' : line));

    const { diff } = described(
      observed({
        lines: [
          'revocation-check none',
          ...lines.filter((line) => !line.startsWith('revocation-check')),
          'auto-enroll 70',
        ],
        keyBits: 2048,
      }),
    );

    const text = drawn(diff);
    expect(text.slice(0, 2)).toEqual(['@@ trustpoint BRANCH', ' crypto pki trustpoint BRANCH']);
    const at = text.indexOf('- fqdn old.example.net');
    expect(text[at + 1]).toBe('+ fqdn br-0001.example.net');
    expect(text).toContain('  auto-enroll 70');
    expect(text.filter((line) => /^[+-]/.test(line)).length).toBeLessThanOrEqual(4);
    expect(diff.flatMap(replacedHeads)).toContain('fqdn');
  });

  it('shows what --adopt-trustpoint takes away, its secret masked', () => {
    const lines = [...wantedLines(), 'password 7 0822455D0A16'];

    const { diff } = described(observed({ lines, keyBits: 2048 }), { consents: ['adopt-trustpoint'] });

    const text = drawn(diff);
    expect(text).toContain('- password 7 [redacted]');
    expect(text.join('\n')).not.toContain('0822455D0A16');
    expect(text.join('\n')).not.toContain('+ no password');
  });

  it('shows a trustpoint that is made anew with the certificates that it loses', () => {
    const lines = wantedLines().map((line) =>
      line.startsWith('enrollment url') ? 'enrollment url http://old.example.net:80' : line,
    );
    const router = observed({ lines, ca: CA, identity: identity({ from: -10, to: 200 }), keyBits: 2048 });

    const { diff } = described(router, { consents: ['replace-ca'] });

    const text = drawn(diff);
    expect(text.slice(0, 2)).toEqual(['@@ trustpoint BRANCH', '-crypto pki trustpoint BRANCH']);
    expect(text).toContain('- certificate 0A0B');
    expect(text.indexOf('+crypto pki trustpoint BRANCH')).toBeGreaterThan(text.indexOf('- certificate 0A0B'));
  });

  it('of a router that lacks nothing is none', () => {
    const router = observed({
      lines: wantedLines(),
      ca: CA,
      identity: identity({ from: -10, to: 200 }),
      keyBits: 2048,
    });

    expect(described(router)).toMatchObject({ diff: [], actions: [], steps: [], work: 'none' });
  });
});
