import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { onSecretKnown, Secret } from '../../src/domain/secret.ts';

describe('Secret', () => {
  it('prints as [redacted] wherever values are printed', () => {
    const secret = Secret.acquired('hunter2-printed', 'a test');
    const held = { deep: [secret] };
    const prints = [
      String(secret),
      ['x', secret].join(' '),
      JSON.stringify(held),
      inspect(held, { depth: 9 }),
      format('%o %s', held, secret),
    ];
    for (const print of prints) {
      expect(print).toContain('[redacted]');
      expect(print).not.toContain('hunter2');
    }
    expect(Object.values(secret).join()).not.toContain('hunter2');
    expect(inspect(secret, { customInspect: false, showHidden: true })).not.toContain('hunter2');
  });

  it('keeps its value through freezing and reveals it in one way', () => {
    const secret = Object.freeze(new Secret({ kind: 'env', name: 'X' }));
    expect(secret.isOpen).toBe(false);
    secret.open('value-frozen');
    expect(secret.isOpen).toBe(true);
    expect(secret.reveal()).toBe('value-frozen');
  });

  it('cannot be revealed before it was opened', () => {
    const secret = new Secret({ kind: 'env', name: 'NDES_PASSWORD' });
    expect(() => secret.reveal()).toThrow(
      'the secret from environment variable NDES_PASSWORD was not resolved',
    );
  });

  it.each([
    [new Secret({ kind: 'env', name: 'A' }), 'environment variable A'],
    [new Secret({ kind: 'file', path: '/a/b' }), 'file /a/b'],
    [new Secret({ kind: 'command', argv: ['pass', 'show', 'x'] }), 'command pass'],
    [new Secret({ kind: 'prompt', text: 'Login' }), 'prompt "Login"'],
    [Secret.acquired('v', 'ndes.example.net'), 'ndes.example.net'],
  ])('says where it comes from', (secret, text) => {
    expect(secret.describe()).toBe(text);
  });
});

describe('onSecretKnown', () => {
  it('tells of values known already and of those to come, until it is ended', () => {
    const heard: string[] = [];
    Secret.acquired('known-before', 'a test');
    const end = onSecretKnown((value) => heard.push(value));
    Secret.acquired('known-after', 'a test');
    end();
    Secret.acquired('known-too-late', 'a test');
    expect(heard).toContain('known-before');
    expect(heard).toContain('known-after');
    expect(heard).not.toContain('known-too-late');
  });

  it('says nothing of an empty value, which would redact everything', () => {
    const heard: string[] = [];
    const end = onSecretKnown((value) => heard.push(value));
    Secret.acquired('', 'a test');
    end();
    expect(heard).not.toContain('');
  });
});
