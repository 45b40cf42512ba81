import { importPkcs12 } from '../pki/pkcs12-import.ts';
import type { Call, Command } from './command.ts';

/** Keys and certificates in one file; from which release on the word `password` stands is not known from captures. */
export const PKCS12_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto {pki|ca} import <name:WORD> pkcs12 {terminal|<url:WORD>} password <passphrase:LINE>',
    help: 'Import from a PKCS12 file',
    needs: 'pkcs12 password',
    run: importFile,
  },
  {
    syntax: 'crypto {pki|ca} import <name:WORD> pkcs12 {terminal|<url:WORD>} <passphrase:LINE>',
    help: 'Import from a PKCS12 file',
    insteadOf: 'pkcs12 password',
    run: importFile,
  },
];

async function importFile({ router, session, args }: Call): Promise<undefined> {
  const { name = '', url, passphrase = '' } = args;
  await importPkcs12(router, session, { name, url, passphrase });
  return undefined;
}
