import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImportPkcs12Options, importPkcs12 } from '../../../src/ios/dialogues/import-pkcs12.ts';
import { parseScript } from '../../dialogue/script.ts';
import type { Split } from '../../dialogue/scripted-transport.ts';
import { conversationsOnly, deviceError, secret } from '../router.ts';

const TERMINAL = { kind: 'terminal', lines: ['MIIMcQIBAzCCDCcG', 'CSqGSIb3'] } as const;
const URL_SOURCE = { kind: 'url', url: 'tftp://192.0.2.9/p12/br-1.p12' } as const;
const OPTIONS: ImportPkcs12Options = {
  trustpoint: 'T',
  source: TERMINAL,
  passphrase: secret('cisco12345'),
  mayReplaceKey: false,
  timeoutMs: 500,
};

function importing(script: string, options: Partial<ImportPkcs12Options> = {}, split: Split = 'whole') {
  const { session, transport } = conversationsOnly(parseScript(script), split);
  return { transport, result: importPkcs12(session, { ...OPTIONS, ...options }) };
}

const OPENING = '> crypto pki import T pkcs12 terminal password cisco12345\n';
const ASKED = `< % Importing pkcs12...
< Enter the base 64 encoded pkcs12.
< End with a blank line or the word "quit" on a line by itself:
<
`;
const PASTED = '> MIIMcQIBAzCCDCcG\n> CSqGSIb3\n> quit\n';
const DONE = '< CRYPTO_PKI: Imported PKCS12 file successfully.\n<_ R1(config)#';
const REPLACE = `< % You already have RSA keys defined named T.
< % If you replace them, all router certs issued using these keys
< % will be removed.
<_ % Do you really want to replace them? [yes/no]:\\s
`;
const HIERARCHY = `< % The CA cert is not self-signed.
< % Do you also want to create trustpoints for CAs higher in
<_ % the hierarchy? [yes/no]:\\s
> no
`;

describe('crypto pki import pkcs12', () => {
  it('pastes the same lines however the conversation is split, and wants no trustpoints of CAs further up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 60 })), async (stream) => {
        const sizes = (): number => Number(stream.next().value);
        const { transport, result } = importing(`${OPENING}${ASKED}${PASTED}${HIERARCHY}${DONE}`, {}, sizes);
        await result;
        transport.finish();
      }),
      { numRuns: 15 },
    );
  });

  it('has the router read a URL, and says host and name where the brackets do not', async () => {
    const script = `> crypto pki import T pkcs12 tftp://192.0.2.9/p12/br-1.p12 password cisco12345
< % Importing pkcs12...
<_ Address or name of remote host []?\\s
> 192.0.2.9
<_ Source filename [p12/br-1.p12]?\\s
>
< Reading file from tftp://192.0.2.9/p12/br-1.p12
${DONE}`;
    const { transport, result } = importing(script, { source: URL_SOURCE });
    await result;
    transport.finish();
  });

  it('leaves out the word that an old release does not know', async () => {
    const script = `${OPENING}<                                                      ^
< % Invalid input detected at '^' marker.
<_ R1(config)#
> crypto pki import T pkcs12 terminal cisco12345
${ASKED}${PASTED}${DONE}`;
    const { transport, result } = importing(script);
    await result;
    transport.finish();
  });

  it('never replaces a key pair that nobody said may go', async () => {
    const { transport, result } = importing(`${OPENING}${ASKED}${PASTED}${REPLACE}> no\n<_ R1(config)#`);
    expect((await deviceError(result)).code).toBe('keypair-conflict');
    transport.finish();
  });

  it('replaces one that nothing uses any more', async () => {
    const { transport, result } = importing(`${OPENING}${ASKED}${PASTED}${REPLACE}> yes\n${DONE}`, {
      mayReplaceKey: true,
    });
    await result;
    transport.finish();
  });

  it.each([
    ['CRYPTO_PKI: Import PKCS12 operation failed, bad HMAC', 'command-refused'],
    ['CRYPTO_PKI: Imported PKCS12 file failure', 'command-refused'],
    ["% Trustpoint 'T' is in use.", 'command-refused'],
    ['Nothing happened.', 'output-unreadable'],
  ])('that ends in %j fails as %s, and never shows the passphrase', async (line, code) => {
    const { result } = importing(`${OPENING}${ASKED}${PASTED}< ${line}\n<_ R1(config)#`);
    const error = await deviceError(result);
    expect(error.code).toBe(code);
    expect(`${error.message}${error.detail}`).not.toContain('cisco12345');
  });

  it('does not answer what it does not know', async () => {
    const { result } = importing(
      `${OPENING}<_ Overwrite the trustpoint? [yes/no]:\\s\n>^ \\x03\n<_ R1(config)#`,
    );
    expect((await deviceError(result)).code).toBe('unexpected-question');
  });
});
