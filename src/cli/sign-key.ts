import { readFile } from 'node:fs/promises';
import { InputError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { readSigningKey, readVerifyKey, type SealKey, SealKeyError } from '../report/proof/seal.ts';
import { askSecret } from './ask.ts';
import { type Io, inFolder } from './io.ts';
import type { OptionValues } from './options.ts';
import { codeOf } from './run-folder.ts';

/** The key of `--sign-key`, opened with the passphrase that `--sign-passphrase` refers to. Throws InputError. */
export async function loadSigningKey({ signKey, signPassphrase }: OptionValues, io: Io): Promise<SealKey> {
  if (signKey === undefined) {
    throw new InputError([
      {
        file: 'report',
        key: '--proof',
        message: 'is signed, so it needs --sign-key',
        hint: 'openssl genpkey -algorithm ed25519 makes a key',
      },
    ]);
  }
  const passphrase = signPassphrase === undefined ? undefined : await openPassphrase(signPassphrase, io);
  return load(signKey, '--sign-key', io, (pem) => readSigningKey(pem, passphrase?.reveal()));
}

/** The key of `--verify-key`. Throws InputError. */
export async function loadVerifyKey(file: string, io: Io): Promise<SealKey> {
  return load(file, '--verify-key', io, readVerifyKey);
}

async function load(name: string, option: string, io: Io, read: (pem: string) => SealKey): Promise<SealKey> {
  const file = inFolder(io, name);
  try {
    return read(await readFile(file, 'utf8'));
  } catch (error) {
    const message = error instanceof SealKeyError ? error.message : `cannot be read (${codeOf(error)})`;
    throw new InputError([{ file, key: option, message }]);
  }
}

async function openPassphrase(reference: string, io: Io): Promise<Secret> {
  const { kind, name = '' } = /^(?<kind>env|file|prompt)(?::(?<name>.+))?$/.exec(reference)?.groups ?? {};
  const problem = (message: string): InputError =>
    new InputError([{ file: 'report', key: '--sign-passphrase', message }]);
  if (kind === undefined || (kind !== 'prompt' && name === '')) {
    throw problem('expected env:NAME, file:path or prompt; the passphrase itself does not belong there');
  }
  if (kind === 'env') return opened(new Secret({ kind, name }), io.env[name], problem(`${name} is not set`));
  if (kind === 'prompt') {
    const text = 'Passphrase of the signing key';
    return opened(new Secret({ kind: 'prompt', text }), await askSecret(text, io), problem('is empty'));
  }
  const file = inFolder(io, name);
  try {
    const value = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    return opened(new Secret({ kind: 'file', path: file }), value, problem(`${file} is empty`));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw problem(`${file} cannot be read (${codeOf(error)})`);
  }
}

function opened(secret: Secret, value: string | undefined, otherwise: InputError): Secret {
  if (value === undefined || value === '') throw otherwise;
  secret.open(value);
  return secret;
}
