import { authenticateTrustpoint } from '../pki/authenticate.ts';
import { enrollTrustpoint } from '../pki/enroll-dialogue.ts';
import { importByFile } from '../pki/file-enrollment.ts';
import { methodFor } from '../pki/method.ts';
import { pemLines, type StoredCertificate } from '../pki/stored-certificate.ts';
import { importCertificate } from '../pki/terminal-enrollment.ts';
import type { Trustpoint } from '../pki/trustpoint.ts';
import type { Router } from '../router.ts';
import { type Call, type Command, Refusal } from './command.ts';

/** `crypto pki` in global configuration; `crypto ca` means the same for ever. */
export const PKI_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto {pki|ca} trustpoint <name:WORD>',
    no: 'crypto {pki|ca} trustpoint <name:WORD>',
    help: 'Define a CA trustpoint',
    run: trustpoint,
  },
  {
    // Releases with trustpoints take what was configured before there were any, and write it back as a trustpoint.
    syntax: 'crypto ca identity <name:WORD>',
    no: 'crypto ca identity <name:WORD>',
    help: 'Define a CA identity',
    insteadOf: 'revocation-check',
    run: trustpoint,
  },
  {
    syntax: 'crypto {pki|ca} authenticate <name:WORD>',
    help: 'Get the CA certificate',
    run: authenticate,
  },
  {
    syntax: 'crypto {pki|ca} enroll <name:WORD>',
    no: 'crypto {pki|ca} enroll <name:WORD>',
    help: 'Request a certificate from a CA',
    run: enroll,
  },
  {
    syntax: 'crypto {pki|ca} certificate chain <name:WORD>',
    no: 'crypto {pki|ca} certificate chain <name:WORD>',
    help: 'Identify certificates',
    run: chain,
  },
  {
    syntax: 'crypto {pki|ca} import <name:WORD> certificate',
    help: 'Import certificates',
    run: importIdentity,
  },
  {
    syntax: 'crypto {pki|ca} export <name:WORD> pem terminal',
    help: 'Export certificates',
    run: exportPem,
  },
];

/** The trustpoint of that name. Throws Refusal. */
function known(router: Router, name: string): Trustpoint {
  const found = router.trustpoints.get(name);
  if (found === undefined) throw new Refusal(`% Certificate Authority (trustpoint) '${name}' is unknown`);
  return found;
}

async function trustpoint(call: Call): Promise<undefined> {
  const { router, session, args, negated } = call;
  const { name = '' } = args;
  if (negated) return removeTrustpoint(call);
  const isNew = router.trustpoints.get(name) === undefined;
  router.trustpoints.open(name);
  if (isNew && router.personality.log.additions)
    router.syslog.log('PKI-6-TRUSTPOINT_CREATE', `Trustpoint: ${name} created succesfully`);
  session.enter('trustpoint', name);
  return undefined;
}

async function removeTrustpoint({ router, session, args }: Call): Promise<undefined> {
  const { name = '' } = args;
  const found = router.trustpoints.get(name);
  if (found === undefined) throw new Refusal("Can't find policy");
  if (found.ca !== undefined || found.identity !== undefined) {
    session.print('% Removing an enrolled trustpoint will destroy all certificates');
    session.print(' received from the related Certificate Authority.\n');
    if (!(await session.yesNo('Are you sure you want to do this? [yes/no]: '))) return undefined;
    session.print('% Be sure to ask the CA administrator to revoke your certificates.\n');
    session.print('No enrollment sessions are currently active.\n');
  }
  router.trustpoints.remove(name);
  return undefined;
}

async function authenticate({ router, session, args }: Call): Promise<undefined> {
  const found = known(router, args.name ?? '');
  if (found.ca !== undefined) {
    session.print('% Please delete your existing CA certificate first.');
    session.print(
      "% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete the CA certificate.",
    );
    return undefined;
  }
  await authenticateTrustpoint(router, session, found);
  return undefined;
}

async function enroll({ router, session, args, negated }: Call): Promise<undefined> {
  const found = known(router, args.name ?? '');
  if (!negated) {
    await enrollTrustpoint(router, session, found);
    return undefined;
  }
  found.abandon?.abort();
  found.abandon = undefined;
  found.request = undefined;
  found.encryptionRequest = undefined;
  return undefined;
}

async function importIdentity({ router, session, args }: Call): Promise<undefined> {
  const found = known(router, args.name ?? '');
  // What IOS says where certificates do not come in by hand is not known from captures.
  const method = methodFor(router, found, 'enrollment');
  if (method?.kind === 'file') await importByFile(router, session, found, method.place);
  else if (method?.kind === 'terminal') await importCertificate(router, session, found);
  else throw new Refusal('% Certificates of this trustpoint cannot be imported manually.');
  return undefined;
}

async function chain({ router, session, args, negated }: Call): Promise<undefined> {
  const { name = '' } = args;
  const found = known(router, name);
  if (!negated) {
    session.enter('chain', name);
    return undefined;
  }
  session.print(`This will remove all certificates for trustpoint ${name}`);
  if (!(await session.yesNo('Are you sure you want to do this? [yes/no]: '))) return undefined;
  found.identity = undefined;
  found.encryption = undefined;
  found.ca = undefined;
  found.ras = [];
  return undefined;
}

async function exportPem({ router, session, args }: Call): Promise<undefined> {
  const { name = '' } = args;
  const { ca, identity, encryption, isSelfSigned } = known(router, name);
  const say = (what: string, { certificate }: StoredCertificate): void => {
    session.print(`% ${what}:\n${pemLines(certificate.der).join('\n')}\n`);
  };
  const issuer = isSelfSigned ? identity : ca;
  if (identity === undefined) session.print(`% The specified trustpoint is not enrolled (${name}).`);
  if (issuer === undefined) return undefined;
  if (identity === undefined) session.print('% Only export the CA certificate in PEM format.');
  say(isSelfSigned ? 'Self-signed CA certificate' : 'CA certificate', issuer);
  if (identity === undefined) return undefined;
  say(`${encryption === undefined ? 'General Purpose' : 'Signature'} Certificate`, identity);
  if (encryption !== undefined) say('Encryption Certificate', encryption);
  return undefined;
}
