import type { CertificateServer } from '../cs/certificate-server.ts';
import { authenticateTrustpoint } from '../pki/authenticate.ts';
import { enrollTrustpoint } from '../pki/enroll-dialogue.ts';
import type { Router } from '../router.ts';
import { type Call, type CliSession, type Command, type Outcome, Refusal } from './command.ts';

/** `crypto pki server` in global configuration. */
export const SERVER_ENTRY_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto {pki|ca} server <name:WORD>',
    no: 'crypto {pki|ca} server <name:WORD>',
    help: 'Configure a certificate server',
    needs: 'certificate server',
    run: enterServer,
  },
];

/** The lines of a server that are kept and shown; the key is what a later line replaces an earlier one by. */
const LINES: readonly (readonly [key: string, syntax: string, help: string])[] = [
  ['issuer-name', 'issuer-name <name:LINE>', 'Issuer name'],
  ['database level', 'database level {minimum|names|complete}', 'Level of data stored in database'],
  [
    'database archive',
    'database archive {pem|pkcs12} [password [{0|7}] <password:WORD>]',
    'Archive of the keys',
  ],
  ['database url', 'database url <url:LINE>', 'Storage location'],
  ['lifetime ca-certificate', 'lifetime ca-certificate <days:1-7305>', 'Lifetime of the CA certificate'],
  ['lifetime certificate', 'lifetime certificate <days:1-7305>', 'Lifetime of certificates'],
  ['lifetime crl', 'lifetime crl <hours:1-336>', 'Lifetime of the CRL'],
  [
    'lifetime enrollment-request',
    'lifetime enrollment-request <hours:1-1000>',
    'Lifetime of enrollment requests',
  ],
  ['grant', 'grant {auto [trustpoint <trustpoint:WORD>]|none|ra-auto}', 'Certificate granting options'],
  ['hash', 'hash {md5|sha1|sha256|sha384|sha512}', 'Hash algorithm'],
  ['mode', 'mode ra', 'Run in RA mode'],
  ['auto-rollover', 'auto-rollover [<days:0-1825>]', 'Rollover of the CA certificate'],
  ['cdp-url', 'cdp-url <url:LINE>', 'CRL distribution point'],
];

const DEFAULT_OVERLAP_DAYS = 30;

export const SERVER_COMMANDS: readonly Command[] = [
  ...LINES.map(
    ([key, syntax, help]): Command => ({
      syntax,
      no: `${key} [<rest:LINE>]`,
      help,
      run: (call) => keep(call, key),
    }),
  ),
  {
    syntax: 'shutdown',
    no: 'shutdown',
    help: 'Shutdown the certificate server',
    run: (call) => (call.negated ? enable(call) : disable(call)),
  },
  { syntax: 'show', help: 'Show this certificate server configuration', run: showServer },
];

/** Until its certificates, keys and lines are gone for good, only the name of a server is enough to enter its lines. */
async function enterServer({ router, session, args, negated }: Call): Promise<undefined> {
  const { name = '' } = args;
  if (!negated) {
    router.servers.open(name);
    session.enter('cs-server', name);
    return undefined;
  }
  if (router.servers.get(name) === undefined) throw new Refusal(`Certificate server '${name}' is not known`);
  session.print('CA certificate, Keypair, CRL and database files will be deleted.');
  if (!(await session.yesNo('Do you wish to continue? [yes/no]: '))) return undefined;
  router.servers.remove(name);
  // The trustpoint of the same name stays.
  router.keys.remove(name);
  return undefined;
}

function serverOf({ router, session }: Call): CertificateServer {
  const found = router.servers.get(session.mode.subject);
  if (found === undefined) throw new Refusal(`Certificate server '${session.mode.subject}' is not known`);
  return found;
}

function keep(call: Call, key: string): undefined {
  const server = serverOf(call);
  if (server.enabled)
    throw new Refusal(
      '% The CS config is locked because it is busy or enabled. ' +
        'You need to shut the server off before changing its configuration.',
    );
  if (call.negated) server.settings.delete(key);
  else
    server.settings.set(
      key,
      key === 'auto-rollover' ? `${key} ${call.args.days ?? DEFAULT_OVERLAP_DAYS}` : call.text,
    );
  return undefined;
}

function disable(call: Call): undefined {
  const server = serverOf(call);
  if (!server.enabled) return undefined;
  call.session.print("Certificate server 'shut' event has been queued for processing.");
  server.stop();
  return undefined;
}

async function enable(call: Call): Promise<undefined> {
  const server = serverOf(call);
  const { router, session } = call;
  if (server.enabled) return undefined;
  if (!router.clock.authoritative)
    throw new Refusal('% Time has not been set. Cannot start the Certificate server');
  if (server.caCertificate !== undefined && (server.ca !== undefined || isEnrolled(server))) {
    session.print("Certificate server 'no shut' event has been queued for processing.");
    server.start();
    return undefined;
  }
  session.print('%Some server settings cannot be changed after CA certificate generation.');
  if (!(await askPassphrase(session, server))) return undefined;
  const ready = server.isRa ? await enrollRa(router, session, server) : await makeCa(session, server);
  if (ready) session.print('% Certificate Server enabled.');
  return undefined;
}

/** Not asked for where the keys are archived under a password anyway. */
async function askPassphrase(session: CliSession, { settings }: CertificateServer): Promise<boolean> {
  if (settings.get('database archive')?.includes('password') === true) return true;
  session.print('% Please enter a passphrase to protect the private key');
  session.print('% or type Return to exit');
  const first = await session.askHidden('Password: ');
  if (first === '') {
    session.print('% Aborted.');
    return false;
  }
  session.print();
  const second = await session.askHidden('Re-enter password: ');
  session.print();
  if (first === second) return true;
  // What IOS says to unequal passphrases is not known from captures.
  session.print('% Passwords do not match.');
  return false;
}

async function makeCa(session: CliSession, server: CertificateServer): Promise<boolean> {
  if (server.router.keys.get(server.name) === undefined) {
    session.print('% Generating 1024 bit RSA keys, keys will be non-exportable...');
    session.print('[OK] (elapsed time was 0 seconds)\n');
  }
  await server.enableCa();
  return true;
}

/** A registration authority gets its own certificate from its CA first. The order of its questions is recalled. */
async function enrollRa(router: Router, session: CliSession, server: CertificateServer): Promise<boolean> {
  const trustpoint = router.trustpoints.open(server.name);
  if (trustpoint.ca === undefined && !(await authenticateTrustpoint(router, session, trustpoint))) {
    session.print('% Failed to authenticate the Certificate Authority');
    return false;
  }
  await enrollTrustpoint(router, session, trustpoint);
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (trustpoint.abandon !== undefined && !router.stopped.aborted) return;
      clearInterval(look);
      resolve();
    }, ENROLLMENT_LOOK_MS);
    look.unref();
  });
  if (trustpoint.identity === undefined) return false;
  server.start();
  return true;
}

const ENROLLMENT_LOOK_MS = 10;

function isEnrolled({ name, router }: CertificateServer): boolean {
  return router.trustpoints.get(name)?.identity !== undefined;
}

/** Its lines with the defaults spelled out. */
function showServer(call: Call): Outcome {
  const { settings, lastSerial, name } = serverOf(call);
  const line = (key: string, preset: string): string => ` ${settings.get(key) ?? preset}`;
  return [
    ` serial-number 0x${lastSerial.toString(16).toUpperCase()}`,
    line('database level', 'database level minimum'),
    line('database archive', 'no database archive'),
    line('issuer-name', `issuer-name cn=${name}`),
    line('lifetime crl', 'lifetime crl 168'),
    line('lifetime certificate', 'lifetime certificate 365'),
    line('lifetime ca-certificate', 'lifetime ca-certificate 1095'),
    line('lifetime enrollment-request', 'lifetime enrollment-request 168'),
  ];
}
