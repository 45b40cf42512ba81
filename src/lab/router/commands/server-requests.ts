import { parseCertificate, parseCertificationRequest } from '../../../scep/index.ts';
import type { CertificateServer } from '../cs/certificate-server.ts';
import { pastedBytes, readPaste } from '../pki/paste.ts';
import { base64Lines } from '../pki/stored-certificate.ts';
import { type Call, type Command, Refusal } from './command.ts';

/** What a certificate server takes from its operator's hands, and takes back. */
export const SERVER_REQUEST_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto {pki|ca} server <name:WORD> request pkcs10 terminal',
    help: 'Add an enrollment request to the request database',
    level: 15,
    needs: 'certificate server',
    run: requestByPasting,
  },
  {
    syntax: 'crypto {pki|ca} server <name:WORD> revoke <serial:WORD>',
    help: 'Revoke a certificate',
    level: 15,
    needs: 'certificate server',
    run: revoke,
  },
];

function serverOf({ router, args }: Call): CertificateServer {
  const { name = '' } = args;
  const found = router.servers.get(name);
  if (found === undefined) throw new Refusal(`% Certificate server '${name}' is not known.`);
  return found;
}

/** The certificate follows at once where the server grants by itself; what stands there otherwise is not known from captures. */
async function requestByPasting(call: Call): Promise<undefined> {
  const server = serverOf(call);
  const { session } = call;
  session.print('PKCS10 request in base64 or pem\n');
  session.print('% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.');
  session.print('% End with a blank line or "quit" on a line by itself.');
  const certificate = granted(server, pastedBytes(await readPaste(session)));
  if (certificate === 'unreadable') throw new Refusal('% The PKCS10 request could not be read.');
  if (certificate === undefined) {
    session.print('\n% Enrollment request pending.');
    return undefined;
  }
  session.print('\n% Granted certificate:');
  session.print(`${base64Lines(certificate).join('\n')}\n`);
  return undefined;
}

function granted(
  server: CertificateServer,
  der: Uint8Array | undefined,
): Uint8Array | undefined | 'unreadable' {
  if (der === undefined) return 'unreadable';
  try {
    const csr = parseCertificationRequest(der);
    return server.receiveByHand(csr).certificate;
  } catch {
    return 'unreadable';
  }
}

/** The number is hexadecimal behind `0x`, else decimal. The sentence is the vendor's. */
function revoke(call: Call): undefined {
  const server = serverOf(call);
  const serial = Number(call.args.serial);
  const found = server.issued.find(({ der }) => Number(`0x${parseCertificate(der).serial}`) === serial);
  // What is said to a number that is not there is not known from captures.
  if (found === undefined) throw new Refusal(`% Certificate ${call.args.serial ?? ''} not found.`);
  server.revoked.add(found);
  call.session.print(`% Certificate ${parseCertificate(found.der).serial} succesfully revoked.`);
  return undefined;
}
