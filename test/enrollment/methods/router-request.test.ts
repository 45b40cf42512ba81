import { createPublicKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { Trustpoint } from '../../../src/domain/trustpoint.ts';
import { readRouterRequests } from '../../../src/enrollment/methods/router-request.ts';
import type { PrintedKeypair } from '../../../src/ios/show/keypairs.ts';
import { formatPem } from '../../../src/pki/pem.ts';
import { certificationRequest } from '../../../src/scep/index.ts';
import { newKey } from '../../pki/make-request.ts';
import { DEVICE, RENDERER, TRUSTPOINT } from '../world.ts';

const KEY = newKey();
const ENCRYPTION_KEY = newKey();
const EXPECTING = { device: DEVICE, renderer: RENDERER };
const USAGE_KEYS: Trustpoint = { ...TRUSTPOINT, key: usageKeysOf(TRUSTPOINT) };

describe('a router’s request', () => {
  it('is taken when it is signed with its key, and for the names of the inventory', () => {
    const [taken] = read([requestOf(KEY)]);
    expect([taken?.use, taken?.request.keyBits]).toEqual(['general', 1024]);
  });

  it('is one of two with usage keys, each told by its key', () => {
    const keypairs = [keypair(KEY, 'Signature Key'), keypair(ENCRYPTION_KEY, 'Encryption Key')];
    const taken = read([requestOf(ENCRYPTION_KEY), requestOf(KEY)], keypairs, USAGE_KEYS);
    expect(taken.map(({ use }) => use)).toEqual(['signature', 'encryption']);
  });

  it.each([
    ['whose signature does not match', [damaged(requestOf(KEY))], 'was not signed with the key it holds'],
    ['that was cut off', [requestOf(KEY).split('\n').slice(0, 5).join('\n')], 'is cut off'],
    ['for another key', [requestOf(newKey())], 'its key is not that of the router’s key pair'],
    ['for another subject', [requestOf(KEY, 'other.example.net')], 'its subject should be'],
    ['that comes twice', [requestOf(KEY), requestOf(KEY)], 'the router made 2, and 1 are wanted'],
    ['that is missing', [], 'the router made none'],
  ])('%s is handed to nobody', (_, printed, says) => {
    const error = refusal(() => read(printed));
    expect([error.code, error.message]).toEqual(['request-unfit', expect.stringContaining(says)]);
    expect(error.detail).toContain('It was handed to nobody.');
  });

  it('without a key pair to compare it with is handed to nobody', () => {
    expect(refusal(() => read([requestOf(KEY)], [])).code).toBe('request-unfit');
  });

  it('that is one where two are wanted is handed to nobody', () => {
    const keypairs = [keypair(KEY, 'Signature Key'), keypair(ENCRYPTION_KEY, 'Encryption Key')];
    expect(refusal(() => read([requestOf(KEY)], keypairs, USAGE_KEYS)).code).toBe('request-unfit');
  });
});

function read(
  printed: readonly string[],
  keypairs: readonly PrintedKeypair[] = [keypair(KEY, 'General Purpose Key')],
  trustpoint = TRUSTPOINT,
): ReturnType<typeof readRouterRequests> {
  return readRouterRequests(EXPECTING, trustpoint, printed, keypairs);
}

function requestOf(key: KeyObject, commonName = DEVICE.fqdn): string {
  const subject = RENDERER.subject(DEVICE, TRUSTPOINT).replace(DEVICE.fqdn, commonName);
  const der = certificationRequest({
    subject: [
      ...subject.split(',').map((part) => {
        const [type = '', value = ''] = part.split('=');
        return [{ type, value }];
      }),
      [{ type: '1.2.840.113549.1.9.2', value: DEVICE.fqdn }],
    ],
    key,
    hash: 'sha256',
    challengePassword: '',
    extensions: [],
    extensionRequestForm: 'plain',
  });
  return formatPem(der, 'CERTIFICATE REQUEST').trimEnd();
}

/** Another base64 digit in the last line: in the signature. */
function damaged(text: string): string {
  const lines = text.split('\n');
  const last = lines.at(-2) ?? '';
  return [...lines.slice(0, -2), `${last.startsWith('A') ? 'B' : 'A'}${last.slice(1)}`, lines.at(-1)].join(
    '\n',
  );
}

function keypair(key: KeyObject, usage: string): PrintedKeypair {
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const { label } = TRUSTPOINT.key;
  return {
    label,
    type: 'rsa',
    bits: 1024,
    usage,
    publicKey,
    generatedAt: '',
    helper: false,
    notUnderstood: [],
  };
}

function usageKeysOf({ key }: Trustpoint): Trustpoint['key'] {
  if (key.type !== 'rsa') throw new Error('an RSA key is wanted');
  return { ...key, usageKeys: true };
}

function refusal(act: () => unknown): DeviceError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof DeviceError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}
