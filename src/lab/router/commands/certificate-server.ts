import { parseCertificate } from '../../../scep/index.ts';
import type { CertificateServer } from '../cs/certificate-server.ts';
import { requestTables } from '../cs/request-database.ts';
import { currentCrl } from '../cs/server-authority.ts';
import { groupedHash, nameParts } from '../pki/stored-certificate.ts';
import type { Router } from '../router.ts';
import { type Call, type Command, type Outcome, Refusal } from './command.ts';

/** `crypto pki server` in privileged EXEC: what the operator of a certificate server types. */
export const SERVER_EXEC_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto {pki|ca} server <name:WORD> {grant|reject|remove} {all|<id:1-4294967295>}',
    help: 'Decide on enrollment requests',
    level: 15,
    needs: 'certificate server',
    run: decide,
  },
  {
    syntax: 'crypto {pki|ca} server <name:WORD> password generate [<minutes:1-1440>]',
    help: 'Generate a one-time password for SCEP requests',
    level: 15,
    needs: 'certificate server',
    run: generatePassword,
  },
  {
    // 12.3 showed the tables by this command; what later releases print by it is not known from captures.
    syntax: 'crypto {pki|ca} server <name:WORD> info requests',
    help: 'Display enrollment requests',
    level: 15,
    needs: 'certificate server',
    run: showRequests,
  },
];

export const SHOW_SERVER_COMMANDS: readonly Command[] = [
  {
    syntax: 'show crypto {pki|ca} server [<name:WORD>]',
    help: 'Show certificate servers',
    needs: 'certificate server',
    run: showServers,
  },
  {
    syntax: 'show crypto {pki|ca} server <name:WORD> requests',
    help: 'Show enrollment requests',
    needs: 'certificate server',
    run: showRequests,
  },
  {
    syntax: 'show crypto {pki|ca} server <name:WORD> certificates',
    help: 'Show the certificates given out',
    needs: 'certificate server',
    run: showIssued,
  },
  {
    syntax: 'show crypto {pki|ca} server <name:WORD> crl',
    help: 'Show the certificate revocation list',
    needs: 'certificate server',
    run: showCrl,
  },
];

/** The server of that name. Throws Refusal. */
function known(router: Router, name = ''): CertificateServer {
  const found = router.servers.get(name);
  if (found === undefined) throw new Refusal(`% Certificate server '${name}' is not known.`);
  return found;
}

function enabled(call: Call): CertificateServer {
  const server = known(call.router, call.args.name);
  // The sentence is not known from captures.
  if (!server.enabled) throw new Refusal(`% Certificate server '${server.name}' is not enabled.`);
  return server;
}

function decide(call: Call): undefined {
  const server = enabled(call);
  const { args, words } = call;
  const which = args.id === undefined ? 'all' : Number(args.id);
  // What IOS says to a number that no request has is not known from captures.
  if (which !== 'all' && server.requests.chosen(which).length === 0)
    throw new Refusal(`% Enrollment request ${which} not found.`);
  if (words.includes('remove')) server.requests.remove(which);
  else
    for (const request of server.requests.chosen(which)) {
      if (words.includes('grant')) server.grant(request);
      else server.reject(request);
    }
  return undefined;
}

const DEFAULT_MINUTES = 60;

function generatePassword(call: Call): Outcome {
  const server = enabled(call);
  const minutes = Number(call.args.minutes ?? DEFAULT_MINUTES);
  const lines = server.manners.passwordLines ?? plainPasswordLines;
  return lines(server.generatePassword(minutes), minutes);
}

/** The text of no release is known from captures. */
function plainPasswordLines(password: string): readonly string[] {
  return [`% One-time password: ${password}`, ''];
}

function showRequests({ router, args }: Call): Outcome {
  return requestTables(known(router, args.name).requests.all);
}

function showServers({ router, args }: Call): Outcome {
  const servers = args.name === undefined ? router.servers.all : [known(router, args.name)];
  return servers.flatMap((server) => [...serverLines(server), '']);
}

function serverLines(server: CertificateServer): readonly string[] {
  const { name, isRa, caCertificate } = server;
  return [
    `Certificate Server ${name}:`,
    ...stateLines(server),
    ...(isRa ? ['    Server configured in RA mode'] : []),
    `    Issuer name: ${server.issuerText}`,
    ...(caCertificate === undefined ? [] : [`    CA cert fingerprint: ${md5(caCertificate)}`]),
    ...(isRa && server.enabled ? [`    RA cert fingerprint: ${md5(server.agent.certificate)}`] : []),
    `    Granting mode is: ${server.granting}`,
    `    Last certificate issued serial number (hex): ${server.lastSerial.toString(16).toUpperCase()}`,
    ...timerLines(server),
    '    Current primary storage dir: nvram:',
    `    Database Level: ${LEVELS[server.settings.get('database level') ?? ''] ?? LEVELS['']}`,
  ];
}

function stateLines({ enabled: isEnabled, router }: CertificateServer): readonly string[] {
  if (isEnabled)
    return [
      '    Status: enabled',
      '    State: enabled',
      '    Server\'s configuration is locked  (enter "shut" to unlock it)',
    ];
  return router.clock.authoritative
    ? ['    Status: disabled', '    State: disabled']
    : ['    Status: disabled, Time has not been set', '    State: check failed'];
}

function timerLines(server: CertificateServer): readonly string[] {
  const { caCertificate, settings, router } = server;
  if (caCertificate === undefined) return [];
  const ends = parseCertificate(caCertificate).notAfter;
  const overlap = settings.get('auto-rollover')?.split(' ')[1];
  const rollover = new Date(ends.getTime() - Number(overlap ?? 0) * DAY_MS);
  return [
    `    CA certificate expiration timer: ${router.clock.formatDate(ends)}`,
    ...(server.isRa
      ? []
      : [
          `    CRL NextUpdate timer: ${router.clock.formatDate(new Date(router.clock.now().getTime() + CRL_MS))}`,
        ]),
    ...(overlap === undefined
      ? []
      : [
          `    Auto-Rollover configured, overlap period ${overlap} days`,
          `    Autorollover timer: ${router.clock.formatDate(rollover)}`,
        ]),
  ];
}

const DAY_MS = 86_400_000;
const CRL_MS = 6 * 3_600_000;

const LEVELS: Readonly<Record<string, string>> = {
  '': 'Minimum - no cert data written to storage',
  'database level names': 'Names - subject name data written as <serialnum>.cnm',
  'database level complete': 'Complete - all issued certs written as <serialnum>.cer',
};

function md5(der: Uint8Array): string {
  return groupedHash('md5', der).trimEnd();
}

function showIssued(call: Call): Outcome {
  const { issued, router } = known(call.router, call.args.name);
  const rows = issued.map(({ der, subject }) => {
    const { serial, notBefore, notAfter } = parseCertificate(der);
    const [from, to] = [notBefore, notAfter].map((date) => router.clock.formatDate(date).padEnd(25));
    return `${serial.replace(/^0+(?=.)/, '').padEnd(7)} ${from}${to}${subject}`;
  });
  return ['Serial Issued date              Expire date               Subject Name', ...rows];
}

function showCrl(call: Call): Outcome {
  const server = enabled(call);
  const { clock } = server.router;
  const now = clock.now();
  return [
    'Certificate Revocation List:',
    `    Issuer: ${nameParts(parseCertificate(server.agent.certificate).subject).join(',')}`,
    `    This Update: ${clock.formatDate(now)}`,
    `    Next Update: ${clock.formatDate(new Date(now.getTime() + CRL_MS))}`,
    `    Number of CRL entries: ${server.revoked.size}`,
    `    CRL size: ${currentCrl(server).length} bytes`,
  ];
}
