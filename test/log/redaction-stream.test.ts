import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { Redactor } from '../../src/log/redact.ts';

describe('a stream of redacted text', () => {
  it('changes nothing in text without secrets and holds back only what may become one', () => {
    const own = new Redactor();
    Secret.acquired('K-only-here-1', 'this test');
    const stream = own.stream();
    expect(stream.write('gw1#show clock ')).toBe('gw1#show clock ');
    expect(stream.write('K-only-')).toBe('');
    expect(stream.write('there')).toBe('K-only-there');
    own.close();
  });

  it('lets go of a long run of one secret', () => {
    Secret.acquired('aaaa', 'this test');
    const own = new Redactor();
    const stream = own.stream();
    let shown = '';
    for (let write = 0; write < 50; write += 1) shown += stream.write('a'.repeat(4_000));
    expect(shown).toContain('[redacted]');
    expect(`${shown}${stream.flush()}`).not.toContain('aaaa');
    own.close();
  });
});
