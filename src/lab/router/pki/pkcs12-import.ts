import {
  type Certificate,
  isIssuedBy,
  isSelfSigned,
  parseCertificate,
  publicKeyInfo,
} from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import { loadFile, parseSource } from '../file-system.ts';
import type { Router } from '../router.ts';
import { namedKeys } from './enrollment-key.ts';
import { pastedBytes, readPaste } from './paste.ts';
import { openPkcs12, type Pkcs12Contents } from './pkcs12.ts';
import { Pkcs12Refusal } from './pkcs12-crypto.ts';
import { storeCertificate } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

/** `crypto pki import <trustpoint> pkcs12`: a key, its certificate and the CAs above it in one file. */
export async function importPkcs12(
  router: Router,
  session: CliSession,
  {
    name,
    url,
    passphrase,
  }: { readonly name: string; readonly url: string | undefined; readonly passphrase: string },
): Promise<void> {
  const known = router.trustpoints.get(name);
  if (known?.ca !== undefined || known?.identity !== undefined) {
    session.print(`% Trustpoint '${name}' is in use.`);
    session.print('% Please delete it or use a different label.');
    return;
  }
  const bytes = url === undefined ? await pasted(session) : await loaded(router, session, url);
  if (bytes === 'no file') return;
  const opened = open(router, session, { name, bytes, passphrase });
  if (opened === undefined) return;
  if (!(await mayReplaceKeys(router, session, known, name))) return;
  const higher = isSelfSigned(opened.ca) || (await wantsHigher(session)) ? opened.higher : [];
  install(router, name, { ...opened, higher });
  session.print('CRYPTO_PKI: Imported PKCS12 file successfully.\n');
}

async function pasted(session: CliSession): Promise<Uint8Array | undefined> {
  session.print('\nEnter the base 64 encoded pkcs12.');
  session.print('End with a blank line or the word "quit" on a line by itself\n');
  return pastedBytes(await readPaste(session));
}

async function loaded(router: Router, session: CliSession, url: string): Promise<Uint8Array | 'no file'> {
  session.print('% Importing pkcs12...');
  const host = /^tftp:$/i.test(url)
    ? (await session.ask('Address or name of remote host []? ')).trim()
    : undefined;
  const place = parseSource(host === undefined ? url : `tftp://${host}/`);
  // The name is asked for here, whether or not the router asks for it elsewhere.
  const asked =
    place === undefined || router.fileQuestions
      ? place
      : { ...place, path: (await session.ask(`Source filename [${place.path}]? `)).trim() || place.path };
  const bytes = asked === undefined ? undefined : await loadFile(router, session, asked);
  if (bytes !== undefined) return bytes;
  session.print('% Error: failed to open file.\n');
  return 'no file';
}

interface Bundle {
  readonly privateKey: Pkcs12Contents['privateKey'];
  readonly identity: Certificate;
  readonly ca: Certificate;
  /** The CAs above that one, from below. */
  readonly higher: readonly Certificate[];
}

/** Says why when the file is of no use. Nothing has been changed then. */
function open(
  router: Router,
  session: CliSession,
  file: { readonly name: string; readonly bytes: Uint8Array | undefined; readonly passphrase: string },
): Bundle | undefined {
  try {
    if (file.bytes === undefined) throw new Pkcs12Refusal('malformed', 'no base64');
    return bundleOf(router, openPkcs12(file.bytes, file.passphrase, router.personality.pkcs12));
  } catch (reason) {
    if (!(reason instanceof Pkcs12Refusal)) throw reason;
    sayFailure(router, session, file.name, reason.kind);
    return undefined;
  }
}

/** The texts of the log were captured on IOS-XE; what else stands on the terminal is not known from captures. */
function sayFailure(router: Router, session: CliSession, name: string, kind: Pkcs12Refusal['kind']): void {
  if (kind === 'bad-mac') {
    session.print('CRYPTO_PKI: Import PKCS12 operation failed, bad HMAC');
    session.print('Possible causes: bad password or corrupted PKCS12\n');
  } else session.print('CRYPTO_PKI: Imported PKCS12 file failure.\n');
  if (kind === 'algorithm') {
    router.syslog.note(
      'CRYPTO_PKI: status = 0x760(E_DIGEST_ALG_NOT_SUPPORTED : message digest algorithms not supported): Imported PKCS12 file failure ',
    );
  }
  router.syslog.log(
    `${router.personality.log.facility}-3-PKCS12_IMPORT_FAILURE`,
    `PKCS #12 import failed for trustpoint: ${name}. Reason: Failed to import pkcs12 context`,
  );
}

/** Throws Pkcs12Refusal when key and certificates do not make a trustpoint. */
function bundleOf({ personality }: Router, { privateKey, certificates }: Pkcs12Contents): Bundle {
  const all = certificates.map(readable);
  const publicKey = publicKeyInfo(privateKey);
  const identity = all.find((one) => Buffer.from(publicKey).equals(one.publicKey));
  const isKnown = privateKey.asymmetricKeyType === 'rsa' || !personality.lacks.includes('ec keys');
  if (identity === undefined || !isKnown) throw new Pkcs12Refusal('malformed', 'no certificate for the key');
  if (isSelfSigned(identity)) return { privateKey, identity, ca: identity, higher: [] };
  const [ca, ...higher] = issuersOf(identity, all);
  // Whether a file without its CA is taken is not known from captures.
  if (ca === undefined) throw new Pkcs12Refusal('malformed', 'no certificate of the CA');
  return { privateKey, identity, ca, higher };
}

function readable(der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch {
    throw new Pkcs12Refusal('malformed', 'no certificate');
  }
}

/** From the issuer of a certificate upwards, as far as the file goes. */
function issuersOf(certificate: Certificate, all: readonly Certificate[]): readonly Certificate[] {
  if (isSelfSigned(certificate)) return [];
  const issuer = all.find((one) => one !== certificate && isIssuedBy(certificate, one));
  return issuer === undefined
    ? []
    : [
        issuer,
        ...issuersOf(
          issuer,
          all.filter((one) => one !== certificate),
        ),
      ];
}

/** The second and third line are recalled. */
async function mayReplaceKeys(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint | undefined,
  name: string,
): Promise<boolean> {
  const keys = trustpoint === undefined ? router.keys.labeled(name) : namedKeys(router, trustpoint);
  const [key] = keys;
  if (key === undefined) return true;
  session.print(`% You already have ${key.type.toUpperCase()} keys defined named ${key.label}.`);
  session.print('% If you replace them, all router certs issued using these keys');
  session.print('% will be removed.');
  return session.yesNo('% Do you really want to replace them? [yes/no]: ');
}

async function wantsHigher(session: CliSession): Promise<boolean> {
  session.print('% The CA cert is not self-signed.');
  session.print('% Do you also want to create trustpoints for CAs higher in');
  return session.yesNo('% the hierarchy? [yes/no]: ');
}

function install(router: Router, name: string, { privateKey, identity, ca, higher }: Bundle): void {
  const trustpoint = router.trustpoints.open(name);
  const now = router.clock.now();
  const setting = privateKey.asymmetricKeyType === 'ec' ? 'eckeypair' : 'rsakeypair';
  const label = trustpoint.keyLabel ?? name;
  dropCertificatesOf(router, label);
  router.keys.remove(label);
  router.keys.install(label, privateKey, false);
  trustpoint.choose('enrollment pkcs12', { line: 'enrollment pkcs12', args: {}, words: [] });
  trustpoint.choose(setting, { line: `${setting} ${label}`, args: { label }, words: [] });
  trustpoint.ca = storeCertificate(ca.der, now);
  trustpoint.identity = storeCertificate(identity.der, now, label);
  trustpoint.status = 'Granted';
  for (const [index, { der }] of higher.entries()) {
    router.trustpoints.open(`${name}-rrr${index + 1}`).ca = storeCertificate(der, now);
  }
  if (router.personality.log.additions) {
    const by = `A key named ${label} has been generated or imported by pki`;
    router.syslog.log('CRYPTO_ENGINE-5-KEY_ADDITION', by);
  }
  router.renewals.reschedule();
}

/** What was certified for keys that go, goes with them. */
function dropCertificatesOf({ keys, trustpoints }: Router, label: string): void {
  const doomed = keys.labeled(label).map(({ publicKey }) => Buffer.from(publicKey));
  for (const trustpoint of trustpoints.all) {
    for (const half of ['identity', 'encryption'] as const) {
      const held = trustpoint[half]?.certificate.publicKey;
      if (held !== undefined && doomed.some((publicKey) => publicKey.equals(held)))
        trustpoint[half] = undefined;
    }
  }
}
