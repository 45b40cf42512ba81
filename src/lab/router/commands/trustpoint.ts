import { decodeType7, encodeType7 } from '../config/passwords.ts';
import { parsePlace } from '../file-system.ts';
import type { Feature } from '../personality.ts';
import { deviceName } from '../pki/key-place.ts';
import { parseSubjectName } from '../pki/subject.ts';
import type { SettingName, Trustpoint, TrustpointSetting } from '../pki/trustpoint.ts';
import { type Call, type Command, InvalidArgument, Refusal } from './command.ts';

/** One trustpoint sub-command: how it is typed, and what stands in the configuration for it. */
interface TrustpointLine {
  readonly name: SettingName;
  readonly syntax: string;
  readonly help: string;
  readonly needs?: Feature;
  readonly insteadOf?: Feature;
  /** The setting to keep; undefined when the line says the default, which is not shown. */
  readonly read?: (call: Call) => TrustpointSetting | undefined;
}

const LINES: readonly TrustpointLine[] = [
  {
    name: 'enrollment url',
    syntax: 'enrollment url <url:WORD>',
    help: 'CA server enrollment URL',
    read: readUrl,
  },
  {
    name: 'enrollment url',
    syntax: 'enrollment url <url:WORD> pem',
    help: 'Add PEM headers to the certificate request',
    needs: 'pem enrollment',
    read: readUrl,
  },
  {
    name: 'enrollment profile',
    syntax: 'enrollment profile <profile:WORD>',
    help: 'Specify an enrollment profile',
    needs: 'enrollment profile',
    read: readProfile,
  },
  {
    name: 'enrollment terminal',
    syntax: 'enrollment terminal',
    help: 'Enroll via the terminal (cut-and-paste)',
  },
  {
    name: 'enrollment terminal',
    syntax: 'enrollment terminal pem',
    help: 'Add PEM headers to the certificate request',
    needs: 'pem enrollment',
  },
  {
    name: 'enrollment selfsigned',
    syntax: 'enrollment selfsigned',
    help: 'Generate a self-signed certificate',
    needs: 'self-signed',
  },
  {
    // Routers write it after an import.
    name: 'enrollment pkcs12',
    syntax: 'enrollment pkcs12',
    help: 'Enroll by importing a PKCS12 file',
  },
  { name: 'enrollment mode ra', syntax: 'enrollment mode ra', help: 'Mode supported by the CA' },
  {
    name: 'enrollment retry count',
    syntax: 'enrollment retry count <count:1-100>',
    help: 'Maximum number of retries',
    read: unless('count', '10'),
  },
  {
    name: 'enrollment retry period',
    syntax: 'enrollment retry period <minutes:1-60>',
    help: 'Wait time between requests in minutes',
    read: unless('minutes', '1'),
  },
  {
    name: 'usage',
    syntax: 'usage {ike|ssl-client|ssl-server} [{ike|ssl-client|ssl-server}] [ssl-server]',
    help: 'Certificate usage',
  },
  {
    name: 'serial-number',
    syntax: 'serial-number [none]',
    help: 'Include the serial number in the certificate request',
  },
  {
    name: 'fqdn',
    syntax: 'fqdn {none|<fqdn:WORD>}',
    help: 'Include fully-qualified domain name',
    read: readFqdn,
  },
  {
    name: 'ip-address',
    syntax: 'ip-address {none|<address:WORD>}',
    help: 'Include an IP address in the certificate request',
    read: readAddress,
  },
  {
    name: 'password',
    syntax: 'password [{0|7}] <password:LINE>',
    help: 'Revocation password',
    read: readPassword,
  },
  {
    name: 'fingerprint',
    syntax: 'fingerprint <digits:LINE>',
    help: 'Enter fingerprint to authenticate the CA certificate',
    needs: 'fingerprint',
    read: readFingerprint,
  },
  {
    name: 'subject-name',
    syntax: 'subject-name <name:LINE>',
    help: 'Subject name',
    read: readSubject,
  },
  {
    name: 'subject-alt-name',
    syntax: 'subject-alt-name <names:LINE>',
    help: 'Subject alternative name',
    needs: 'subject-alt-name',
  },
  { name: 'vrf', syntax: 'vrf <vrf:WORD>', help: 'VRF to use', read: readVrf },
  {
    name: 'chain-validation',
    syntax: 'chain-validation {stop|continue [<parent:WORD>]}',
    help: 'Set chain validation',
  },
  {
    name: 'revocation-check',
    syntax: 'revocation-check {none|crl|ocsp} [{none|crl|ocsp}] [{none|crl|ocsp}]',
    help: 'Revocation checking options',
    needs: 'revocation-check',
  },
  { name: 'crl query', syntax: 'crl query <url:WORD>', help: 'LDAP server to query for the CRL' },
  {
    // As crypto ca identity had it; it is shown as `crl query`.
    name: 'crl query',
    syntax: 'query url <url:WORD>',
    help: 'LDAP server to query for the CRL',
    insteadOf: 'revocation-check',
    read: readQueryUrl,
  },
  // Whether one of these two takes the place of the other is not known: here they stand side by side.
  {
    name: 'crl optional',
    syntax: 'crl optional',
    help: 'CRL verification is optional',
    insteadOf: 'revocation-check',
  },
  {
    name: 'crl best-effort',
    syntax: 'crl best-effort',
    help: 'CRL verification where a CRL can be had',
    insteadOf: 'revocation-check',
  },
  {
    name: 'source interface',
    syntax: 'source interface <interface:LINE>',
    help: 'Specify source interface',
    read: readInterface,
  },
  {
    name: 'rsakeypair',
    syntax: 'rsakeypair <label:WORD> [<size:360-4096> [<encryption:360-4096>]]',
    help: 'Specify RSA key pair',
  },
  {
    name: 'eckeypair',
    syntax: 'eckeypair <label:WORD>',
    help: 'Specify EC key pair',
    needs: 'ec keys',
  },
  { name: 'regenerate', syntax: 'regenerate', help: 'Regenerate keys on re-enrollment' },
  {
    name: 'auto-enroll',
    syntax: 'auto-enroll [<percent:10-100>] [regenerate]',
    help: 'Automatically enroll this router identity',
  },
  {
    name: 'hash',
    syntax: 'hash {md5|sha1|sha256|sha384|sha512}',
    help: 'Cryptographic hash',
    needs: 'hash',
  },
  {
    name: 'storage',
    syntax: 'storage <device:WORD>',
    help: 'Define certificate storage area',
    read: readDevice,
  },
  {
    name: 'on',
    syntax: 'on <device:WORD>',
    help: 'Create keypair on device',
    needs: 'key storage',
    read: readDevice,
  },
  { name: 'primary', syntax: 'primary', help: 'Specify the primary trustpoint' },
];

export const TRUSTPOINT_COMMANDS: readonly Command[] = LINES.map((line) => ({
  syntax: line.syntax,
  no: `${line.name} [<rest:LINE>]`,
  help: line.help,
  ...(line.needs === undefined ? {} : { needs: line.needs }),
  ...(line.insteadOf === undefined ? {} : { insteadOf: line.insteadOf }),
  run: (call) => setLine(line, call),
}));

function setLine({ name, read }: TrustpointLine, call: Call): undefined {
  const trustpoint = trustpointOf(call);
  const setting = call.negated ? undefined : (read ?? asTyped)(call);
  if (setting !== undefined) trustpoint.choose(name, setting);
  else if (name === 'revocation-check')
    trustpoint.set(name, { line: 'revocation-check crl', args: {}, words: [] });
  else trustpoint.unset(name);
  if (name === 'auto-enroll') call.router.renewals.reschedule();
  call.session.cutAt('configure');
  return undefined;
}

function trustpointOf({ router, session }: Call): Trustpoint {
  const found = router.trustpoints.get(session.mode.subject);
  if (found === undefined) throw new Refusal("Can't find policy");
  return found;
}

function asTyped({ text, args, words }: Call): TrustpointSetting {
  return { line: text, args, words };
}

function unless(argument: string, preset: string): (call: Call) => TrustpointSetting | undefined {
  return (call) => (call.args[argument] === preset ? undefined : asTyped(call));
}

/** Shown with its port, as IOS does: `http://10.1.255.12:80/path`. */
function readUrl({ args, words, router }: Call): TrustpointSetting {
  const { url = '' } = args;
  const pem = words.includes('pem') ? ' pem' : '';
  const place = parsePlace(url);
  // Before 12.3(4)T there was no other file system than TFTP.
  if (place !== undefined && (place.kind === 'tftp' || !router.personality.lacks.includes('file enrollment')))
    return { line: `enrollment url ${url}${pem}`, args: { url }, words };
  const match = /^http:\/\/(?<host>\[[0-9a-f:.]+\]|[^/:?#]+)(?::(?<port>\d+))?(?<path>\/.*)?$/i.exec(url);
  // What IOS says to a scheme it does not speak is not known from captures; https is not available for SCEP.
  if (match?.groups === undefined) throw new InvalidArgument('url');
  const { host = '', port = '80', path = '' } = match.groups;
  if (host.startsWith('[') && router.personality.lacks.includes('ipv6 enrollment'))
    throw new InvalidArgument('url');
  if (Number(port) > 65_535) throw new InvalidArgument('url');
  const shown = `http://${host}:${port}${path.replace(/\/+$/, '')}`;
  return { line: `enrollment url ${shown}`, args: { url: shown }, words };
}

/** The sentence is that of a test tool of the vendor's; guides name a profile before they define it, so the line stays. */
function readProfile(call: Call): TrustpointSetting {
  const { profile = '' } = call.args;
  if (!call.router.config.enrollmentProfiles.has(profile))
    call.session.print(`% Enrollment profile ${profile} does not exist`);
  return asTyped(call);
}

function readQueryUrl({ args, words }: Call): TrustpointSetting {
  return { line: `crl query ${args.url ?? ''}`, args, words };
}

function readFqdn(call: Call): TrustpointSetting {
  const { fqdn } = call.args;
  if (fqdn !== undefined && !fqdn.replace(/\.$/, '').includes('.')) {
    throw new Refusal(
      "CRYPTO_PKI: There should be atleast one '.' [other than the trailing '.'] in the domain name",
    );
  }
  return asTyped(call);
}

function readAddress(call: Call): TrustpointSetting {
  const { address } = call.args;
  if (address === undefined || /^(?:\d{1,3}\.){3}\d{1,3}$/.test(address)) return asTyped(call);
  const name = call.router.config.findInterface(address);
  if (name === undefined) throw new InvalidArgument('address');
  return { line: `ip-address ${name}`, args: { address: name }, words: call.words };
}

/** Kept encoded in the configuration, whichever way it was typed. */
function readPassword({ args, words }: Call): TrustpointSetting {
  const { password: typed = '' } = args;
  const password = words.includes('7') ? decodeType7(typed) : typed;
  if (password === undefined) throw new Refusal(`Invalid encrypted password: ${typed}`);
  return { line: `password 7 ${encodeType7(password, 6)}`, args: { password }, words };
}

function readFingerprint({ args, words }: Call): TrustpointSetting {
  const digits = (args.digits ?? '').replace(/\s+/g, '').toUpperCase();
  // MD5 and SHA1 only: whether 15.x takes the 64 digits of SHA256 is not known from captures.
  if (!/^(?:[0-9A-F]{32}|[0-9A-F]{40})$/.test(digits)) throw new InvalidArgument('digits');
  return { line: `fingerprint ${digits}`, args: { digits }, words };
}

function readSubject(call: Call): TrustpointSetting {
  const { name = '' } = call.args;
  if (parseSubjectName(name) === undefined) throw new Refusal(`${name} is not a valid subject name`);
  return asTyped(call);
}

function readVrf(call: Call): TrustpointSetting {
  call.router.requireVrf(call.args.vrf ?? '');
  return asTyped(call);
}

function readInterface(call: Call): TrustpointSetting {
  const name = call.router.config.findInterface(call.args.interface ?? '');
  if (name === undefined) throw new InvalidArgument('interface');
  return { line: `source interface ${name}`, args: { interface: name }, words: call.words };
}

function readDevice(call: Call): TrustpointSetting {
  deviceName(call.args.device ?? '');
  return asTyped(call);
}
